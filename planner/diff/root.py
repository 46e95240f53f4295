"""Construct paths begin with their stack's name: sides of one stack each are compared below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.diff.side import Side

__all__ = ["under_one_name"]


def under_one_name(before: Side, after: Side) -> tuple[Side, str | None]:
    """Return the side before with its paths below the stack's name after, and a note where they differ."""
    old, new = _root(before), _root(after)
    if old is None or new is None or old == new:
        return before, None
    resources = tuple(replace(each, path=_moved(each.path, old, new)) for each in before.resources)
    unpriced = tuple({**item, "resource": _moved(item["resource"], old, new)} for item in before.unpriced)
    unsupported = tuple({**item, "path": _moved(item["path"], old, new)} for item in before.unsupported)
    note = f"The stack is named {old} before and {new} after; resources are compared by their paths below it."
    return replace(before, resources=resources, unpriced=unpriced, unsupported=unsupported), note


def _root(side: Side) -> str | None:
    """Return the one stack that all paths lie in; None for several, and for logical ids, which lie in none."""
    roots = {each.path.partition("/")[0] for each in side.resources}
    if len(roots) != 1 or not any("/" in each.path for each in side.resources):
        return None
    return roots.pop()


def _moved(path: str, old: str, new: str) -> str:
    return new + path[len(old) :] if path == old or path.startswith(f"{old}/") else path
