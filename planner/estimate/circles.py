"""Circles of references between resources, which CloudFormation refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["refuse_circles"]

_VARIABLE: Final = re.compile(r"\$\{([^!.}][^.}]*)(?:\.[^}]*)?\}")


def refuse_circles(resources: Mapping[str, Any], source: str) -> None:
    """Check that no resource refers to itself by way of others.

    Raises:
        InputError: naming the circle.
    """
    edges = {
        name: [each for each in dict.fromkeys(_references(resource)) if each in resources]
        for name, resource in resources.items()
    }
    done: set[str] = set()
    for start, first in edges.items():
        if start in done:
            continue
        path, iterators = dict.fromkeys((start,)), [iter(first)]
        while iterators:
            name = next(iterators[-1], None)
            if name is None:
                iterators.pop()
                done.add(path.popitem()[0])
            elif name in path:
                names = list(path)
                circle = " → ".join([*names[names.index(name) :], name])
                raise InputError(f"{source}: Resources: {circle} refer to each other in a circle; take one link out")
            elif name not in done:
                path[name] = None
                iterators.append(iter(edges[name]))


def _references(resource: object) -> Iterator[str]:
    if not isinstance(resource, Mapping):
        return
    depends = resource.get("DependsOn")
    listed = depends if isinstance(depends, list | tuple) else [depends]
    yield from (each for each in listed if isinstance(each, str))
    level = [resource.get("Properties")]
    while level:
        value = level.pop()
        if isinstance(value, list | tuple):
            level.extend(value)
        elif isinstance(value, Mapping):
            level.extend(value.values())
            for key in ("Ref", "Fn::GetAtt", "Fn::Sub"):
                if key in value and len(value) == 1:
                    yield from _named(key, value[key])


def _named(key: str, inner: object) -> Iterator[str]:
    first = inner[0] if isinstance(inner, list | tuple) and inner else inner
    if not isinstance(first, str):
        return
    if key == "Fn::Sub":
        own = inner[1] if isinstance(inner, list | tuple) and len(inner) == 2 else {}  # noqa: PLR2004
        # What the text's own variables are called may be a resource's name too.
        yield from (each for each in _VARIABLE.findall(first) if not (isinstance(own, Mapping) and each in own))
    else:
        yield first.split(".", 1)[0] if key == "Fn::GetAtt" else first
