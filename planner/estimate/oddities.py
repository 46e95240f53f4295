"""What of a template's frame a reader should know: macros that did not run, and dependencies on nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["odd_parts"]

_MOST: Final = 20


def odd_parts(template: Mapping[str, Any], source: str) -> list[str]:
    """Return sentences, at most twenty of a template."""
    found = [f"{source}: {each}" for each in _transforms(template.get("Transform"))]
    for name, resource in template["Resources"].items():
        depends = resource.get("DependsOn") if isinstance(resource, Mapping) else None
        for other in depends if isinstance(depends, list) else [depends]:
            if isinstance(other, str) and other not in template["Resources"] and len(found) < _MOST:
                near = did_you_mean(other[:100], template["Resources"])
                found.append(f"{name}: DependsOn {other[:100]}: the template has no such resource{near}")
    return found[:_MOST]


def _transforms(stated: object) -> Iterator[str]:
    for each in stated if isinstance(stated, list) else [stated]:
        name = each.get("Name") if isinstance(each, Mapping) else each
        if isinstance(name, str):
            what = "what it adds or changes is not in this estimate; name the processed template"
            sam = " (after 'sam build' and 'sam package', or as 'aws cloudformation get-template' has it)"
            yield f"Transform {name[:100]} is not run: {what}{sam if name.startswith('AWS::Serverless') else ''}"
