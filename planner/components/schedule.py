"""AWS::Scheduler::Schedule: invocations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["schedule"]


def schedule(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the schedule's invocations."""
    yield MeterUsage("scheduler", usage)
