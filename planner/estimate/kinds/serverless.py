"""Lambda, API Gateway, Step Functions, EventBridge Scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import MILLIONS, By, by_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]

_DEFAULT_MEMORY_MB: Final = 128  # Lambda's own default for MemorySize
_DEFAULT_STORAGE_MB: Final = 512  # and for EphemeralStorage, which is free


def _function(facts: Facts) -> Iterator[Use]:
    memory = facts.number("MemorySize", default=_DEFAULT_MEMORY_MB)
    architecture = facts.text("Architectures", 0, default="x86_64")
    yield from facts.meter(
        "lambda",
        idle=False,
        requests=facts.used("monthly_requests"),
        duration_ms=facts.used("request_duration_ms"),
        memory_mb=memory,
        architecture=architecture,
    )
    storage = facts.number("EphemeralStorage", "Size", default=_DEFAULT_STORAGE_MB)
    if storage is not None and storage > _DEFAULT_STORAGE_MB:
        facts.gap("EphemeralStorage", "the price book has no price for storage above what is free")


def _machine(facts: Facts) -> Iterator[Use]:
    kind = facts.text("StateMachineType", default="STANDARD")
    if kind == "EXPRESS":
        yield from facts.meter(
            "step_functions.express",
            idle=False,
            requests=facts.used("monthly_requests"),
            gb_hours=facts.used("monthly_gb_hours"),
        )
    elif kind is not None:
        yield from facts.meter("step_functions.standard", idle=False, transitions=facts.used("monthly_transitions"))


def _api(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("api_gateway.rest", idle=False, requests=facts.used("monthly_requests"))


def _api_v2(facts: Facts) -> Iterator[Use]:
    protocol = facts.text("ProtocolType", default="HTTP")
    if protocol == "HTTP":
        yield from facts.meter("api_gateway.http", idle=False, requests=facts.used("monthly_requests"))
    elif protocol is not None:
        messages, minutes = facts.used("monthly_messages"), facts.used("monthly_connection_minutes")
        for item, amount, unit in (
            ("message_million", messages, "1M messages"),
            ("connection_minute_million", minutes, "1M connection-minutes"),
        ):
            if amount is not None:
                key = ("api_gateway", f"websocket.{item}", "standard")
                yield from facts.priced(key, amount / MILLIONS, unit, unit, idle=False)


def _schedule(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("scheduler", idle=False, invocations=facts.used("monthly_invocations"))


def _kept_warm(facts: Facts) -> Iterator[Use]:
    count = facts.number("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
    if count is not None:
        facts.gap("ProvisionedConcurrencyConfig", "provisioned concurrency is charged by the hour; it is not priced")
    yield from ()


def _not_kept_warm(facts: Facts) -> str | None:
    warm = facts.raw("ProvisionedConcurrencyConfig") is not None
    return None if warm else "a name or a version of a function, which is charged itself"


KINDS = (
    Kind("AWS::Lambda::Alias", (), _kept_warm, _not_kept_warm),
    Kind("AWS::Lambda::Version", (), _kept_warm, _not_kept_warm),
    Kind("AWS::Lambda::Function", ("monthly_requests", "request_duration_ms"), _function),
    Kind("AWS::StepFunctions::StateMachine", ("monthly_transitions", "monthly_requests", "monthly_gb_hours"), _machine),
    Kind("AWS::ApiGateway::RestApi", ("monthly_requests",), _api),
    Kind("AWS::ApiGatewayV2::Api", ("monthly_requests", "monthly_messages", "monthly_connection_minutes"), _api_v2),
    Kind("AWS::Scheduler::Schedule", ("monthly_invocations",), _schedule),
    by_usage(
        "AWS::Events::EventBus",
        By("monthly_events", "eventbridge", "custom_events.event_million", "1M events", MILLIONS),
    ),
)
