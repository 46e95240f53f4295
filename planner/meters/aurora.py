"""Amazon Aurora Serverless v2: capacity by ACU-hour, storage, requests to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Quantity
from planner.meters.params import number, word
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]

_IO_OPTIMIZED = "io_optimized"


def _aurora(params: Params) -> Iterator[UsageQuantity]:
    storage = word(params, "storage", "standard")
    stated = "acu_hours" in params
    acu_hours = number(params, "acu_hours") if stated else number(params, "acu") * number(params, "hours")
    # I/O-Optimized has dearer capacity and storage, and its reads and writes are not metered.
    io = ZERO if storage == _IO_OPTIMIZED else number(params, "io_million", 0)
    return plain_quantities(
        "aurora_serverless",
        (
            ("acu_hour", acu_hours, "ACU-hour", "capacity units × hours not paused"),
            ("storage_gb_month", number(params, "storage_gb_months", 0), "GB-month", "GB-months stored"),
            ("io_million", io, "1M requests", "reads and writes of storage"),
        ),
        sku=storage,
    )


METERS = (
    Meter(
        "aurora_serverless",
        (
            Quantity("acu", optional=True),
            Quantity("hours", optional=True),
            Quantity("acu_hours", optional=True),
            Quantity("storage_gb_months", 0),
            Quantity("io_million", 0),
            Choice("storage", ("standard", _IO_OPTIMIZED), "standard"),
        ),
        ("acu_hour", "storage_gb_month", "io_million"),
        _aurora,
        ways=(("acu", "hours"), ("acu_hours",)),
    ),
)
