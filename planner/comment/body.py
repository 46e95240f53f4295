"""The text of a comment: its hidden marker, and what fits into one."""

from __future__ import annotations

import re
from typing import Final

from planner.errors import InputError

__all__ = ["begins_with", "fitted", "marked", "marker_of"]

_NAME: Final = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
_ANY_MARKER: Final = re.compile(r"\A\s*<!-- fmplan:comment:[a-z0-9-]{1,40} -->[ \t]*\n?", re.ASCII)
_CUT: Final = "\n\n_The rest does not fit into a comment; the whole report is with the job._\n"
_DETAILS: Final = re.compile(r"<(/?)details\b", re.IGNORECASE)
_FENCE: Final = re.compile(r"[ >]{0,6}(`{3,}|~{3,})")


def marker_of(name: str, *, option: str = "--name") -> str:
    """Return the hidden line by which a comment is found again; `option` is what stated its name.

    Raises:
        InputError: for a name that is more than small letters, digits and hyphens, 40 at most.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"{option} {name[:100]!r}: a name has small letters, digits and hyphens, 40 at most")
    return f"<!-- fmplan:comment:{name} -->"


def marked(text: str, marker: str) -> str:
    """Return a text that begins with a marker, in place of the one that it may begin with already."""
    return f"{marker}\n{_ANY_MARKER.sub('', text, count=1).lstrip(chr(0xFEFF)).lstrip()}"


def begins_with(text: str, marker: str) -> bool:
    """Whether a comment is one of these; a marker that somebody quotes further down makes it none."""
    return text.lstrip().startswith(marker)


def fitted(text: str, longest: int) -> str:
    """Return a text of so many characters at most, cut after a line, with what that leaves open closed."""
    if len(text) <= longest:
        return text
    room = longest - len(_CUT)
    while room > 0:
        kept = text[:room].rpartition("\n")[0]
        whole = f"{kept}{_closing(kept)}{_CUT}"
        if len(whole) <= longest:
            return whole
        room -= len(whole) - longest
    return text[:longest]


def _closing(text: str) -> str:
    """Return what ends an open code block and open details; tags inside a code block are none."""
    fence, opened = "", 0
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            # Only a bare fence, as long as the first at least, ends a block.
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif found:
            fence = found[1]
        else:
            for tag in _DETAILS.finditer(line):
                opened = max(0, opened - 1) if tag[1] else opened + 1
    return (f"\n{fence}" if fence else "") + "\n\n</details>" * opened
