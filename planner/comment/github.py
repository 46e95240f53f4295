"""Comments on a pull request or a commit of GitHub, or of an Enterprise server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.comment.api import Api, ApiError
from planner.comment.connection import checked_token, checked_url
from planner.comment.forge import Comment, address
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["GitHub", "Place", "github", "github_place"]

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", re.ASCII)
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}", re.ASCII | re.IGNORECASE)
_PULL_REF: Final = re.compile(r"refs/pull/([0-9]{1,18})/(?:merge|head)", re.ASCII)
_LONGEST: Final = 65_536  # characters of a comment
_GONE: Final = frozenset({404, 410})
_JOB: Final = "github-actions"
_HINTS: Final = {
    401: "the token is not valid; give the job's as GITHUB_TOKEN",
    403: "the token may not write comments; the job needs `pull-requests: write`, and a fork's token only reads",
    404: "there is no such repository, pull request or commit, or the token may not see it",
    422: "GitHub does not take this comment",
}


class Place(NamedTuple):
    """What is commented on."""

    repository: str
    number: int | None
    commit: str | None

    @property
    def longest(self) -> int:
        """Return how many characters a comment may have."""
        return _LONGEST

    @property
    def words(self) -> str:
        """Return how it is called."""
        return f"commit {self.commit} of {self.repository}" if self.commit else f"{self.repository}#{self.number}"


class _Author(NamedTuple):
    login: str  # of a bot: without the "[bot]" that some answers have
    bot: bool


class GitHub:
    """A commit's comments, or a pull request's, which GitHub keeps as those of an issue."""

    longest = _LONGEST

    def __init__(self, api: Api, place: Place) -> None:
        self._api = api
        repository = f"/repos/{place.repository}"
        self.path, self._each = (
            (f"{repository}/commits/{place.commit}/comments", f"{repository}/comments")
            if place.commit
            else (f"{repository}/issues/{place.number}/comments", f"{repository}/issues/comments")
        )

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""
        owner = self._owner()
        for each in self._api.pages(f"{self.path}?per_page=100"):
            yield _comment(each, owner)

    def create(self, body: str) -> Comment:
        """Write a comment."""
        return _comment(self._api.ask("POST", self.path, {"body": body}).data, None)

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Change a comment; None where it has gone meanwhile."""
        try:
            answer = self._api.ask("PATCH", f"{self._each}/{comment.id}", {"body": body})
        except ApiError as error:
            if error.status in _GONE:
                return None
            raise
        return _comment(answer.data, None)

    def delete(self, comment: Comment) -> None:
        """Remove a comment; one that has gone is removed."""
        try:
            self._api.ask("DELETE", f"{self._each}/{comment.id}")
        except ApiError as error:
            if error.status not in _GONE:
                raise

    def _owner(self) -> _Author:
        """Return who the token belongs to.

        A job's or an app's token may not ask for /user; GraphQL's `viewer` tells it its bot. Where that is not answered
        either, it is taken for the job's.
        """
        try:
            user = self._api.ask("GET", "/user").data
        except ApiError as error:
            if error.status not in {403, 404}:
                raise
        else:
            found = _author(user)
            if found is None:
                raise InputError("GitHub does not say who the token belongs to; is the API's address right?")
            return found
        # An Enterprise server has GraphQL beside its REST API: /api/v3, /api/graphql.
        base = self._api.url.removesuffix("/v3")
        try:
            data = self._api.ask("POST", "/graphql", {"query": "query { viewer { login } }"}, base=base).data
        except ApiError:
            data = None
        for key in ("data", "viewer", "login"):
            data = data.get(key) if isinstance(data, dict) else None
        login = data if isinstance(data, str) and data else _JOB
        return _Author(_plain(login), bot=True)


def _author(user: object) -> _Author | None:
    if not isinstance(user, dict) or not isinstance(user.get("login"), str):
        return None
    bot = user.get("type") == "Bot"
    return _Author(_plain(user["login"]) if bot else user["login"].lower(), bot)


def _plain(login: str) -> str:
    return login.lower().removesuffix("[bot]")


def _comment(data: Any, owner: _Author | None) -> Comment:  # noqa: ANN401  (as the API answers)
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise InputError("GitHub answers with something else than a comment; is the API's address right?")
    own = owner is not None and _author(data.get("user")) == owner
    return Comment(str(data["id"]), str(data.get("body") or ""), address(data.get("html_url")), own)


def github_place(
    environment: Mapping[str, str], *, repository: str | None, number: int | None, commit: str | None = None
) -> Place:
    """Return what options or the job's environment name.

    Raises:
        InputError: without a repository, or without a pull request or commit.
    """
    found = repository or environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(found) or any(part.strip(".") == "" for part in found.split("/")):
        raise InputError(f"--repository {found[:100]!r}: write it as owner/name, or set GITHUB_REPOSITORY")
    if commit is None:
        return Place(found, number or _number(environment), None)
    if number is not None:
        raise InputError("--pull-request and --commit: name one of them")
    if not _COMMIT.fullmatch(commit):
        raise InputError(f"--commit {commit[:100]!r}: is no SHA; write its hexadecimal digits, 7 at least")
    return Place(found, None, commit.lower())


def github(
    environment: Mapping[str, str],
    *,
    repository: str | None,
    number: int | None,
    commit: str | None = None,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> GitHub:
    """Return the comments of the pull request or commit that options or the job's environment name.

    Raises:
        InputError: without a token, a repository, or a pull request or commit.
    """
    token = checked_token(environment, "GITHUB_TOKEN", "GH_TOKEN")
    if token is None:
        raise InputError("GITHUB_TOKEN is not set; in a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}")
    place = github_place(environment, repository=repository, number=number, commit=commit)
    url = checked_url(environment.get("GITHUB_API_URL") or "https://api.github.com", variable="GITHUB_API_URL")
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "User-Agent": "fmplan",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return GitHub(Api(url, headers, secret=token, hints=_HINTS, sleep=sleep, now=now), place)


def _number(environment: Mapping[str, str]) -> int:
    event = environment.get("GITHUB_EVENT_PATH")
    if event:
        try:
            data = json.loads(Path(event).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            data = {}
        for key in ("pull_request", "issue"):
            stated = data.get(key) if isinstance(data, dict) else None
            number = stated.get("number") if isinstance(stated, dict) else None
            if isinstance(number, int) and number > 0 and number is not True:
                return number
    ref = _PULL_REF.fullmatch(environment.get("GITHUB_REF", ""))
    if ref:
        return int(ref[1])
    raise InputError("the pull request is not known; state it with --pull-request 12")
