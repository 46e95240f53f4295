"""Amazon EBS gp3: storage, and what is provisioned above the baseline of a volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _gp3(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "ebs.gp3",
        (
            ("gb_month", number(params, "gb_months"), "GB-month", "GB-months provisioned"),
            ("iops_month", number(params, "extra_iops", 0), "IOPS-month", "IOPS above the baseline"),
            ("mbps_month", number(params, "extra_mbps", 0), "MB/s-month", "MB/s above the baseline"),
        ),
    )


METERS = (
    Meter(
        "ebs.gp3",
        (Quantity("gb_months"), Quantity("extra_iops", 0), Quantity("extra_mbps", 0)),
        ("gb_month", "iops_month", "mbps_month"),
        _gp3,
    ),
)
