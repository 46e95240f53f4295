"""At least this many percent of the resources are priced or free."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.money import CONTEXT, plain
from planner.number_format import percent
from planner.policies.finding import Finding, NotApplicable
from planner.policies.parameters import Amount
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["COVERAGE"]

_HUNDRED: Final = Decimal(100)


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    counts: dict[str, int] = document.data["coverage"]
    every = sum(counts.values())
    known, limit = counts["estimated"] + counts["free"], setting.number("percent")
    if not every:
        yield NotApplicable("it has no resources")
    elif known * _HUNDRED < limit * every:
        share = CONTEXT.divide(Decimal(known), Decimal(every))
        lacking = ", ".join(f"{counts[status]} {status}" for status in ("unpriced", "unsupported"))
        text = f"{known} of {every} resources ({percent(share)}) are priced or free, {lacking}"
        yield Finding(f"{text}; at least {plain(limit)} % must be", plain(share * _HUNDRED), plain(limit))


COVERAGE = Policy(
    "coverage",
    "At least this many percent of the resources are priced or free.",
    "warning",
    ("estimate", "diff"),
    (Amount("percent", "the least share of resources, in percent", most=_HUNDRED),),
    _check,
)
