"""Quantities meet prices: the one place where they are multiplied.

A bill keeps monthly, one-time and idle amounts apart. What has no price is named as unpriced, never counted as zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.meters import quantities
from planner.money import CONTEXT, ZERO, amount, plain
from planner.monthly_use import Stretch
from planner.price_book import Price, PriceNotFound, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from planner.monthly_use import MonthlyUse
    from planner.price_book import PriceBook
    from planner.usage import MeterUsage, UsageQuantity

__all__ = ["DISCOUNT", "GIVEN", "Given", "PricedQuantity", "Unpriced", "price_quantity", "price_usage", "usd_of"]

GIVEN = "given"  # the source of a rate that the user stated
DISCOUNT = "discount"  # the dimension of a line that takes a share off the line before it

Given = dict[str, tuple[Tier, ...]]  # rates that the user stated, by dimension


class PricedQuantity(NamedTuple):
    """A quantity at one price: `usd` is unit price × quantity to twelve decimal places."""

    quantity: UsageQuantity
    tier: int
    billed: Decimal
    unit_price_usd: Decimal
    usd: Decimal
    price: Price


class Unpriced(NamedTuple):
    """A quantity without a price, and why there is none."""

    quantity: UsageQuantity
    reason: str


Priced = PricedQuantity | Unpriced


def usd_of(lines: Iterable[PricedQuantity]) -> Decimal:
    """Return the sum of lines, in US dollars, from 34 digits."""
    total = ZERO
    for line in lines:
        total = CONTEXT.add(total, line.usd)
    return total


def _step(tiers: tuple[Tier, ...], size: Decimal) -> int:
    chosen = 0
    for index, tier in enumerate(tiers):
        # A step begins above its bound: a prompt of exactly the bound still has the lower price.
        if size > tier.above:
            chosen = index
    return chosen


def _along(quantity: UsageQuantity, tiers: tuple[Tier, ...], length: Decimal) -> Iterable[tuple[int, Decimal]]:
    """Spread a quantity evenly over a length, along which the tiers run."""
    left = quantity.quantity
    for index, tier in enumerate(tiers):
        if index + 1 == len(tiers) or length <= tiers[index + 1].above:
            # The last tier that is reached takes what is left: shares of a quantity need not be finite decimals.
            yield index, left
            return
        billed = quantity.quantity * (tiers[index + 1].above - tier.above) / length
        left -= billed
        yield index, billed


def _cumulative(
    quantity: UsageQuantity, tiers: tuple[Tier, ...], stretches: Iterable[Stretch]
) -> Iterable[tuple[int, Decimal]]:
    """Fill the tiers from where each stretch of periods has come to; a stretch: used before, periods, used here."""
    billed = [ZERO] * len(tiers)
    for used, periods, here in stretches:
        until = used + here
        for index, tier in enumerate(tiers):
            top = until if index + 1 == len(tiers) else min(until, tiers[index + 1].above)
            within = top - max(used, tier.above)
            if within > 0:
                billed[index] += within * periods
    reached = [index for index, share in enumerate(billed) if share] or [0]
    last = reached[-1]
    billed[last] += quantity.quantity - sum(billed, ZERO)  # what dividing by periods rounded away
    return [(index, billed[index]) for index in reached]


def _shares(
    quantity: UsageQuantity, price: Price, *, stepwise: bool, first_tier: bool, uses: MonthlyUse | None
) -> Iterable[tuple[int, Decimal]]:
    """Return how much of a quantity falls into which tier."""
    tiers = price.tiers
    if len(tiers) == 1:
        return ((0, quantity.quantity),)
    if quantity.tier_by is not None:
        return _along(quantity, tiers, quantity.tier_by)
    if stepwise and quantity.step_by is not None:
        return ((_step(tiers, quantity.step_by), quantity.quantity),)
    if first_tier:
        return ((0, quantity.quantity),)
    periods = quantity.periods
    per_period = quantity.quantity / periods
    stretches = (Stretch(ZERO, periods, per_period),) if uses is None else uses.add(price, per_period, periods)
    return _cumulative(quantity, tiers, stretches)


def price_quantity(
    quantity: UsageQuantity,
    *,
    book: PriceBook,
    region: str,
    as_of: date,
    given: Given | None = None,
    first_tier: bool = False,
    uses: MonthlyUse | None = None,
) -> list[Priced]:
    """Return a quantity's lines, one a tier reached, and what of it has no price; a `given` rate goes first.

    `first_tier` prices a sum of months of which none leaves the first tier. `uses` is what earlier lines of the same
    bill have used of prices with tiers: this quantity goes on from there.
    """
    rate = given.get(quantity.dimension) if given else None
    if rate is not None:
        price = Price(quantity.key, region, quantity.unit, rate, as_of, None, GIVEN, GIVEN)
    else:
        found = book.price(quantity.key, region=region, as_of=as_of)
        if isinstance(found, PriceNotFound):
            return [Unpriced(quantity, found.reason)]
        price = found
    listed = rate is None and not price.own
    if len(price.tiers) == 1 and (usd := price.tiers[0].usd) is not None:
        # Most prices: nothing to share out.
        line = PricedQuantity(quantity, 0, quantity.quantity, usd, amount(usd, quantity.quantity), price)
        return [line, *_discounts(line, book)] if listed and book.has_discounts else [line]
    lines: list[Priced] = []
    stepwise = rate is None  # a stated rate's tiers are cumulative, whatever the book's are
    for index, billed in _shares(quantity, price, stepwise=stepwise, first_tier=first_tier, uses=uses):
        tier = price.tiers[index]
        if tier.usd is None:
            lines.append(Unpriced(quantity._replace(quantity=billed), _no_rate(price, tier)))
            continue
        line = PricedQuantity(quantity, index, billed, tier.usd, amount(tier.usd, billed), price)
        lines.append(line)
        if listed and book.has_discounts:
            lines.extend(_discounts(line, book))
    return lines


def _no_rate(price: Price, tier: Tier) -> str:
    if price.source == GIVEN:
        return f"the given tiers end at {plain(tier.above)}"
    return f"{price.key.service} {price.key.item} above {plain(tier.above)} has another price, which the book lacks"


def _discounts(line: PricedQuantity, book: PriceBook) -> Iterable[PricedQuantity]:
    """Yield what discounts take off a line at list price, one after the other, each as a line of its own."""
    quantity = line.quantity
    left = line.usd
    for discount in book.discounts_of(quantity.key.service, quantity.dimension):
        rate = -discount.percent / 100
        taken = amount(rate, left)
        rule = f"{discount.name}: {plain(discount.percent)} % off {quantity.dimension}"
        of_usd = quantity._replace(dimension=DISCOUNT, quantity=left, unit="USD", rule=rule)
        share = (Tier(ZERO, rate),)
        price = Price(quantity.key, line.price.region, "USD", share, line.price.effective, None, DISCOUNT, DISCOUNT)
        yield PricedQuantity(of_usd, line.tier, left, rate, taken, price)
        left += taken


def price_usage(
    usages: Iterable[MeterUsage],
    *,
    book: PriceBook,
    region: str,
    as_of: date,
    given: Given | None = None,
    first_tier: bool = False,
) -> tuple[list[PricedQuantity], list[Unpriced]]:
    """Price usage meter by meter: the lines, and what has no price."""
    lines: list[PricedQuantity] = []
    unpriced: list[Unpriced] = []
    for usage in usages:
        for quantity in quantities(usage):
            for priced in price_quantity(
                quantity, book=book, region=region, as_of=as_of, given=given, first_tier=first_tier
            ):
                if isinstance(priced, Unpriced):
                    unpriced.append(priced)
                else:
                    lines.append(priced)
    return lines, unpriced
