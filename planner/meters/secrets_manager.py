"""AWS Secrets Manager: secrets by the month, calls by ten thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.units import TEN_THOUSAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _secrets(params: Params) -> Iterator[UsageQuantity]:
    secret_months = number(params, "secrets") * number(params, "months", 1)
    return plain_quantities(
        "secrets_manager",
        (
            ("secret_month", secret_months, "secret-month", "secrets × months"),
            ("call_10k", number(params, "calls", 0) / TEN_THOUSAND, "10K calls", "API calls"),
        ),
    )


METERS = (
    Meter(
        "secrets_manager",
        (Quantity("secrets"), Quantity("months", 1), Quantity("calls", 0)),
        ("secret_month", "call_10k"),
        _secrets,
    ),
)
