"""Amazon Neptune Analytics: a graph is charged by memory-optimized capacity unit and hour while it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _graph(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "neptune_analytics",
        "m_ncu_hour",
        number(params, "m_ncus") * number(params, "hours"),
        "m-NCU-hour",
        PriceKey("neptune_analytics", "m_ncu_hour", "standard", IN_REGION),
        "m-NCUs × hours while the graph exists",
    )


METERS = {"neptune_analytics": _graph}
