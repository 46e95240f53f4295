"""Amazon FSx for Lustre: provisioned storage, at a price by throughput for each TiB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]

_LEAST_THROUGHPUT = 125  # MB/s for each TiB, of a persistent file system


def _lustre(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "fsx.lustre",
        (("gb_month", number(params, "gb_months"), "GB-month", "GB-months provisioned, by the second"),),
        sku=plain(number(params, "throughput", _LEAST_THROUGHPUT)),
    )


METERS = (
    Meter("fsx.lustre", (Quantity("gb_months"), Quantity("throughput", _LEAST_THROUGHPUT)), ("gb_month",), _lustre),
)
