"""AmazonRDS: Aurora PostgreSQL, serverless and by instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

_POSTGRES: Final = {"databaseEngine": "Aurora PostgreSQL|Any|"}

RULE: Final[Rule] = rule_of(
    (
        Priced("Aurora:ServerlessV2Usage", ("aurora_serverless", "acu_hour", "standard", "ACU-hour"), where=_POSTGRES),
        Priced(
            "Aurora:ServerlessV2IOOptimizedUsage",
            ("aurora_serverless", "acu_hour", "io_optimized", "ACU-hour"),
            where=_POSTGRES,
        ),
        Priced(
            "Aurora:StorageUsage", ("aurora_serverless", "storage_gb_month", "standard", "GB-month"), where=_POSTGRES
        ),
        Priced(
            "Aurora:IO-OptimizedStorageUsage",
            ("aurora_serverless", "storage_gb_month", "io_optimized", "GB-month"),
            where=_POSTGRES,
        ),
        Priced(
            "Aurora:StorageIOUsage", ("aurora_serverless", "io_million", "standard", "1M requests"), where=_POSTGRES
        ),
        Priced("Aurora:BackupUsage", ("aurora_serverless", "backup_gb_month", "standard", "GB-month"), where=_POSTGRES),
        Priced(
            r"InstanceUsage:(?P<instance>db\.[a-z0-9-]+\.[a-z0-9]+)",
            ("aurora", "instance.instance_hour", "{instance}", "instance-hour"),
            where={"databaseEngine": "Aurora PostgreSQL", "deploymentOption": "Single-AZ|"},
            known_only=True,
        ),
        Unpriced("Aurora:ServerlessUsage.*", "Aurora Serverless v1: retired, another meter"),
        Unpriced(
            ".*", "another database engine than Aurora PostgreSQL", where={"databaseEngine": "(?!Aurora PostgreSQL).+"}
        ),
        Unpriced("InstanceUsageIOOptimized:.*", "instances of I/O-Optimized Aurora: no meter"),
        Unpriced("(?:Multi-AZ|HeavyUsage|ReadReplica|Mirror).*", "reserved or multi-AZ instances: no meter"),
    )
)
