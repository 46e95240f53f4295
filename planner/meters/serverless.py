"""AWS Lambda, Step Functions and EventBridge Scheduler: what runs only when something happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number, word
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
    sku = word(params, "architecture", "x86_64")
    yield UsageQuantity(
        "lambda",
        "request_million",
        requests / MILLION,
        "1M requests",
        PriceKey("lambda", "request_million", "standard", IN_REGION),
        "requests",
    )
    yield UsageQuantity(
        "lambda",
        "gb_second",
        gb_seconds,
        "GB-second",
        PriceKey("lambda", "gb_second", sku, IN_REGION),
        "requests × memory in GB × seconds, by the millisecond",
    )


def _transitions(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "step_functions.standard",
        "transition_k",
        number(params, "transitions") / THOUSAND,
        "1K transitions",
        PriceKey("step_functions", "standard.transition_k", "standard", IN_REGION),
        "state transitions, retries counted",
    )


def _scheduler(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "scheduler",
        "invocation_million",
        number(params, "invocations") / MILLION,
        "1M invocations",
        PriceKey("scheduler", "invocation_million", "standard", IN_REGION),
        "scheduled invocations",
    )


METERS = {"lambda": _lambda, "step_functions.standard": _transitions, "scheduler": _scheduler}
