"""A change makes a month no dearer than by this many percent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.money import CONTEXT, ZERO, plain
from planner.number_format import money, percent
from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import both_sides, signed, unpriced_parts
from planner.policies.parameters import Amount
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["MONTHLY_DELTA_PERCENT"]

_HUNDRED = Decimal(100)


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    before, after = (Decimal(document.data[side]["cost"]["monthly_usd"]) for side in ("before", "after"))
    delta, limit, floor = after - before, setting.number("percent"), setting.number("from_usd")
    missing = both_sides(document)
    if not before:
        if delta or missing:
            yield NotApplicable("a month cost nothing before, so there is nothing to take a percent of")
        return
    shown = f"A month: {money(before)} → {money(after)}, {signed(delta)}"
    measured = CONTEXT.divide(delta, before) * _HUNDRED
    grown = f"{'+' if delta > 0 else ''}{percent(CONTEXT.divide(delta, before))}"
    keys = ("constraints.monthly_usd", "traffic")
    # The comparison multiplies: a quotient has been rounded.
    if delta * _HUNDRED > limit * before and delta > floor:
        partly = ", as far as parts have prices" if missing else ""
        text = f"{shown} ({grown}){partly}; the limit is +{plain(limit)} %"
        yield Finding(text, plain(measured), plain(limit), keys=keys)
    elif missing:
        text = f"{shown} ({grown}); +{plain(limit)} % can't be confirmed: {unpriced_parts(missing)}"
        yield Finding(text, plain(measured), plain(limit), keys=keys, confirmed=False)


MONTHLY_DELTA_PERCENT = Policy(
    "monthly_delta_percent",
    "A change makes a month no dearer than by this many percent.",
    "error",
    ("diff",),
    (
        Amount("percent", "the most that a month may grow by, in percent of the month before"),
        Amount("from_usd", "growth of no more US dollars a month than this is let pass", default=ZERO),
    ),
    _check,
)
