"""Where templates are: a file, or a cloud assembly with its stacks, stages and nested stacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.errors import InputError
from planner.estimate.read import load_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Located", "located", "nested_path"]

_ENVIRONMENT: Final = re.compile(r"aws://[^/]+/([a-z]{2}(?:-[a-z]+)+-\d)")
_DEEPEST: Final = 16
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Located(NamedTuple):
    """A template, the file that it was read from, and the region that its assembly names."""

    path: Path
    name: str
    region: str | None
    template: dict[str, Any]


def located(path: Path) -> list[Located]:
    """Return the template of a file, or those of a cloud assembly's stacks.

    Raises:
        InputError: for a folder that is no cloud assembly, and for files of it that can't be read.
    """
    if not path.is_dir():
        return [Located(path, path.name, None, load_template(path))]
    found = list(_stacks(path, _DEEPEST))
    if not found:
        raise InputError(f"{path}: this cloud assembly has no stack")
    return found


def _stacks(folder: Path, levels: int) -> Iterator[Located]:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise InputError(f"{folder}: is no cloud assembly, which has a manifest.json; name cdk.out or a template")
    if not levels:
        raise InputError(f"{folder}: stages are nested more than {_DEEPEST} deep")
    from planner.files import read_text
    from planner.yaml12 import load_json

    data = load_json(read_text(manifest), source=str(manifest))
    artifacts = data.get("artifacts") if isinstance(data, dict) else None
    if not isinstance(artifacts, dict):
        raise InputError(f"{manifest}: artifacts: is missing; synthesize the app again")
    for name, artifact in artifacts.items():
        kind = artifact.get("type") if isinstance(artifact, dict) else None
        properties = artifact.get("properties") or {} if isinstance(artifact, dict) else {}
        if kind == "aws:cloudformation:stack":
            file = _inside(folder, properties.get("templateFile"), f"{manifest}: {name}: templateFile")
            match = _ENVIRONMENT.fullmatch(str(artifact.get("environment")))
            yield Located(file, str(name), match[1] if match else None, load_template(file))
        elif kind == "cdk:cloud-assembly":
            yield from _stacks(_inside(folder, properties.get("directoryName"), f"{manifest}: {name}"), levels - 1)


def nested_path(folder: Path, resource: Mapping[str, Any]) -> Path | None:
    """Return the file of a nested stack's template; None where the assembly has none for it."""
    asset = (resource.get("Metadata") or {}).get("aws:asset:path") or _asset_of(folder, resource)
    if not isinstance(asset, str):
        return None
    path = _inside(folder, asset, f"{folder}: aws:asset:path")
    return path if path.is_file() else None


def _asset_of(folder: Path, resource: Mapping[str, Any]) -> object:
    """Return the file that the assembly uploads to a nested stack's address: where apps leave asset metadata out."""
    from planner.files import read_text
    from planner.yaml12 import load_json

    named = _DIGEST.search(repr((resource.get("Properties") or {}).get("TemplateURL")))
    for manifest in sorted(folder.glob("*.assets.json")) if named else ():
        data = load_json(read_text(manifest), source=str(manifest))
        files = data.get("files") if isinstance(data, dict) else None
        entry = files.get(named[0]) if isinstance(files, dict) and named else None
        source = entry.get("source") if isinstance(entry, dict) else None
        if isinstance(source, dict):
            return source.get("path")
    return None


def _inside(folder: Path, name: object, where: str) -> Path:
    path = folder / name if isinstance(name, str) and name else folder
    if path == folder or not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{where}: {name!r} names no file of this assembly")
    return path
