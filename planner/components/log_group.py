"""AWS::Logs::LogGroup: logs taken in and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["log_group"]


def log_group(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the usage of CloudWatch Logs."""
    yield MeterUsage("cloudwatch.logs", usage)
