"""AWS KMS: a customer managed key by the month, requests by ten thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import TEN_THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _key(params: Params) -> Iterator[UsageQuantity]:
    for dimension, quantity, unit, rule in (
        ("key_month", number(params, "keys") * number(params, "months"), "key-month", "keys × months"),
        ("request_10k", number(params, "requests", 0) / TEN_THOUSAND, "10K requests", "requests to keys"),
    ):
        key = PriceKey("kms", f"key.{dimension}", "standard", IN_REGION)
        yield UsageQuantity("kms.key", dimension, quantity, unit, key, rule)


METERS = {"kms.key": _key}
