"""Compiles which properties CloudFormation only takes at creation, from AWS's resource schemas as cfn-lint ships them.

`python -m planner.diff.replacement_data` writes `replacement.json`; a test holds the two equal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["FILE", "compiled"]

FILE = Path(__file__).with_name("replacement.json")
_REGION = "us-east-1"  # the region with the most types
_PROPERTIES = "/properties/"


def compiled() -> str:
    """Return the file's text: by type, the paths that are create-only, and those that are so under a condition.

    Raises:
        importlib.metadata.PackageNotFoundError: without cfn-lint, which development needs and use does not.
    """
    from importlib.metadata import distribution

    installed = distribution("cfn-lint")
    version = installed.version
    folder = Path(str(installed.locate_file("cfnlint/data/schemas")))
    types = json.loads((folder / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {
        "source": f"AWS CloudFormation resource provider schemas of {_REGION}, as cfn-lint {version} ships them",
        "seen": json.loads((folder / "version.json").read_text(encoding="utf-8"))["schema_date"],
        "types": {name: _of_type(folder / "resources" / f"{digest}.json") for name, digest in sorted(types.items())},
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(paths)}" for name, paths in found.pop("types").items())
    head = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in found.items())
    return f'{{{head}"types": {{\n{lines}\n}}}}\n'


def _of_type(path: Path) -> list[list[str]]:
    schema = json.loads(path.read_text(encoding="utf-8"))
    return [
        sorted({pointer.removeprefix(_PROPERTIES).replace("/items/", "/*/") for pointer in schema.get(key, ())})
        for key in ("createOnlyProperties", "conditionalCreateOnlyProperties")
    ]


def main() -> None:
    """Write the file anew."""
    FILE.write_text(compiled(), encoding="utf-8")


if __name__ == "__main__":
    main()
