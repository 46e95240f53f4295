"""AWS::Lambda::Function: requests and GB-seconds by its memory and architecture."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["lambda_function"]

_DEFAULT_MEMORY_MB = 128  # Lambda's own default for MemorySize


def lambda_function(properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the function's usage; memory and architecture are the resource's own properties."""
    architectures = properties.get("Architectures")
    architecture = str(architectures[0]) if isinstance(architectures, list | tuple) and architectures else "x86_64"
    memory = Decimal(str(properties.get("MemorySize", _DEFAULT_MEMORY_MB)))
    yield MeterUsage("lambda", {"memory_mb": memory, "architecture": architecture, **usage})
