"""Amazon Neptune Analytics: a graph is charged by memory-optimized capacity unit and hour while it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _graph(params: Params) -> Iterator[UsageQuantity]:
    unit_hours = number(params, "m_ncus") * number(params, "hours")
    return plain_quantities(
        "neptune_analytics", (("m_ncu_hour", unit_hours, "m-NCU-hour", "m-NCUs × hours while the graph exists"),)
    )


METERS = (Meter("neptune_analytics", (Quantity("m_ncus"), Quantity("hours")), ("m_ncu_hour",), _graph),)
