"""Amazon S3 Standard: stored GB-months in tiers, and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.units import THOUSAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _standard(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "s3.standard",
        (
            ("gb_month", number(params, "gb_months"), "GB-month", "GB-months stored"),
            ("put_k", number(params, "put_requests", 0) / THOUSAND, "1K requests", "PUT, COPY, POST, LIST"),
            ("get_k", number(params, "get_requests", 0) / THOUSAND, "1K requests", "GET and all others"),
        ),
    )


METERS = (
    Meter(
        "s3.standard",
        (Quantity("gb_months"), Quantity("put_requests", 0), Quantity("get_requests", 0)),
        ("gb_month", "put_k", "get_k"),
        _standard,
    ),
)
