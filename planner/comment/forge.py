"""What a forge does with comments, and the three ways to leave one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from planner.comment.body import begins_with, fitted, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MODES", "Comment", "Forge", "Outcome", "address", "body_of", "leave"]

MODES: Final = ("update", "new", "delete-and-new")


class Comment(NamedTuple):
    """A comment; `own` where the token's owner wrote it."""

    id: str
    body: str
    url: str
    own: bool


class Outcome(NamedTuple):
    """What was done, in a word, and where the comment is."""

    done: str  # created | updated | up to date
    url: str
    removed: int = 0
    others: int = 0  # comments with the same marker that were left as they are


class Forge(Protocol):
    """One pull or merge request's comments."""

    longest: int  # characters of a comment

    def comments(self) -> Iterator[Comment]:
        """Yield all comments, the oldest first."""

    def create(self, body: str) -> Comment:
        """Write a comment."""

    def edit(self, comment: Comment, body: str) -> Comment | None:
        """Change a comment; None where it has gone meanwhile."""

    def delete(self, comment: Comment) -> None:
        """Remove a comment; one that has gone is removed."""


def address(stated: object) -> str:
    """Return the address of a page for people, to be printed; nothing for what is none."""
    whole = str(stated)
    printable = whole.isprintable() and " " not in whole
    return whole if printable and whole.startswith(("https://", "http://")) else ""


def body_of(text: str, *, marker: str, longest: int) -> str:
    """Return what a comment is to say, as both forges keep it: without the white space at its end."""
    return fitted(marked(text, marker), longest).rstrip()


def leave(forge: Forge, text: str, *, marker: str, mode: str) -> Outcome:
    """Leave a comment: `update` edits the newest of ours or writes one, `new` writes one more, the third replaces ours.

    Only comments that begin with the marker and that the token's owner wrote are touched: who quotes one keeps it.

    Raises:
        InputError: for what the API refuses.
    """
    body = body_of(text, marker=marker, longest=forge.longest)
    if mode == "new":
        return Outcome("created", forge.create(body).url)
    ours = [each for each in forge.comments() if each.own and begins_with(each.body, marker)]
    if mode == "delete-and-new":
        # In this order: what can't be replaced is still there.
        created = forge.create(body)
        for comment in ours:
            forge.delete(comment)
        return Outcome("created", created.url, removed=len(ours))
    for number, comment in enumerate(reversed(ours)):
        others = len(ours) - number - 1
        if comment.body.replace("\r\n", "\n").rstrip() == body:
            return Outcome("up to date", comment.url, others=others)
        edited = forge.edit(comment, body)
        if edited is not None:
            return Outcome("updated", edited.url, others=others)
    return Outcome("created", forge.create(body).url)
