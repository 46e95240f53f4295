"""Compiles which properties CloudFormation only takes at creation, from AWS's resource schemas as cfn-lint ships them.

`python -m planner.diff.replacement_data` writes `replacement.json`; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.cloudformation_schemas import PROPERTIES, installed_schemas

__all__ = ["FILE", "compiled"]

FILE = Path(__file__).with_name("replacement.json")


def compiled() -> str:
    """Return the file's text: by type, the paths that are create-only, and those that are so under a condition.

    Raises:
        importlib.metadata.PackageNotFoundError: without cfn-lint, which development needs and use does not.
    """
    schemas = installed_schemas()
    types = {name: _paths(schema) for name, schema in schemas.types()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(paths)}" for name, paths in types.items())
    head = f'"source": {json.dumps(schemas.source)},\n"seen": {json.dumps(schemas.seen)},\n'
    return f'{{{head}"types": {{\n{lines}\n}}}}\n'


def _paths(schema: dict[str, Any]) -> list[list[str]]:
    return [
        sorted({pointer.removeprefix(PROPERTIES).replace("/items/", "/*/") for pointer in schema.get(key, ())})
        for key in ("createOnlyProperties", "conditionalCreateOnlyProperties")
    ]


def main() -> None:
    """Write the file anew."""
    FILE.write_text(compiled(), encoding="utf-8")


if __name__ == "__main__":
    main()
