"""Where templates are: a file, or a cloud assembly with its stacks, stages and nested stacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.errors import InputError
from planner.estimate.read import load_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["PATH_KEY", "Located", "located", "nested_path"]

PATH_KEY: Final = "aws:cdk:path"

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
            template = load_template(file)
            if not _has_paths(template):
                _put_paths(template, _paths(folder, artifact, f"{manifest}: {name}"))
            yield Located(file, str(name), match[1] if match else None, template)
        elif kind == "cdk:cloud-assembly":
            yield from _stacks(_inside(folder, properties.get("directoryName"), f"{manifest}: {name}"), levels - 1)


def _has_paths(template: Mapping[str, Any]) -> bool:
    entries = template["Resources"].values()
    return any(PATH_KEY in (each.get("Metadata") or {}) for each in entries if isinstance(each, dict))


def _paths(folder: Path, artifact: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return construct paths by logical id, as an assembly tells them of apps that leave them out of templates.

    A logical id that two constructs have, of which one is in a nested stack, is left out.
    """
    from planner.files import read_text
    from planner.yaml12 import load_json

    entries = dict(artifact.get("metadata") or {})
    file = artifact.get("additionalMetadataFile")
    if file is not None:
        path = _inside(folder, file, f"{where}: additionalMetadataFile")
        more = load_json(read_text(path), source=str(path)) if path.is_file() else None
        entries |= more if isinstance(more, dict) else {}
    found: dict[str, list[str]] = {}
    for path_of_construct, notes in entries.items():
        for note in notes if isinstance(notes, list) else ():
            if isinstance(note, dict) and note.get("type") == "aws:cdk:logicalId":
                found.setdefault(str(note.get("data")), []).append(str(path_of_construct).lstrip("/"))
    return {logical_id: paths[0] for logical_id, paths in found.items() if len(paths) == 1}


def _put_paths(template: Mapping[str, Any], paths: Mapping[str, str]) -> None:
    for logical_id, resource in template["Resources"].items():
        if logical_id in paths and isinstance(resource, dict):
            resource["Metadata"] = {**(resource.get("Metadata") or {}), PATH_KEY: paths[logical_id]}


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
