"""A meter that no resource owns: tokens, training, provisioned throughput. Its usage names the meter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["METER", "api_meter"]

METER = "meter"


def api_meter(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the usage as it is, of the meter that it names."""
    yield MeterUsage(str(usage["meter"]), {key: value for key, value in usage.items() if key != "meter"})
