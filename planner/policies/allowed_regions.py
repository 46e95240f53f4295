"""Everything is in one of these regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import matches
from planner.policies.parameters import Globs
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["ALLOWED_REGIONS"]


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    allowed = setting.globs("regions")
    if not document.regions:
        yield NotApplicable("it names no region")
    for region in document.regions:
        if not matches(region, allowed):
            text = f"{region} is not among the allowed regions: {', '.join(allowed)}"
            yield Finding(text, region, ", ".join(allowed), keys=("region", "constraints.regions"))


ALLOWED_REGIONS = Policy(
    "allowed_regions",
    "Everything is in one of these regions.",
    "error",
    ("plan", "estimate", "diff"),
    (Globs("regions", "the regions, such as `eu-*`", optional=False),),
    _check,
)
