"""A change makes a month without traffic no dearer than by this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_delta, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["IDLE_DELTA"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_delta(document, setting, "idle_monthly_usd", "A month without traffic", keys=("design", "traffic"))


IDLE_DELTA = Policy(
    "idle_delta",
    "A change makes a month without traffic no dearer than by this.",
    "error",
    ("diff",),
    (usd("the most that it may grow by"),),
    _check,
)
