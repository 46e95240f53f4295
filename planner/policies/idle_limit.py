"""A month without traffic costs no more than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_total, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["IDLE_LIMIT"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_total(document, setting, "idle_monthly_usd", "A month without traffic", keys=("design", "traffic"))


IDLE_LIMIT = Policy(
    "idle_limit",
    "A month without traffic costs no more than this.",
    "error",
    ("plan", "estimate", "diff"),
    (usd("the most that a month without traffic may cost"),),
    _check,
)
