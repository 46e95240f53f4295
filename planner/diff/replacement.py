"""Whether CloudFormation makes a new resource for a changed property, by AWS's own resource schemas.

`replacement.json` has the types' create-only properties, with the schemas' date; `replacement_data` compiles it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Replacement", "replacement_of"]

Replacement = Literal["yes", "maybe", "no"]

_ANY: Final = "*"
_CUSTOM: Final = "AWS::CloudFormation::CustomResource"


def replacement_of(resource_type: str, path: Sequence[str | int]) -> Replacement:
    """Return whether a change at a property's path replaces the resource.

    `maybe` stands where the schema makes it depend, where only a part of what changed is create-only, for custom
    resources (but their ServiceToken, which is create-only), and for a type that no schema describes.
    """
    custom = resource_type == _CUSTOM or resource_type.startswith("Custom::")
    known = _types().get(_CUSTOM if custom else resource_type)
    if known is None:
        return "maybe"
    create_only, conditional = known
    steps = [str(step) for step in path]
    found: list[Replacement] = [_of_pointer(pointer, steps) for pointer in create_only]
    if "yes" in found:
        return "yes"
    # A custom resource is replaced where its own function answers with another physical id.
    if custom or "maybe" in found or any(_of_pointer(pointer, steps) != "no" for pointer in conditional):
        return "maybe"
    return "no"


def _of_pointer(pointer: str, steps: Sequence[str]) -> Replacement:
    """Return yes for a change at or below the pointer, maybe for one above it, which may or may not touch it."""
    parts = [part for part in pointer.split("/") if part != _ANY]
    named = [step for step in steps if not step.isdecimal()]
    if any(part != step for part, step in zip(parts, named, strict=False)):
        return "no"
    return "yes" if len(named) >= len(parts) else "maybe"


@cache
def _types() -> Mapping[str, tuple[list[str], list[str]]]:
    text = Path(__file__).with_name("replacement.json").read_text(encoding="utf-8")
    types: Mapping[str, tuple[list[str], list[str]]] = json.loads(text)["types"]
    return types
