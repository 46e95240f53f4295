"""A diff's resources as one tree by construct path: what lies below a shared part of the path is nested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.diff_report.view import Resource

__all__ = ["Node", "tree_of"]

_DEEPEST = 40  # what lies below is one name


@dataclass(slots=True)
class Node:
    """A part of a path, the resources of exactly this path, and what lies below."""

    name: str
    resources: list[Resource] = field(default_factory=list)
    below: dict[str, Node] = field(default_factory=dict)


def tree_of(resources: Iterable[Resource]) -> list[Node]:
    """Return the roots of the tree in the order of the resources; a part with nothing beside it joins the next one."""
    root = Node("")
    for resource in resources:
        place = root
        for name in resource.path.split("/", _DEEPEST):
            if name not in place.below:
                place.below[name] = Node(name)
            place = place.below[name]
        place.resources.append(resource)
    return [_joined(node) for node in root.below.values()]


def _joined(node: Node) -> Node:
    names = [node.name]
    while not node.resources and len(node.below) == 1:
        (node,) = node.below.values()
        names.append(node.name)
    below = {name: _joined(inner) for name, inner in node.below.items()}
    return Node("/".join(names), node.resources, below)
