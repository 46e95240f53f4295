"""Comments on a pull request of GitHub, or of an Enterprise server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.comment.api import Api, ApiError, checked_url
from planner.comment.forge import Comment
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["GitHub", "github"]

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", re.ASCII)
_MERGE_REF: Final = re.compile(r"refs/pull/([0-9]+)/(?:merge|head)", re.ASCII)
_GONE: Final = frozenset({404, 410})
_HINTS: Final = {
    401: "the token is not valid; give the job's as GITHUB_TOKEN",
    403: "the token may not write comments; the job needs `pull-requests: write`, and a fork's token only reads",
    404: "there is no such repository or pull request, or the token may not see it",
    422: "GitHub does not take this comment",
}


class GitHub:
    """A pull request's comments, which GitHub keeps as those of an issue."""

    longest = 65_536

    def __init__(self, api: Api, repository: str, number: int) -> None:
        self._api, self._repository = api, repository
        self.path = f"/repos/{repository}/issues/{number}/comments"

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""
        login = self._login()
        for each in self._api.pages(f"{self.path}?per_page=100"):
            yield self._comment(each, login)

    def create(self, body: str) -> Comment:
        """Write a comment."""
        return self._comment(self._api.ask("POST", self.path, {"body": body}).data, None)

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Change a comment; None where it has gone meanwhile."""
        try:
            answer = self._api.ask("PATCH", self._one(comment), {"body": body})
        except ApiError as error:
            if error.status in _GONE:
                return None
            raise
        return self._comment(answer.data, None)

    def delete(self, comment: Comment) -> None:
        """Remove a comment; one that has gone is removed."""
        try:
            self._api.ask("DELETE", self._one(comment))
        except ApiError as error:
            if error.status not in _GONE:
                raise

    def _one(self, comment: Comment) -> str:
        return f"/repos/{self._repository}/issues/comments/{comment.id}"

    def _login(self) -> str | None:
        """Return who the token belongs to; None for a job's or an app's token, which may not ask."""
        try:
            user = self._api.ask("GET", "/user").data
        except ApiError as error:
            if error.status not in {403, 404}:
                raise
            return None
        return str(user.get("login")) if isinstance(user, dict) else None

    @staticmethod
    def _comment(data: Any, login: str | None) -> Comment:  # noqa: ANN401  (as the API answers)
        if not isinstance(data, dict) or "id" not in data:
            raise InputError("GitHub answers with something else than a comment; is the API's address right?")
        author = data.get("user") or {}
        # A token that may not ask who it is belongs to a bot, and only bots begin a comment with a hidden marker.
        own = author.get("type") == "Bot" if login is None else str(author.get("login")).lower() == login.lower()
        return Comment(str(data["id"]), str(data.get("body") or ""), str(data.get("html_url") or ""), own)


def github(
    environment: Mapping[str, str],
    *,
    repository: str | None,
    number: int | None,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> GitHub:
    """Return the pull request that options or the job's environment name.

    Raises:
        InputError: without a token, a repository or a pull request.
    """
    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN")
    if not token:
        raise InputError("GITHUB_TOKEN is not set; in a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise InputError("GITHUB_TOKEN has characters that no token has; was a line end copied with it?")
    found = repository or environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(found) or ".." in found:
        raise InputError(f"--repository {found[:100]!r}: write it as owner/name, or set GITHUB_REPOSITORY")
    url = checked_url(environment.get("GITHUB_API_URL") or "https://api.github.com", variable="GITHUB_API_URL")
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "User-Agent": "fmplan",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return GitHub(Api(url, headers, hints=_HINTS, sleep=sleep, now=now), found, number or _number(environment))


def _number(environment: Mapping[str, str]) -> int:
    event = environment.get("GITHUB_EVENT_PATH")
    if event:
        try:
            data = json.loads(Path(event).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            data = {}
        for key in ("pull_request", "issue"):
            stated = data.get(key) if isinstance(data, dict) else None
            number = stated.get("number") if isinstance(stated, dict) else None
            if isinstance(number, int):
                return number
    ref = _MERGE_REF.fullmatch(environment.get("GITHUB_REF", ""))
    if ref:
        return int(ref[1])
    raise InputError("the pull request is not known; state it with --pull-request 12")
