"""Nearest spellings, for errors about a name that is not known."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]

_CLOSE_ENOUGH = 0.5
_FAR_BEHIND = 0.1
_LONGEST_COMPARED = 200


def nearest(word: str, choices: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the known names that are spelled most like `word`, best first, at most `most` of them."""
    by_folded: dict[str, str] = {}
    for choice in choices:
        by_folded.setdefault(choice.casefold(), choice)
    folded = word.casefold()[:_LONGEST_COMPARED]
    close = difflib.get_close_matches(folded, sorted(by_folded), n=most, cutoff=_CLOSE_ENOUGH)
    if not close and len(folded) > 2:  # noqa: PLR2004  (a part of one or two letters is in nearly every name)
        close = [name for name in sorted(by_folded) if folded in name][:most]
    # What is far behind the nearest is no help beside it.
    likeness = {name: difflib.SequenceMatcher(None, name, folded).ratio() for name in close}
    best = max(likeness.values(), default=0.0)
    return [by_folded[name] for name in close if likeness[name] >= best - _FAR_BEHIND]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" with the nearest known spellings, or nothing where none is near."""
    names = nearest(word, choices)
    if not names:
        return ""
    return "; did you mean " + " or ".join(f"'{name}'" for name in names) + "?"
