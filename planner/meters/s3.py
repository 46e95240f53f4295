"""Amazon S3 Standard: stored GB-months in tiers, and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _standard(params: Params) -> Iterator[UsageQuantity]:
    for dimension, quantity, unit, rule in (
        ("gb_month", number(params, "gb_months"), "GB-month", "GB-months stored"),
        ("put_k", number(params, "put_requests", 0) / THOUSAND, "1K requests", "PUT, COPY, POST, LIST"),
        ("get_k", number(params, "get_requests", 0) / THOUSAND, "1K requests", "GET and all others"),
    ):
        key = PriceKey("s3", f"standard.{dimension}", "standard", IN_REGION)
        yield UsageQuantity("s3.standard", dimension, quantity, unit, key, rule)


METERS = {"s3.standard": _standard}
