"""AWS Lambda: requests, and memory × time by the millisecond; provisioned concurrency beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Quantity
from planner.meters.params import number, word
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import MILLION, THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

_MB_PER_GB = 1024


def _lambda(params: Params) -> Iterator[UsageQuantity]:
    requests = number(params, "requests")
    if "gb_seconds" in params:
        gb_seconds = number(params, "gb_seconds")
    else:
        gb_seconds = requests * number(params, "memory_mb") / _MB_PER_GB * number(params, "duration_ms") / THOUSAND
    architecture = word(params, "architecture", "x86_64")
    provisioned = number(params, "provisioned_gb_seconds", 0)
    for dimension, quantity, unit, sku, rule in (
        ("request_million", requests / MILLION, "1M requests", "standard", "requests"),
        ("gb_second", gb_seconds, "GB-second", architecture, "requests × memory in GB × seconds, by the millisecond"),
        ("provisioned_gb_second", provisioned, "GB-second", architecture, "provisioned concurrency × memory × seconds"),
    ):
        yield UsageQuantity("lambda", dimension, quantity, unit, PriceKey("lambda", dimension, sku, IN_REGION), rule)


METERS = (
    Meter(
        "lambda",
        (
            Quantity("requests"),
            Quantity("memory_mb", optional=True),
            Quantity("duration_ms", optional=True),
            Quantity("gb_seconds", optional=True),
            Choice("architecture", ("x86_64", "arm64"), "x86_64"),
            Quantity("provisioned_gb_seconds", 0),
        ),
        ("request_million", "gb_second", "provisioned_gb_second"),
        _lambda,
        ways=(("memory_mb", "duration_ms"), ("gb_seconds",)),
    ),
)
