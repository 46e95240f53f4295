"""CloudWatch, SSM parameters, budgets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.estimate.facts import Facts, Kind
from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]

_HIGH_RESOLUTION_BELOW: Final = 60  # seconds of a period


def _log_group(facts: Facts) -> Iterator[Use]:
    # The meter wants what is taken in; what is kept stands without traffic.
    yield from facts.meter("cloudwatch.logs", idle=False, ingest_gb=facts.used("monthly_data_ingested_gb"))
    yield from facts.meter("cloudwatch.logs", idle=True, ingest_gb=ZERO, store_gb_months=facts.used("storage_gb"))
    scanned = facts.stated("monthly_data_scanned_gb")
    yield from facts.meter("cloudwatch.logs", idle=False, ingest_gb=ZERO, scan_gb=scanned)


def _alarm(facts: Facts) -> Iterator[Use]:
    queries = facts.items("Metrics")
    period = facts.number("Period", default=_HIGH_RESOLUTION_BELOW)
    kind = "standard" if period is None or period >= _HIGH_RESOLUTION_BELOW else "high_resolution"
    if facts.raw("ThresholdMetricId") is not None:
        facts.gap("ThresholdMetricId", "an alarm on anomalies is charged for more than one metric; one is priced")
    # An alarm on a formula is charged for each metric that it looks at.
    metrics = sum(1 for each in queries if isinstance(each, dict) and "MetricStat" in each)
    yield from facts.meter("cloudwatch.alarms", idle=True, count=Decimal(max(metrics, 1)), kind=kind)


def _composite(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("cloudwatch.alarms", idle=True, count=1, kind="composite")


def _dashboard(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("cloudwatch.dashboards", idle=True, count=1)


def _parameter(facts: Facts) -> Iterator[Use]:
    tier = facts.text("Tier", default="Standard")
    if tier is not None:
        key = ("ssm", "parameter.parameter_month", tier.lower())
        yield from facts.priced(key, Decimal(1), "parameter-month", "one parameter", idle=True)


def _free_parameter(facts: Facts) -> str | None:
    return "standard parameters are free" if facts.raw("Tier") in {None, "Standard"} else None


def _budget_action(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("budgets.action", idle=True, budgets=1, months=1)


KINDS = (
    Kind("AWS::Logs::LogGroup", ("monthly_data_ingested_gb", "storage_gb", "monthly_data_scanned_gb"), _log_group),
    Kind("AWS::CloudWatch::Alarm", (), _alarm),
    Kind("AWS::CloudWatch::CompositeAlarm", (), _composite),
    Kind("AWS::CloudWatch::Dashboard", (), _dashboard),
    Kind("AWS::SSM::Parameter", (), _parameter, _free_parameter),
    Kind("AWS::Budgets::BudgetsAction", (), _budget_action),
)
