"""AWS::S3Vectors::Index: storage, uploads and queries by the index's own dimension."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["s3_vectors_index"]

_OF_INDEX = frozenset({"vectors", "key_kb", "filterable_kb", "nonfilterable_kb", "queries", "top_k"})


def s3_vectors_index(properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the index's usage; the dimension is the resource's own property."""
    index = {name: value for name, value in usage.items() if name in _OF_INDEX and isinstance(value, Decimal)}
    index["dimensions"] = Decimal(str(properties["Dimension"]))
    rest = {name: value for name, value in usage.items() if name not in _OF_INDEX}
    yield MeterUsage("s3_vectors", {"indexes": (index,), **rest})
