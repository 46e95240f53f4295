"""A change adds no more than this to what is spent once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_delta, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["ONE_TIME_DELTA"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_delta(
        document, setting, "one_time_usd", "Once", keys=("constraints.one_time_usd", "design", "evidence")
    )


ONE_TIME_DELTA = Policy(
    "one_time_delta",
    "A change adds no more than this to what is spent once.",
    "error",
    ("diff",),
    (usd("the most that it may grow by"),),
    _check,
)
