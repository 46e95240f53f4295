"""Amazon CloudWatch: logs by GB taken in and kept, alarms and metrics by the month."""

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


def _logs(params: Params) -> Iterator[UsageQuantity]:
    for dimension, quantity, unit, rule in (
        ("ingest_gb", number(params, "ingest_gb"), "GB", "GB of logs taken in"),
        ("store_gb_month", number(params, "store_gb_months", 0), "GB-month", "GB-months kept, compressed"),
        ("scan_gb", number(params, "scan_gb", 0), "GB", "GB read by queries"),
    ):
        key = PriceKey("cloudwatch", f"logs.{dimension}", "standard", IN_REGION)
        yield UsageQuantity("cloudwatch.logs", dimension, quantity, unit, key, rule)


METERS = {"cloudwatch.logs": _logs}
