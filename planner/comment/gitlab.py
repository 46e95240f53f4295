"""Comments (notes) on a merge request of GitLab, or of one's own server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from planner.comment.api import Api, ApiError, checked_url
from planner.comment.forge import Comment
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["GitLab", "gitlab"]

_GONE: Final = frozenset({404, 410})
_HINTS: Final = {
    401: "the token is not valid; give one with the scope api as GITLAB_TOKEN",
    403: "the token may not write notes; it needs the scope api and the role Reporter",
    404: "there is no such project or merge request, or the token may not see it",
    422: "GitLab does not take this note",
}


class GitLab:
    """A merge request's notes; those that GitLab writes itself are left out."""

    longest = 1_000_000

    def __init__(self, api: Api, project: str, number: int, page: str) -> None:
        self._api, self._page = api, page
        self._path = f"/projects/{quote(project, safe='')}/merge_requests/{number}/notes"

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""
        user = self._api.ask("GET", "/user").data
        own = user.get("id") if isinstance(user, dict) else None
        for each in self._api.pages(f"{self._path}?per_page=100&sort=asc&order_by=created_at"):
            if isinstance(each, dict) and not each.get("system"):
                yield self._comment(each, own)

    def create(self, body: str) -> Comment:
        """Write a note."""
        return self._comment(self._api.ask("POST", self._path, {"body": body}).data, None)

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Change a note; None where it has gone meanwhile."""
        try:
            answer = self._api.ask("PUT", f"{self._path}/{comment.id}", {"body": body})
        except ApiError as error:
            if error.status in _GONE:
                return None
            raise
        return self._comment(answer.data, None)

    def delete(self, comment: Comment) -> None:
        """Remove a note; one that has gone is removed."""
        try:
            self._api.ask("DELETE", f"{self._path}/{comment.id}")
        except ApiError as error:
            if error.status not in _GONE:
                raise

    def _comment(self, data: Any, own: object) -> Comment:  # noqa: ANN401  (as the API answers)
        if not isinstance(data, dict) or "id" not in data:
            raise InputError("GitLab answers with something else than a note; is the API's address right?")
        author = (data.get("author") or {}).get("id")
        url = f"{self._page}#note_{data['id']}" if self._page else f"note {data['id']}"
        return Comment(str(data["id"]), str(data.get("body") or ""), url, own is not None and author == own)


def gitlab(
    environment: Mapping[str, str],
    *,
    project: str | None,
    number: int | None,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> GitLab:
    """Return the merge request that options or the job's environment name.

    Raises:
        InputError: without a token, a project or a merge request.
    """
    token = environment.get("GITLAB_TOKEN")
    if not token:
        job = " (CI_JOB_TOKEN may not write notes)" if environment.get("CI_JOB_TOKEN") else ""
        raise InputError(f"GITLAB_TOKEN is not set{job}; make a project access token with the scope api")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InputError("GITLAB_TOKEN has characters that no token has; was a line end copied with it?")
    found = project or environment.get("CI_PROJECT_ID") or environment.get("CI_PROJECT_PATH") or ""
    if not re.fullmatch(r"[\w./-]+", found):
        raise InputError(f"--project {found[:100]!r}: write its number or group/name, or set CI_PROJECT_ID")
    stated = environment.get("CI_MERGE_REQUEST_IID", "")
    if number is None and not stated.isdecimal():
        raise InputError("the merge request is not known; state it with --merge-request 12")
    request = number if number is not None else int(stated)
    url = checked_url(environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4", variable="CI_API_V4_URL")
    headers = {"PRIVATE-TOKEN": token, "Content-Type": "application/json", "User-Agent": "fmplan"}
    home = environment.get("CI_MERGE_REQUEST_PROJECT_URL") or environment.get("CI_PROJECT_URL") or ""
    page = f"{home}/-/merge_requests/{request}" if home else ""
    return GitLab(Api(url, headers, hints=_HINTS, sleep=sleep, now=now), found, request, page)
