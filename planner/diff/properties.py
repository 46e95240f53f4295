"""Which properties of a resource changed, by dotted path, and whether CloudFormation replaces the resource for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from planner.estimate.intrinsics import is_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["PropertyChange", "property_changes", "strongest"]

_STRENGTH = ("no", "maybe", "yes")
_Path = tuple[str | int, ...]


class PropertyChange(NamedTuple):
    """A property before and after; None where it isn't there."""

    property: str
    before: object
    after: object
    replacement: str  # yes | maybe | no


def property_changes(
    before: Mapping[str, object],
    after: Mapping[str, object],
    replacement: Callable[[Sequence[str | int]], str],
) -> list[PropertyChange]:
    """Return the changed properties in the order of their names; lists of other lengths are changed as a whole."""
    return [
        PropertyChange(".".join(map(str, path)), old, new, replacement(path))
        for path, old, new in _differences(before, after, ())
    ]


def strongest(replacements: Sequence[str]) -> str:
    """Return the strongest of yes, maybe and no; no for none."""
    return max(replacements, key=_STRENGTH.index, default="no")


def _differences(before: object, after: object, path: _Path) -> Iterator[tuple[_Path, object, object]]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not (is_unknown(before) or is_unknown(after)):
        for name in sorted({*map(str, before), *map(str, after)}):
            yield from _differences(before.get(name), after.get(name), (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, (*path, number))
    elif not _same_scalar(before, after):
        yield path, before, after


def _same_scalar(before: object, after: object) -> bool:
    """Whether CloudFormation reads two scalars as the same: it takes "5" for 5 and "true" for true."""
    if isinstance(before, Mapping | list) or isinstance(after, Mapping | list) or before is None or after is None:
        return before == after
    return _as_text(before) == _as_text(after)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
