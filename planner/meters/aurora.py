"""Amazon Aurora Serverless v2: capacity by ACU-hour, storage, requests to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _aurora(params: Params) -> Iterator[UsageQuantity]:
    meter = "aurora_serverless"
    storage = word(params, "storage", "standard")
    acu_hours = (
        number(params, "acu_hours") if "acu_hours" in params else number(params, "acu") * number(params, "hours")
    )
    for dimension, quantity, unit, rule in (
        ("acu_hour", acu_hours, "ACU-hour", "capacity units × hours not paused"),
        ("storage_gb_month", number(params, "storage_gb_months", 0), "GB-month", "GB-months stored"),
        ("io_million", number(params, "io_million", 0), "1M requests", "reads and writes of storage"),
    ):
        key = PriceKey("aurora_serverless", dimension, storage, IN_REGION)
        yield UsageQuantity(meter, dimension, quantity, unit, key, rule)


METERS = {"aurora_serverless": _aurora}
