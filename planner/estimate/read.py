"""Reading a template: JSON, or YAML with CloudFormation's short intrinsics, under the limits of all input files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_template", "load_template"]


def load_template(path: Path) -> dict[str, Any]:
    """Return a template's parsed file.

    Raises:
        InputError: for what can't be read, has a key twice, or is no template.
    """
    from planner.files import read_text

    text = read_text(path)
    if path.suffix.lower() == ".json" or text.lstrip()[:1] == "{":
        from planner.yaml12 import load_json

        data = load_json(text, source=str(path))
    else:
        from planner.estimate.read_yaml import load_template_yaml

        data = load_template_yaml(text, source=str(path))
    return check_template(data, str(path))


def check_template(data: object, source: str) -> dict[str, Any]:
    """Return a template's sections.

    Raises:
        InputError: for what has no resources, or sections and resources that are no mappings.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("Resources"), Mapping):
        raise InputError(f"{source}: is no CloudFormation template; one is a mapping with Resources")
    for section in ("Parameters", "Conditions", "Mappings", "Metadata"):
        if not isinstance(data.get(section) or {}, Mapping):
            raise InputError(f"{source}: {section}: is no mapping")
    for name, resource in data["Resources"].items():
        if str(name).startswith("Fn::"):
            continue  # a loop of a macro; it's named as unsupported
        if not isinstance(resource, Mapping) or not isinstance(resource.get("Type"), str):
            raise InputError(f"{source}: Resources.{name}: has no Type; write one such as AWS::S3::Bucket")
        for part in ("Properties", "Metadata"):
            if not isinstance(resource.get(part) or {}, Mapping):
                raise InputError(f"{source}: Resources.{name}.{part}: is no mapping")
    return dict(data)
