"""A plan with the exit code that it calls for, whether it was made just now or read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument

__all__ = ["Planned", "exit_code_of"]

_DONE, _NOT_MET, _UNPRICED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the exit code that it calls for: 0 done, 1 a constraint is not met, 3 something is unpriced."""

    document: PlanDocument
    exit_code: int


def exit_code_of(document: dict[str, Any]) -> int:
    """Return the exit code that a plan calls for."""
    if document["unpriced"]:
        return _UNPRICED
    return _DONE if document["decision"]["admissible"] else _NOT_MET
