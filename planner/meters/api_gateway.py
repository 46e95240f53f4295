"""Amazon API Gateway: requests to HTTP and REST APIs, in tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.units import MILLION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.meters.spec import Rule
    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _requests(meter: str) -> Rule:
    def rule(params: Params) -> Iterator[UsageQuantity]:
        requests = number(params, "requests") / MILLION
        return plain_quantities(meter, (("request_million", requests, "1M requests", "requests"),))

    return rule


METERS = tuple(
    Meter(name, (Quantity("requests"),), ("request_million",), _requests(name))
    for name in ("api_gateway.http", "api_gateway.rest")
)
