"""Lines of two bills matched by what they are, and what of a difference comes from a price that moved."""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from planner.diff.side import Money
from planner.money import CONTEXT, ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from planner.diff.side import SideLine

__all__ = ["LineChange", "changed_lines"]

_TWO = 2
_Key = tuple[str, str, str, str, str, str, int]


class LineChange(NamedTuple):
    """A line before and after; one of them is None where it was added or removed."""

    before: SideLine | None
    after: SideLine | None
    cause: str  # added | removed | usage | price | usage_and_price | region
    from_price: Money

    @property
    def line(self) -> SideLine:
        """The line that names it."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found

    @property
    def delta(self) -> Money:
        """After minus before."""
        after = self.after.money if self.after else Money()
        return after.minus(self.before.money if self.before else Money())


def changed_lines(before: Sequence[SideLine], after: Sequence[SideLine], *, same_region: bool) -> list[LineChange]:
    """Return the lines that differ, in the order of what comes after, then what is gone.

    A line is the same one if component, variant, meter, dimension, charge and SKU are; several of these (the tiers of
    a price) are matched in their order.
    """
    old, new = _keyed(before), _keyed(after)
    found: list[LineChange] = []
    with localcontext(CONTEXT):
        for key, line in new.items():
            was = old.get(key)
            if was is None:
                found.append(LineChange(None, line, "added", Money()))
            elif _differ(was, line):
                found.append(_change(was, line, same_region=same_region))
        found += [LineChange(line, None, "removed", Money()) for key, line in old.items() if key not in new]
    return found


def _keyed(lines: Sequence[SideLine]) -> dict[_Key, SideLine]:
    found: dict[_Key, SideLine] = {}
    for line in lines:
        number = 0
        name = (line.component, line.variant, line.meter, line.dimension, line.charge, line.sku)
        while (*name, number) in found:
            number += 1
        found[(*name, number)] = line
    return found


def _differ(before: SideLine, after: SideLine) -> bool:
    return (
        before.quantity != after.quantity
        or before.unit_price_usd != after.unit_price_usd
        or before.usd != after.usd
        or before.idle_usd != after.idle_usd
    )


def _change(before: SideLine, after: SideLine, *, same_region: bool) -> LineChange:
    if before.unit_price_usd == after.unit_price_usd:
        return LineChange(before, after, "usage", Money())
    if not same_region:
        return LineChange(before, after, "region", Money())
    cause = "price" if before.quantity == after.quantity else "usage_and_price"
    return LineChange(before, after, cause, _from_price(before, after))


def _from_price(before: SideLine, after: SideLine) -> Money:
    """Return what the move of the price alone comes to, at the mean of both quantities.

    So halves of what price and usage do together go to each, and the way back gives the same with the other sign.
    """
    usage = (before.quantity + after.quantity) / _TWO
    moved = after.unit_price_usd - before.unit_price_usd
    share = moved * usage if before.quantity != after.quantity else after.usd - before.usd
    if after.charge != "monthly":
        return Money(ZERO, share, ZERO)
    return Money(share, ZERO, moved * (_idle_quantity(before) + _idle_quantity(after)) / _TWO)


def _idle_quantity(line: SideLine) -> Decimal:
    if line.idle_usd == line.usd:
        return line.quantity
    return line.idle_usd / line.unit_price_usd if line.unit_price_usd else ZERO
