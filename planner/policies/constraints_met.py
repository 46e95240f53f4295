"""The design meets the constraints and needs that the workload states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.finding import Finding
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["CONSTRAINTS_MET"]


def _check(document: Document, _setting: Setting) -> Iterable[Finding]:
    for miss in document.data["decision"]["misses"]:
        yield Finding(miss["text"], str(miss["value"]), str(miss["limit"]), keys=(miss["constraint"],))


CONSTRAINTS_MET = Policy(
    "constraints_met",
    "The design meets the constraints and needs that the workload states.",
    "error",
    ("plan",),
    (),
    _check,
)
