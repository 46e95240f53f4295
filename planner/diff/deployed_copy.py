"""A deployed stack as files, nested stacks included, as a cloud assembly has them; for as long as they are read."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner.diff.deployed import deployed_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.diff.deployed import DeployedTemplate

__all__ = ["DeployedStack", "deployed_stack"]


class DeployedStack(NamedTuple):
    """A copy of a stack's template, where it is deployed, and the parameters that differ from their defaults."""

    path: Path
    region: str
    parameters: Mapping[str, str]


@contextmanager
def deployed_stack(name: str, *, region: str | None, profile: str | None) -> Iterator[DeployedStack | None]:
    """Yield a deployed stack's template; None where there is no stack of that name.

    Raises:
        InputError: as `deployed_template`.
    """
    found = deployed_template(name, region=region, profile=profile)
    if found is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="fmplan-") as folder:
        path = _write(found, Path(folder), "template")
        yield DeployedStack(path, found.region, _changed_parameters(found))


def _write(deployed: DeployedTemplate, folder: Path, stem: str) -> Path:
    """Write a template; the resource of a nested stack names the file of its template in its metadata."""
    resources = dict(deployed.template["Resources"])
    for logical_id, nested in deployed.nested.items():
        inner = _write(nested, folder, f"{stem}.{logical_id}")
        metadata = {**(resources[logical_id].get("Metadata") or {}), "aws:asset:path": inner.name}
        resources[logical_id] = {**resources[logical_id], "Metadata": metadata}
    path = folder / f"{stem}.json"
    # A decimal becomes its text, which CloudFormation takes for the same value.
    path.write_text(json.dumps({**deployed.template, "Resources": resources}, default=str), encoding="utf-8")
    return path


def _changed_parameters(deployed: DeployedTemplate) -> dict[str, str]:
    """Return what was stated otherwise than by default: a default needs no statement."""
    declared = deployed.template.get("Parameters") or {}
    return {
        name: value
        for name, value in deployed.parameters.items()
        if value != str((declared.get(name) or {}).get("Default", ""))
    }
