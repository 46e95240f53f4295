"""Amazon EventBridge Scheduler: invocations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.units import MILLION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _scheduler(params: Params) -> Iterator[UsageQuantity]:
    invocations = number(params, "invocations") / MILLION
    return plain_quantities(
        "scheduler", (("invocation_million", invocations, "1M invocations", "scheduled invocations"),)
    )


METERS = (Meter("scheduler", (Quantity("invocations"),), ("invocation_million",), _scheduler),)
