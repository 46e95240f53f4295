"""Compiles which CloudFormation types can have tags, from AWS's resource schemas as cfn-lint ships them.

`python -m planner.policies.taggable_data` writes `taggable_types.json`; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["FILE", "compiled"]

FILE = Path(__file__).with_name("taggable_types.json")
_REGION = "us-east-1"  # the region with the most types
_PROPERTIES = "/properties/"


def compiled() -> str:
    """Return the file's text: types by the property that their tags are in.

    Raises:
        importlib.metadata.PackageNotFoundError: without cfn-lint, which development needs and use does not.
    """
    from importlib.metadata import distribution

    installed = distribution("cfn-lint")
    folder = Path(str(installed.locate_file("cfnlint/data/schemas")))
    types = json.loads((folder / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))
    tags_in: dict[str, list[str]] = {}
    for kind, digest in sorted(types.items()):
        schema = json.loads((folder / "resources" / f"{digest}.json").read_text(encoding="utf-8"))
        name = _tag_property(schema)
        if name is not None:
            tags_in.setdefault(name, []).append(kind)
    version = installed.version
    head = {
        "source": f"AWS CloudFormation resource provider schemas of {_REGION}, as cfn-lint {version} ships them",
        "seen": json.loads((folder / "version.json").read_text(encoding="utf-8"))["schema_date"],
        "tags_in": dict(sorted(tags_in.items())),
    }
    return json.dumps(head, indent=1) + "\n"


def _tag_property(schema: dict[str, Any]) -> str | None:
    """Return the property that a resource's tags are in: what the schema names or, where it is silent, `Tags`."""
    tagging = schema.get("tagging") or {}
    if tagging.get("taggable") is False:
        return None
    name = str(tagging.get("tagProperty", f"{_PROPERTIES}Tags")).removeprefix(_PROPERTIES)
    return name if name in schema.get("properties", {}) else None


def main() -> None:
    """Write the file anew."""
    FILE.write_text(compiled(), encoding="utf-8")


if __name__ == "__main__":
    main()
