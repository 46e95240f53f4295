"""Compiles which CloudFormation types can have tags, from AWS's resource schemas as cfn-lint ships them.

`python -m planner.policies.taggable_data` writes `taggable_types.json`; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.cloudformation_schemas import PROPERTIES, installed_schemas

__all__ = ["FILE", "compiled"]

FILE = Path(__file__).with_name("taggable_types.json")


def compiled() -> str:
    """Return the file's text: types by the property that their tags are in.

    Raises:
        importlib.metadata.PackageNotFoundError: without cfn-lint, which development needs and use does not.
    """
    schemas = installed_schemas()
    tags_in: dict[str, list[str]] = {}
    for kind, schema in schemas.types():
        name = _tag_property(schema)
        if name is not None:
            tags_in.setdefault(name, []).append(kind)
    head = {
        "source": schemas.source,
        "seen": schemas.seen,
        "tags_in": dict(sorted(tags_in.items())),
    }
    return json.dumps(head, indent=1) + "\n"


def _tag_property(schema: dict[str, Any]) -> str | None:
    """Return the property that a resource's tags are in: what the schema names or, where it is silent, `Tags`."""
    tagging = schema.get("tagging") or {}
    if tagging.get("taggable") is False:
        return None
    name = str(tagging.get("tagProperty", f"{PROPERTIES}Tags")).removeprefix(PROPERTIES)
    return name if name in schema.get("properties", {}) else None


def main() -> None:
    """Write the file anew."""
    FILE.write_text(compiled(), encoding="utf-8")


if __name__ == "__main__":
    main()
