"""Comments (notes) on a merge request of GitLab, or of one's own server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from planner.comment.api import Api, ApiError
from planner.comment.connection import checked_token, checked_url
from planner.comment.forge import Comment, address
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["GitLab", "Place", "gitlab", "gitlab_place"]

_PROJECT: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
# Whom GitLab makes for a project's or a group's access token.
_BOT: Final = re.compile(r"(?:project|group)_[0-9]+_bot(?:_\w+|[0-9]*)", re.ASCII)
_LONGEST: Final = 1_000_000  # characters of a comment
_GONE: Final = frozenset({404, 410})
_HINTS: Final = {
    401: "the token is not valid; give one with the scope api as GITLAB_TOKEN",
    403: "the token may not write notes; it needs the scope api and the role Reporter",
    404: "there is no such project or merge request, or the token may not see it",
    422: "GitLab does not take this note",
}


class Place(NamedTuple):
    """What is commented on; `page` is its address for people, where it is known."""

    project: str
    number: int
    page: str

    @property
    def longest(self) -> int:
        """Return how many characters a comment may have."""
        return _LONGEST

    @property
    def words(self) -> str:
        """Return how it is called."""
        return f"{'project ' if self.project.isdecimal() else ''}{self.project}!{self.number}"


class GitLab:
    """A merge request's notes; those that GitLab writes itself are left out."""

    longest = _LONGEST

    def __init__(self, api: Api, place: Place) -> None:
        self._api, self._page = api, place.page
        self.path = f"/projects/{quote(place.project, safe='')}/merge_requests/{place.number}/notes"

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""
        owner = self._owner()
        for each in self._api.pages(f"{self.path}?per_page=100&sort=asc&order_by=created_at"):
            if isinstance(each, dict) and not each.get("system"):
                yield self._comment(each, _is_own(each.get("author"), owner))

    def create(self, body: str) -> Comment:
        """Write a note."""
        return self._comment(self._api.ask("POST", self.path, {"body": body}).data, own=True)

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Change a note; None where it has gone meanwhile."""
        try:
            answer = self._api.ask("PUT", f"{self.path}/{comment.id}", {"body": body})
        except ApiError as error:
            if error.status in _GONE:
                return None
            raise
        return self._comment(answer.data, own=True)

    def delete(self, comment: Comment) -> None:
        """Remove a note; one that has gone is removed."""
        try:
            self._api.ask("DELETE", f"{self.path}/{comment.id}")
        except ApiError as error:
            if error.status not in _GONE:
                raise

    def _owner(self) -> int | None:
        """Return who the token belongs to; None for one that may not ask."""
        try:
            user = self._api.ask("GET", "/user").data
        except ApiError as error:
            if error.status not in {403, 404}:
                raise
            return None
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            raise InputError("GitLab does not say who the token belongs to; is the API's address right?")
        return int(user["id"])

    def _comment(self, data: Any, own: bool) -> Comment:  # noqa: ANN401, FBT001  (as the API answers)
        if not isinstance(data, dict) or not isinstance(data.get("id"), int):
            raise InputError("GitLab answers with something else than a note; is the API's address right?")
        url = f"{self._page}#note_{data['id']}" if self._page else f"note {data['id']}"
        return Comment(str(data["id"]), str(data.get("body") or ""), url, own)


def _is_own(author: object, owner: int | None) -> bool:
    """Whether the token's owner wrote a note; of a token that may not ask who it is: whether an access token did."""
    if not isinstance(author, dict):
        return False
    if owner is None:
        return bool(_BOT.fullmatch(str(author.get("username"))))
    return author.get("id") == owner


def gitlab_place(environment: Mapping[str, str], *, project: str | None, number: int | None) -> Place:
    """Return what options or the job's environment name.

    Raises:
        InputError: without a project or a merge request.
    """
    stated = environment.get("CI_MERGE_REQUEST_IID", "")
    if number is None and not re.fullmatch(r"[0-9]{1,18}", stated):
        raise InputError("the merge request is not known; state it with --merge-request 12")
    request = number if number is not None else int(stated)
    # A pipeline that runs in a fork has the fork as its project, and the merge request elsewhere.
    of_job = "CI_MERGE_REQUEST_PROJECT_" if environment.get("CI_MERGE_REQUEST_PROJECT_ID") else "CI_PROJECT_"
    found = project or environment.get(f"{of_job}ID") or environment.get(f"{of_job}PATH") or ""
    if not _PROJECT.fullmatch(found) or any(part.strip(".") == "" for part in found.split("/")):
        raise InputError(f"--project {found[:100]!r}: write its number or group/name, or set CI_PROJECT_ID")
    home = environment.get(f"{of_job}URL", "")
    if project and project not in {environment.get(f"{of_job}ID"), environment.get(f"{of_job}PATH")}:
        server = environment.get("CI_SERVER_URL", "").rstrip("/")
        home = f"{server}/{project}" if server and not project.isdecimal() else ""
    return Place(found, request, address(f"{home}/-/merge_requests/{request}"))


def gitlab(
    environment: Mapping[str, str],
    *,
    project: str | None,
    number: int | None,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> GitLab:
    """Return the notes of the merge request that options or the job's environment name.

    Raises:
        InputError: without a token, a project or a merge request.
    """
    token = checked_token(environment, "GITLAB_TOKEN")
    if token is None:
        job = " (CI_JOB_TOKEN may not write notes)" if environment.get("CI_JOB_TOKEN") else ""
        raise InputError(f"GITLAB_TOKEN is not set{job}; make a project access token with the scope api")
    place = gitlab_place(environment, project=project, number=number)
    url = checked_url(environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4", variable="CI_API_V4_URL")
    headers = {"PRIVATE-TOKEN": token, "Content-Type": "application/json", "User-Agent": "fmplan"}
    return GitLab(Api(url, headers, secret=token, hints=_HINTS, sleep=sleep, now=now), place)
