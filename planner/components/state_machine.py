"""AWS::StepFunctions::StateMachine: state transitions; STANDARD is the type that waits for jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["state_machine"]


def state_machine(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield a standard workflow's transitions."""
    yield MeterUsage("step_functions.standard", usage)
