"""All that a plan costs over its horizon is no more than this."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.policies.limits import limit_on_total, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["TOTAL_LIMIT"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    months = document.data["horizon_months"]
    total = Decimal(document.data["cost"]["total_usd"])
    what = f"Over {months} month{'' if months == 1 else 's'}, one-time costs included"
    return limit_on_total(document, setting, "total_usd", what, keys=("horizon_months", "traffic"), value=total)


TOTAL_LIMIT = Policy(
    "total_limit",
    "All that a plan costs over its horizon is no more than this.",
    "error",
    ("plan",),
    (usd("the most that the horizon's months and what is spent once may come to"),),
    _check,
)
