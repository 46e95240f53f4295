"""A change leaves the plan's decision as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import matches
from planner.policies.parameters import Globs
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["DECISION_CHANGE"]

_APPROACH: Final = "approach"


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    decision = document.data["decision"]
    if decision is None:
        yield NotApplicable("only two plans or workloads have decisions to compare")
        return
    movers = tuple(each["key"] for each in decision["because"])
    if decision["before"] != decision["after"]:
        yield Finding(decision["text"], decision["after"], decision["before"], keys=(*movers, "design.approach"))
    held = setting.globs("choices")
    for each in document.data["design"]:
        if each["key"] != _APPROACH and matches(each["key"], held):
            before, after = (_word(each[side]) for side in ("before", "after"))
            text = f"design.{each['key']} changes from {before} to {after}"
            yield Finding(text, after, before, keys=(f"design.{each['key']}", *movers, "design"))


def _word(value: object) -> str:
    return "none" if value is None else str(value)


DECISION_CHANGE = Policy(
    "decision_change",
    "A change leaves the plan's decision as it is.",
    "error",
    ("diff",),
    (Globs("choices", "choices of the design that must stay too, such as `model` or `vector_store`"),),
    _check,
)
