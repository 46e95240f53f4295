"""A change makes no resource dearer a month than by this."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.money import plain
from planner.number_format import money
from planner.policies.finding import Finding
from planner.policies.limits import PATHS, TYPES, is_scoped, signed, usd
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["RESOURCE_DELTA"]

_MISSING = {"unpriced", "unsupported"}


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    limit = setting.number("usd")
    for each in document.data["resources"]:
        if not is_scoped(each["path"], each["type"], setting):
            continue
        measured = Decimal(each["monthly_usd"]["delta"])
        partly = _MISSING & set(each["status"].values())
        shown = f"{each['path']} ({each['type']}), {each['action']}: {signed(measured)} a month"
        if measured > limit:
            words = ", as far as it has prices" if partly else ""
            text = f"{shown}{words}; {money(measured - limit)} above the limit of {signed(limit)}"
        elif partly:
            text = f"{shown}; {signed(limit)} can't be confirmed: it has unpriced parts"
        else:
            continue
        yield Finding(
            text,
            plain(measured),
            plain(limit),
            resource=each["path"],
            resource_type=each["type"],
            logical_id=each["logical_id"],
            keys=("design", "traffic"),
            confirmed=measured > limit,
        )


RESOURCE_DELTA = Policy(
    "resource_delta",
    "A change makes no resource dearer a month than by this.",
    "error",
    ("diff",),
    (usd("the most that each resource may grow by a month"), TYPES, PATHS),
    _check,
)
