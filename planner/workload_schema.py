"""The workload file's JSON Schema for editors, made from its types; `python -m planner.workload_schema` prints it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from planner.assumptions import replaceable_names
from planner.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["workload_schema", "workload_schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def workload_schema(assumption_names: Collection[str] = ()) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a workload file.

    Assumption names, where given, are the only ones allowed. The schema knows types, bounds and words; contradictions,
    and what the catalogue has, are checked by the planner only.
    """
    generated = Workload.model_json_schema()
    groups = generated.pop("$defs")
    definitions = {name: _group(group, groups) for name, group in sorted(groups.items())}
    schema = {"$schema": _DIALECT, **_group(generated, groups), "$defs": definitions}
    if assumption_names:
        assumptions = schema["properties"]["assumptions"]
        definitions["Assumption"] = assumptions.pop("additionalProperties")
        one = {"$ref": "#/$defs/Assumption"}
        assumptions["properties"] = dict.fromkeys(sorted(assumption_names), one)
        assumptions["additionalProperties"] = False
    return schema


def workload_schema_text() -> str:
    """Return the JSON Schema, with the names of all assumptions, as the text of the file that is shipped."""
    return json.dumps(workload_schema(replaceable_names()), indent=2, ensure_ascii=False) + "\n"


def _group(schema: dict[str, Any], groups: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping's schema; every key that needn't be there may be null, which is the same as leaving it out."""
    required = schema.get("required", [])
    properties = {}
    for name, generated in schema["properties"].items():
        # pydantic leaves out a description that the key's own group has already.
        description = generated.get("description") or groups[generated["$ref"].rpartition("/")[2]]["description"]
        inner = {key: value for key, value in generated.items() if key not in {"title", "default", "description"}}
        properties[name] = {"description": description, **(inner if name in required else _or_null(inner))}
    return {**schema, "properties": properties}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}]}
    if "anyOf" in schema:  # pydantic's way to write what may be None
        inner = next(one for one in schema["anyOf"] if one != {"type": "null"})
        return _or_null(inner)
    if "propertyNames" in schema:  # a mapping with few possible keys: editors complete what stands under `properties`
        value = _or_null(schema["additionalProperties"])
        names = schema["propertyNames"]["enum"]
        return {"type": ["object", "null"], "properties": dict.fromkeys(names, value), "additionalProperties": False}
    nullable = dict(schema)
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
        nullable.pop("type", None)
    elif "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        nullable["type"] = [*(kind for kind in kinds if kind != "null"), "null"]
    return nullable


if __name__ == "__main__":
    sys.stdout.write(workload_schema_text())
