"""AWS Step Functions: Standard workflows by state transition, Express ones by request and GB-hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.units import MILLION, THOUSAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _standard(params: Params) -> Iterator[UsageQuantity]:
    transitions = number(params, "transitions") / THOUSAND
    return plain_quantities(
        "step_functions.standard",
        (("transition_k", transitions, "1K transitions", "state transitions, retries counted"),),
    )


def _express(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "step_functions.express",
        (
            ("request_million", number(params, "requests") / MILLION, "1M requests", "requests"),
            (
                "gb_hour",
                number(params, "gb_hours"),
                "GB-hour",
                "memory in steps of 64 MB × duration in steps of 100 ms",
            ),
        ),
    )


METERS = (
    Meter("step_functions.standard", (Quantity("transitions"),), ("transition_k",), _standard),
    Meter(
        "step_functions.express",
        (Quantity("requests"), Quantity("gb_hours")),
        ("request_million", "gb_hour"),
        _express,
    ),
)
