"""Quantities meet prices: the one place where they are multiplied.

A bill keeps monthly, one-time and idle amounts apart. What has no price is named as unpriced, never counted as zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.meters import quantities
from planner.money import ZERO, amount
from planner.price_book import Price, PriceNotFound, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from planner.price_book import PriceBook
    from planner.usage import MeterUsage, UsageQuantity

__all__ = ["GIVEN", "PricedQuantity", "Unpriced", "price_quantity", "price_usage"]


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


def _step(tiers: tuple[Tier, ...], size: Decimal) -> tuple[int, Tier]:
    chosen = 0
    for index, tier in enumerate(tiers):
        # A step begins above its bound: a prompt of exactly the bound still has the lower price.
        if size > tier.above:
            chosen = index
    return chosen, tiers[chosen]


def _spread(quantity: UsageQuantity, tiers: tuple[Tier, ...]) -> Iterable[tuple[int, Tier, Decimal]]:
    length = quantity.quantity if quantity.tier_by is None else quantity.tier_by
    left = quantity.quantity
    for index, tier in enumerate(tiers):
        if index + 1 == len(tiers) or length <= tiers[index + 1].above:
            # The last tier that is reached takes what is left: shares of a quantity need not be finite decimals.
            yield index, tier, left
            return
        covered = tiers[index + 1].above - tier.above
        billed = covered if quantity.tier_by is None else quantity.quantity * covered / length
        left -= billed
        yield index, tier, billed


GIVEN = "given"  # the source of a rate that the user stated


def price_quantity(
    quantity: UsageQuantity,
    *,
    book: PriceBook,
    region: str,
    as_of: date,
    given: Mapping[str, Decimal] | None = None,
    first_tier: bool = False,
) -> tuple[PricedQuantity, ...] | Unpriced:
    """Return a quantity's lines, one a tier reached, or why it has no price; a dimension's `given` rate goes first.

    `first_tier` prices a sum of months of which none leaves the first tier.
    """
    price: Price | PriceNotFound
    if given and quantity.dimension in given:
        tiers = (Tier(ZERO, given[quantity.dimension]),)
        price = Price(quantity.key, region, quantity.unit, tiers, as_of, None, GIVEN, GIVEN)
    else:
        price = book.price(quantity.key, region=region, as_of=as_of)
    if isinstance(price, PriceNotFound):
        return Unpriced(quantity, price.reason)
    if len(price.tiers) == 1 or quantity.step_by is not None:
        index, tier = (0, price.tiers[0]) if len(price.tiers) == 1 else _step(price.tiers, quantity.step_by or ZERO)
        usd = amount(tier.usd, quantity.quantity)
        return (PricedQuantity(quantity, index, quantity.quantity, tier.usd, usd, price),)
    if first_tier and quantity.tier_by is None:
        tier = price.tiers[0]
        return (PricedQuantity(quantity, 0, quantity.quantity, tier.usd, amount(tier.usd, quantity.quantity), price),)
    return tuple(
        PricedQuantity(quantity, index, billed, tier.usd, amount(tier.usd, billed), price)
        for index, tier, billed in _spread(quantity, price.tiers)
    )


def price_usage(
    usages: Iterable[MeterUsage],
    *,
    book: PriceBook,
    region: str,
    as_of: date,
    given: Mapping[str, Decimal] | None = None,
    first_tier: bool = False,
) -> tuple[list[PricedQuantity], list[Unpriced]]:
    """Price usage meter by meter: the lines, and what has no price."""
    lines: list[PricedQuantity] = []
    unpriced: list[Unpriced] = []
    for usage in usages:
        for quantity in quantities(usage):
            priced = price_quantity(quantity, book=book, region=region, as_of=as_of, given=given, first_tier=first_tier)
            if isinstance(priced, Unpriced):
                unpriced.append(priced)
            else:
                lines.extend(priced)
    return lines, unpriced
