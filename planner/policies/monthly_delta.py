"""A change makes a month no dearer than by this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_delta, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["MONTHLY_DELTA"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_delta(document, setting, "monthly_usd", "A month", keys=("constraints.monthly_usd", "traffic"))


MONTHLY_DELTA = Policy(
    "monthly_delta",
    "A change makes a month no dearer than by this.",
    "error",
    ("diff",),
    (usd("the most that it may grow by"),),
    _check,
)
