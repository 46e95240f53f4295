"""A month costs no more than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_total, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["MONTHLY_LIMIT"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_total(document, setting, "monthly_usd", "A month", keys=("constraints.monthly_usd", "traffic"))


MONTHLY_LIMIT = Policy(
    "monthly_limit",
    "A month costs no more than this.",
    "error",
    ("plan", "estimate", "diff"),
    (usd("the most that a month may cost"),),
    _check,
)
