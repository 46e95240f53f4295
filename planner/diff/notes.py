"""What a reader of a diff has to know about its sides: what is missing, other regions, days, price books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.diff.side import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diff.side import Side

__all__ = ["notes_of"]


def notes_of(before: Side, after: Side, *, prices_moved: bool) -> list[str]:
    """Return sentences, the weightiest first."""
    about = _about(before, after, prices_moved=prices_moved)
    return list(dict.fromkeys([*_missed(before, after), *about, *before.notes, *after.notes]))


def _missed(before: Side, after: Side) -> Iterator[str]:
    """Yield which constraints of the workload are not met after, and whether they were before."""
    was = {miss["constraint"] for miss in before.plan["decision"]["misses"]} if before.plan else set()
    for miss in after.plan["decision"]["misses"] if after.plan else ():
        already = ", as before" if miss["constraint"] in was else ""
        yield f"A constraint is not met after{already}: {miss['text']}"


def _about(before: Side, after: Side, *, prices_moved: bool) -> Iterator[str]:
    if before.kind == MISSING:
        yield f"{before.source} doesn't exist yet: everything is new."
    if after.kind == MISSING:
        yield f"{after.source} doesn't exist: everything goes."
    if MISSING in {before.kind, after.kind}:
        return
    if before.region != after.region:
        regions = f"{before.region} before, {after.region} after"
        yield f"The regions differ: {regions}; each side has its own region's prices, and --region sets one for both."
    if prices_moved and before.priced_on != after.priced_on:
        yield f"Before is priced on {before.priced_on}, after on {after.priced_on}; prices that moved are listed apart."
    if before.price_book != after.price_book:
        yield "The two sides are priced with different price books; --book and --prices price both on one."
    if before.currency != after.currency:
        shown = [each.currency or "US dollars only" for each in (before, after)]
        yield f"The plans show different currencies ({shown[0]} before, {shown[1]} after); compared are US dollars."
    if before.is_planned != after.is_planned:
        planned, other = ("Before", "after") if before.is_planned else ("After", "before")
        yield (
            f"{planned} is a plan, which lists what costs something; free resources and properties of what is "
            f"{other} are not compared. Synthesize the plan to compare them too."
        )
