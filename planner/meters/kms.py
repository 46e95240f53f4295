"""AWS KMS: a customer managed key by the month, requests by ten thousand."""

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


def _key(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "kms.key",
        (
            ("key_month", number(params, "keys") * number(params, "months"), "key-month", "keys × months"),
            ("request_10k", number(params, "requests", 0) / TEN_THOUSAND, "10K requests", "requests to keys"),
        ),
    )


METERS = (
    Meter(
        "kms.key",
        (Quantity("keys"), Quantity("months"), Quantity("requests", 0)),
        ("key_month", "request_10k"),
        _key,
    ),
)
