"""No resource costs more a month than this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.limits import PATHS, TYPES, limit_on_resources, scoped, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.finding import Finding
    from planner.policies.spec import Setting

__all__ = ["RESOURCE_MONTHLY_LIMIT"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    return limit_on_resources(scoped(document, setting), setting, keys=("design", "traffic"))


RESOURCE_MONTHLY_LIMIT = Policy(
    "resource_monthly_limit",
    "No resource costs more a month than this.",
    "error",
    ("plan", "estimate", "diff"),
    (usd("the most that each resource may cost a month"), TYPES, PATHS),
    _check,
)
