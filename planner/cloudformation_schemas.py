"""CloudFormation's resource schemas, as cfn-lint ships them: what the shipped tables of types are compiled from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PROPERTIES", "ResourceSchemas", "installed_schemas"]

PROPERTIES = "/properties/"
_REGION = "us-east-1"  # the region with the most types


class ResourceSchemas(NamedTuple):
    """Where the schemas are from, the day that they were made, and the folder that holds them."""

    source: str
    seen: str
    folder: Path

    def types(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each type with its schema, by name."""
        types = json.loads((self.folder / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))
        for name, digest in sorted(types.items()):
            yield name, json.loads((self.folder / "resources" / f"{digest}.json").read_text(encoding="utf-8"))


def installed_schemas() -> ResourceSchemas:
    """Return the schemas of the cfn-lint that is installed.

    Raises:
        importlib.metadata.PackageNotFoundError: without cfn-lint, which development needs and use does not.
    """
    from importlib.metadata import distribution

    installed = distribution("cfn-lint")
    folder = Path(str(installed.locate_file("cfnlint/data/schemas")))
    source = f"AWS CloudFormation resource provider schemas of {_REGION}, as cfn-lint {installed.version} ships them"
    return ResourceSchemas(
        source, json.loads((folder / "version.json").read_text(encoding="utf-8"))["schema_date"], folder
    )
