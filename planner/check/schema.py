"""The JSON Schema of a policy file, written by the policies themselves, for editors.

`python -m planner.check.schema` writes it; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.check.policy_file import ID, OPTIONAL_OF_WAIVER, VERSION, WAIVER_KEYS
from planner.policies import POLICIES
from planner.policies.spec import SEVERITIES

if TYPE_CHECKING:
    from planner.policies.spec import Policy

__all__ = ["FILE", "schema_text"]

FILE: Final = Path(__file__).parents[1] / "schemas" / "policy.schema.json"
_DAY: Final = r"^\d{4}-\d\d-\d\d$"

Json = dict[str, Any]


def schema_text() -> str:
    """Return the schema as it is written."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fmplan policy file",
        "description": "What `fmplan check` asks of plans, estimates and diffs.",
        "type": "object",
        "required": ["version", "policies"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": VERSION, "description": "The version of this file's form."},
            "policies": _policies(),
            "waivers": {"type": ["array", "null"], "items": _waiver(), "description": "Findings that are accepted."},
        },
        "$defs": {policy.id: _policy(policy) for policy in POLICIES},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _policies() -> Json:
    """Return the mapping of ids: a policy's own name, or any other with the policy that it is one of."""
    named = {policy.id: {"anyOf": [{"type": "null"}, {"$ref": f"#/$defs/{policy.id}"}]} for policy in POLICIES}
    other = {
        "type": "object",
        "required": ["policy"],
        "properties": {"policy": {"enum": [policy.id for policy in POLICIES]}},
        "allOf": [
            {
                "if": {"properties": {"policy": {"const": policy.id}}, "required": ["policy"]},
                "then": {"$ref": f"#/$defs/{policy.id}"},
            }
            for policy in POLICIES
        ],
    }
    return {
        "description": "Policies by id: a policy's own name, or any other id with `policy`.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{ID}$"},
        "properties": named,
        "additionalProperties": other,
    }


def _policy(policy: Policy) -> Json:
    properties: Json = {
        "policy": {"const": policy.id, "description": "Which policy it is; left out where the id says so."},
        "severity": {"enum": list(SEVERITIES), "default": policy.severity, "description": "What a finding is."},
    }
    properties |= {each.name: {**each.schema(), "description": each.meaning} for each in policy.parameters}
    schema: Json = {
        "description": policy.text,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    required = [each.name for each in policy.parameters if each.required]
    if required:
        schema["required"] = required
    if policy.any_of:
        schema["anyOf"] = [{"required": [name]} for name in policy.any_of]
    return schema


def _waiver() -> Json:
    properties: Json = {
        name: {"type": "string", "minLength": 1, "description": meaning} for name, meaning in WAIVER_KEYS.items()
    }
    properties["expires"] |= {"format": "date", "pattern": _DAY}
    return {
        "type": "object",
        "required": [name for name in WAIVER_KEYS if name not in OPTIONAL_OF_WAIVER],
        "additionalProperties": False,
        "properties": properties,
    }


def main() -> None:
    """Write the file anew."""
    FILE.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
