"""What is spent once is no more than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_total, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["ONE_TIME_LIMIT"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_total(
        document, setting, "one_time_usd", "Once", keys=("constraints.one_time_usd", "design", "evidence")
    )


ONE_TIME_LIMIT = Policy(
    "one_time_limit",
    "What is spent once is no more than this.",
    "error",
    ("plan", "estimate", "diff"),
    (usd("the most that may be spent once"),),
    _check,
)
