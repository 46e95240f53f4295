"""What every stack has: a key, a bucket for access logs. Budget, topic and roles are free and need no part."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.part import Part
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.context import Context

__all__ = ["KB_PER_GB", "bucket", "common_parts", "log_group", "state_machine"]

_ONE = Decimal(1)
KB_PER_GB = Decimal(1_000_000)


def bucket(
    component: str,
    path: str,
    *,
    gb: Rate,
    puts: Rate | None = None,
    gets: Rate | None = None,
    once_puts: Decimal | None = None,
) -> Part:
    """Return an S3 bucket's part; `path` is its construct, the L2's resource below it is `Resource`."""
    none = Rate()
    return Part(
        component,
        "standard",
        f"{path}/Resource",
        "AWS::S3::Bucket",
        monthly=of(gb_months=gb, put_requests=puts or none, get_requests=gets or none),
        one_time=of(gb_months=Decimal(0), put_requests=once_puts) if once_puts else (),
    )


def log_group(path: str, context: Context, *, executions: Rate) -> Part:
    """Return a log group's part for a state machine's executions."""
    gb = executions.times(context.assumed.number("state_machine_log_kb") / KB_PER_GB)
    return Part(
        "logs",
        "standard",
        path,
        "AWS::Logs::LogGroup",
        monthly=of(ingest_gb=gb, store_gb_months=gb.times(context.assumed.number("log_retention_months"))),
    )


def state_machine(component: str, path: str, *, transitions: Rate, once: Decimal | None = None) -> Part:
    """Return a state machine's part."""
    return Part(
        component,
        "standard",
        path,
        "AWS::StepFunctions::StateMachine",
        monthly=of(transitions=transitions),
        one_time=of(transitions=once) if once else (),
    )


def common_parts(context: Context, *, has_buckets: bool = True) -> tuple[Part, ...]:
    """Return what every stack has that costs something: a key, and one bucket for the access logs of the others."""
    key = Part(
        "encryption_key",
        "customer_managed",
        "Key/Resource",
        "AWS::KMS::Key",
        monthly=of(months=Rate(fixed=_ONE), requests=Rate(fixed=context.assumed.number("kms_requests_per_month"))),
    )
    if not has_buckets:
        return (key,)
    # Access logs are kept for a month by a lifecycle rule; their size follows bucket requests, which are few.
    return (key, bucket("access_logs", "AccessLogs", gb=Rate()))
