"""Replacements that follow from others: a create-only property that names a replaced resource gets a new value.

Its template reads the same before and after, so that comparing texts does not show it; `cdk diff` follows it too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.diff.properties import PropertyChange
from planner.diff.replacement import replacement_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.diff.side import SideResource

__all__ = ["replaced_by_reference"]

_IN_TEXT: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")
_Path = tuple[str | int, ...]


class _Reference(NamedTuple):
    """A property that names another resource of its template, and the attribute that it reads."""

    owner: SideResource
    path: _Path
    logical_id: str
    attribute: str


def replaced_by_reference(
    pairs: Iterable[tuple[SideResource, SideResource]], replaced: Iterable[str]
) -> dict[str, tuple[PropertyChange, ...]]:
    """Return, by path, the properties through which further resources are replaced, or may be.

    `pairs` are the resources that are there before and after; `replaced` are the paths of those that are replaced
    anyway, of which nothing is returned. References that changed themselves are left to the comparison of properties.
    """
    known = frozenset(replaced)
    if not known:
        return {}
    naming = _by_what_they_name(list(pairs))
    found: dict[str, dict[PropertyChange, None]] = defaultdict(dict)
    done, waiting = set(known), sorted(known)
    while waiting:
        for each in naming.get(waiting.pop(), ()):
            path = each.owner.path
            replacement = replacement_of(each.owner.type, each.path)
            if replacement == "no" or path in known:
                continue
            name = f"{each.logical_id}.{each.attribute}" if each.attribute else each.logical_id
            change = PropertyChange(".".join(map(str, each.path)), name, f"{name} (replaced)", replacement)
            found[path][change] = None
            if replacement == "yes" and path not in done:
                done.add(path)
                waiting.append(path)
    return {path: tuple(sorted(changes, key=str)) for path, changes in sorted(found.items())}


def _by_what_they_name(pairs: list[tuple[SideResource, SideResource]]) -> dict[str, list[_Reference]]:
    """Return references by the path of what they name."""
    named: dict[str, list[SideResource]] = defaultdict(list)
    for _, each in pairs:
        if each.logical_id:
            named[each.logical_id].append(each)
    found: dict[str, list[_Reference]] = defaultdict(list)
    for before, owner in pairs:
        old = set(_references(before.definition.get("Properties") or {}, ()))
        for reference in _references(owner.definition.get("Properties") or {}, ()):
            path, logical_id, attribute = reference
            target = _nearest(owner, named.get(logical_id, ())) if reference in old else None
            if target is not None:
                found[target.path].append(_Reference(owner, path, logical_id, attribute))
    return found


def _nearest(owner: SideResource, candidates: Iterable[SideResource]) -> SideResource | None:
    """Return the one of the owner's own template: stacks of an assembly have logical ids of their own."""
    steps = owner.path.split("/")[:-1]

    def common(each: SideResource) -> int:
        others = each.path.split("/")[:-1]
        pairs = enumerate(zip(steps, others, strict=False))
        return next((number for number, (one, other) in pairs if one != other), min(len(steps), len(others)))

    own = [each for each in candidates if each is not owner and (common(each) or (not steps and "/" not in each.path))]
    return max(own, key=common, default=None)


def _references(value: object, path: _Path) -> Iterator[tuple[_Path, str, str]]:
    """Yield where other resources are named: the property's path, the logical id, the attribute or nothing."""
    if isinstance(value, Mapping):
        name, inner = next(iter(value.items())) if len(value) == 1 else ("", None)
        if name == "Ref" or str(name).startswith("Fn::"):
            yield from ((path, *each) for each in _named(str(name), inner))
        else:
            for key, item in value.items():
                yield from _references(item, (*path, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _references(item, (*path, number))


def _named(name: str, inner: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  (a template's values are of any type)
    """Yield what an intrinsic names, at any depth of it."""
    parts = inner if isinstance(inner, list) else [inner]
    if name == "Ref":
        yield str(inner), ""
    elif name == "Fn::GetAtt":
        logical_id, *attribute = ".".join(map(str, parts)).split(".")
        yield logical_id, ".".join(attribute)
    else:
        if name == "Fn::Sub" and parts and isinstance(parts[0], str):
            own = parts[1] if len(parts) > 1 and isinstance(parts[1], Mapping) else {}
            yield from (each for each in _IN_TEXT.findall(parts[0]) if each[0] not in own)
        yield from (each[1:] for each in _references(parts, ()))
