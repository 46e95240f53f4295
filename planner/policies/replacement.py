"""A change makes CloudFormation replace no resource of these types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.number_format import money
from planner.policies.finding import Finding
from planner.policies.limits import PATHS, TYPES, is_scoped
from planner.policies.parameters import Flag
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["REPLACEMENT"]

_WORDS = {"yes": "is replaced", "maybe": "may be replaced"}


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    looked_for = ("yes", "maybe") if setting.values["maybe"] else ("yes",)
    for each in document.data["resources"]:
        if each["replacement"] not in looked_for or not is_scoped(each["path"], each["type"], setting):
            continue
        causes = [change["property"] for change in each["changes"] if change["replacement"] != "no"]
        why = f" for {', '.join(causes)}" if causes else ""
        double = each["double_running"]
        both = f"; {money(double['usd'])} while both run, {double['hours']} hours assumed" if double else ""
        yield Finding(
            f"{each['path']} ({each['type']}) {_WORDS[each['replacement']]}{why}{both}",
            each["replacement"],
            "no",
            each["path"],
            each["type"],
            each["logical_id"],
            causes[0] if causes else "",
        )


REPLACEMENT = Policy(
    "replacement",
    "A change makes CloudFormation replace no resource of these types.",
    "error",
    ("diff",),
    (Flag("maybe", "whether what may be replaced counts too"), TYPES, PATHS),
    _check,
)
