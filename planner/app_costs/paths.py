"""Construct paths by logical id as CDK's tree.json has them, for templates whose resources don't tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["has_paths", "paths_of_stack", "tree_of"]

_PATH_KEY: Final = '"aws:cdk:path"'
_LOGICAL_ID: Final = "aws:cdk:cloudformation:logicalId"
_DEEPEST: Final = 16

Json = dict[str, Any]


def has_paths(template: Path) -> bool:
    """Whether a template's resources name their constructs."""
    return _PATH_KEY in template.read_text(encoding="utf-8")


def tree_of(template: Path) -> Json:
    """Return the construct tree of the assembly that a template is in; empty where the app writes none."""
    import json

    for folder in list(template.parents)[:_DEEPEST]:
        file = folder / "tree.json"
        if file.is_file():
            root = json.loads(file.read_text(encoding="utf-8")).get("tree")
            return root if isinstance(root, dict) else {}
        if not (folder / "manifest.json").is_file():
            break
    return {}


def paths_of_stack(root: Json, stack: str, stacks: Collection[str]) -> dict[str, str]:
    """Return the construct paths of a stack's resources by logical id; `stacks` are the paths of all stacks.

    What is in a nested stack is named below the logical id of the resource that it is, as an estimate names it.
    """
    node: Json = root
    for name in stack.split("/"):
        node = _children(node).get(name, {})
    paths: dict[str, str] = {}
    _collect(node, "", paths, stacks)
    return paths


def _collect(node: Mapping[str, Any], within: str, paths: dict[str, str], stacks: Collection[str]) -> None:
    children = _children(node)
    for name, child in children.items():
        path = str(child.get("path"))
        if path in stacks:
            continue
        logical_id = _logical_id(child)
        if logical_id:
            paths[f"{within}{logical_id}"] = path
        nested = _logical_id(_children(children.get(f"{name}.NestedStack", {})).get(f"{name}.NestedStackResource", {}))
        _collect(child, f"{within}{nested}/" if nested else within, paths, stacks)


def _logical_id(node: Mapping[str, Any]) -> str | None:
    found = (node.get("attributes") or {}).get(_LOGICAL_ID)
    return found if isinstance(found, str) else None


def _children(node: Mapping[str, Any]) -> Json:
    children = node.get("children")
    return children if isinstance(children, dict) else {}
