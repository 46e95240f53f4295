"""No more parts than this have no price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.money import ZERO, plain
from planner.policies.finding import Finding
from planner.policies.limits import counted
from planner.policies.parameters import Amount
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["UNPRICED"]


def _check(document: Document, setting: Setting) -> Iterable[Finding]:
    parts, limit = document.unpriced(), setting.number("most")
    if len(parts) > limit:
        above = f"{counted(len(parts), 'part', 'parts')} unpriced, at most {plain(limit)} may be"
        for part in parts:
            yield Finding(
                f"{part.name}: {part.reason} ({above})", str(len(parts)), plain(limit), resource=part.resource
            )


UNPRICED = Policy(
    "unpriced",
    "No more parts than this have no price.",
    "warning",
    ("plan", "estimate", "diff"),
    (Amount("most", "how many parts may be unpriced", default=ZERO, whole=True),),
    _check,
)
