"""Templates that CDK wrote aside before the assembly: which are nested in which, and whose resources are theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.app_costs.paths import has_paths
from planner.app_costs.pricing import StackTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Written", "stack_templates"]

_PATH_KEY = "aws:cdk:path"
_ASSET_KEY = "aws:asset:path"


class Written(NamedTuple):
    """A stack's construct path, the file that its template was written to, its region, and whether it is nested."""

    construct_path: str
    file: Path
    region: str | None
    is_nested: bool


def stack_templates(written: list[Written], logical_ids: Callable[[], Mapping[str, str]]) -> Iterator[StackTemplate]:
    """Yield the templates of the stacks that are nested in none; those nested in them are found from there.

    `logical_ids` are resources' logical ids by construct path, asked for where templates don't tell their constructs.
    """
    tell_paths = all(has_paths(each.file) for each in written if not each.is_nested)
    ids = {} if tell_paths else logical_ids()
    by_path = {each.construct_path: each for each in written}
    for each in written:
        if each.is_nested:
            parent = _innermost(each.construct_path.rpartition("/")[0], by_path)
            if parent is not None:
                _point(by_path[parent].file, _resource_of(each), ids.get(_resource_of(each)), each.file)
    names = {path: _within(path, by_path, ids) for path in by_path} if ids else {}
    for each in written:
        if not each.is_nested:
            paths = dict(_paths(each.construct_path, by_path, ids, names)) if ids else {}
            yield StackTemplate(each.construct_path, each.file, each.region, paths)


def _resource_of(nested: Written) -> str:
    """Return the construct path of the resource that a nested stack is in its parent."""
    parent, _, name = nested.construct_path.rpartition("/")
    return f"{parent}/{name}.NestedStack/{name}.NestedStackResource"


def _innermost(path: str, stacks: Iterable[str]) -> str | None:
    """Return the stack that a construct is in: of those that it is below, the deepest."""
    return max((each for each in stacks if path == each or path.startswith(f"{each}/")), key=len, default=None)


def _point(template: Path, path: str, logical_id: str | None, nested: Path) -> None:
    """Have a nested stack's resource name its template's file, as it does in an assembly with asset metadata."""
    data: dict[str, Any] = json.loads(template.read_text(encoding="utf-8"))
    for name, resource in data.get("Resources", {}).items():
        metadata = resource.setdefault("Metadata", {})
        if name == logical_id or metadata.get(_PATH_KEY) == path:
            metadata[_ASSET_KEY] = nested.name
    template.write_text(json.dumps(data), encoding="utf-8")


def _within(path: str, stacks: Mapping[str, Written], ids: Mapping[str, str]) -> str:
    """Return what an estimate writes before the logical ids of a nested stack's resources; nothing for others."""
    stack = stacks[path]
    parent = _innermost(path.rpartition("/")[0], stacks) if stack.is_nested else None
    own = ids.get(_resource_of(stack)) if stack.is_nested else None
    return f"{_within(parent, stacks, ids)}{own}/" if parent and own else ""


def _paths(
    top: str, stacks: Mapping[str, Written], ids: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for path, logical_id in ids.items():
        stack = _innermost(path, stacks)
        outermost = stack
        while outermost is not None and stacks[outermost].is_nested:
            outermost = _innermost(outermost.rpartition("/")[0], stacks)
        if stack is not None and outermost == top:
            yield f"{names[stack]}{logical_id}", path
