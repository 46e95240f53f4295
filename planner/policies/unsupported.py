"""No more resources than this are of a type that the planner does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.money import ZERO, plain
from planner.policies.finding import Finding
from planner.policies.limits import TYPES, counted, matches
from planner.policies.parameters import Amount
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["UNSUPPORTED"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    types, limit = setting.globs("types"), setting.number("most")
    found = [
        each
        for each in document.data["unsupported"]
        if each.get("side") != "before" and (not types or matches(each["type"], types))
    ]
    if len(found) > limit:
        above = f"{counted(len(found), 'resource', 'resources')} unsupported, at most {plain(limit)} may be"
        for each in found:
            text = f"{each['path']} ({each['type']}): nothing is known of what it costs ({above})"
            yield Finding(text, str(len(found)), plain(limit), resource=each["path"], resource_type=each["type"])


UNSUPPORTED = Policy(
    "unsupported",
    "No more resources than this are of a type that the planner does not know.",
    "warning",
    ("estimate", "diff"),
    (Amount("most", "how many resources may be unsupported", default=ZERO, whole=True), TYPES),
    _check,
)
