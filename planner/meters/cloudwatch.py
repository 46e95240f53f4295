"""Amazon CloudWatch: logs by GB taken in, kept and read; dashboards, alarms and metrics by the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Quantity
from planner.meters.params import number, word
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.meters.parameters import Parameter
    from planner.meters.spec import Rule
    from planner.usage import Params

__all__ = ["METERS"]

_COUNTED = {"dashboards": "dashboard-month", "alarms": "alarm-month", "metrics": "metric-month"}
_ALARMS = ("standard", "high_resolution", "composite")


def _logs(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "cloudwatch.logs",
        (
            ("ingest_gb", number(params, "ingest_gb"), "GB", "GB of logs taken in"),
            ("store_gb_month", number(params, "store_gb_months", 0), "GB-month", "GB-months kept, compressed"),
            ("scan_gb", number(params, "scan_gb", 0), "GB", "GB read by queries"),
        ),
    )


def _counted(kind: str, unit: str) -> Rule:
    def rule(params: Params) -> Iterator[UsageQuantity]:
        months = number(params, "months", 1)
        yield UsageQuantity(
            f"cloudwatch.{kind}",
            "unit_month",
            number(params, "count") * months,
            unit,
            PriceKey("cloudwatch", f"{kind}.unit_month", word(params, "kind", "standard"), IN_REGION),
            f"{kind} × months",
            periods=months,
        )

    return rule


def _parameters(kind: str) -> tuple[Parameter, ...]:
    counted = (Quantity("count"), Quantity("months", 1))
    return (*counted, Choice("kind", _ALARMS, "standard")) if kind == "alarms" else counted


METERS = (
    Meter(
        "cloudwatch.logs",
        (Quantity("ingest_gb"), Quantity("store_gb_months", 0), Quantity("scan_gb", 0)),
        ("ingest_gb", "store_gb_month", "scan_gb"),
        _logs,
    ),
    *(
        Meter(f"cloudwatch.{kind}", _parameters(kind), ("unit_month",), _counted(kind, unit))
        for kind, unit in _COUNTED.items()
    ),
)
