"""Which template of a cloud assembly becomes a deployed stack: the one of that name, as `cdk diff STACK` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from planner.estimate.assembly import Located

__all__ = ["template_of_stack"]


def template_of_stack(assembly: Path, stack: str, *, source: str) -> Located:
    """Return a stack's template with its region; the only one that there is may have another name.

    `source` is what the user calls the assembly.

    Raises:
        InputError: for an assembly that can't be read, and for one of several stacks of which none has the name.
    """
    from planner.estimate.assembly import located
    from planner.near import did_you_mean

    stacks = located(assembly)
    by_name = {_stack_name(each.path): each for each in stacks}
    if stack in by_name:
        return by_name[stack]
    if len(stacks) == 1:
        return stacks[0]
    near = did_you_mean(stack, by_name) or f"; it has {', '.join(sorted(by_name)[:5])}"
    raise InputError(f"{source}: has no stack named '{stack}'{near}; or name a template of it")


def _stack_name(template: Path) -> str:
    """Return a stack's name, which its manifest states where it is not the artifact's own."""
    from planner.files import read_text
    from planner.yaml12 import load_json

    manifest = template.parent / "manifest.json"
    data = load_json(read_text(manifest), source=str(manifest))
    artifacts = data["artifacts"] if isinstance(data, dict) else {}
    for name, artifact in artifacts.items():
        properties = artifact.get("properties") or {}
        if artifact.get("type") == "aws:cloudformation:stack" and properties.get("templateFile") == template.name:
            return str(properties.get("stackName") or name)
    return template.name.removesuffix(".template.json")
