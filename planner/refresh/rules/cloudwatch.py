"""AmazonCloudWatch: logs, metrics, alarms, dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("DataProcessing-Bytes", ("cloudwatch", "logs.ingest_gb", "standard", "GB"), free_first=True),
        Priced("DataProcessingIA-Bytes", ("cloudwatch", "logs.ingest_gb", "infrequent_access", "GB"), free_first=True),
        Priced("TimedStorage-ByteHrs", ("cloudwatch", "logs.store_gb_month", "standard", "GB-month"), free_first=True),
        Priced("DataScanned-Bytes", ("cloudwatch", "logs.scan_gb", "standard", "GB"), free_first=True),
        Priced(
            "CW:MetricMonitorUsage", ("cloudwatch", "metrics.unit_month", "standard", "metric-month"), free_first=True
        ),
        Priced("CW:AlarmMonitorUsage", ("cloudwatch", "alarms.unit_month", "standard", "alarm-month"), free_first=True),
        Priced("CW:HighResAlarmMonitorUsage", ("cloudwatch", "alarms.unit_month", "high_resolution", "alarm-month")),
        Priced("CW:CompositeAlarmMonitorUsage", ("cloudwatch", "alarms.unit_month", "composite", "alarm-month")),
        Priced(
            "DashboardsUsageHour",
            ("cloudwatch", "dashboards.unit_month", "standard", "dashboard-month"),
            free_first=True,
        ),
        Unpriced("VendedLog.*|.*VendedLogs?-.*", "logs that AWS services deliver: another meter"),
        Unpriced("CW:(?:Requests|GMD-.*)", "metric requests: there is no meter for them"),
    )
)
