"""Product → what the book should say: the row of its rule, prices per the book's unit, tiers from zero upwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.refresh.outcome import Outcome, Rule, Skip, Target
from planner.refresh.units import exactly, held_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from planner.refresh.product import Dimension, Offer, Product

__all__ = ["Observed", "Tier", "observe"]

_NUMBER: Final = re.compile(r"\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_ZERO: Final = Decimal(0)


class Tier(NamedTuple):
    """USD per unit above a bound, both in the book's unit."""

    above: Decimal
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Observed:
    """A row that a price list states, in one region."""

    target: Target
    region: str
    tiers: tuple[Tier, ...]
    effective: date
    offer: Offer
    usagetype: str


def observe(product: Product, rule: Rule, region: str) -> Observed | Skip | None:
    """Return the row that a product prices in a region, why it prices none, or None where no rule knows it."""
    elsewhere = _place(product, region)
    if elsewhere is not None:
        return elsewhere
    outcome: Outcome = rule(product)
    if not isinstance(outcome, Target):
        return outcome
    tiers = _tiers(product.dimensions, outcome)
    if isinstance(tiers, Skip):
        return tiers
    return Observed(outcome, region, tiers, product.effective, product.offer, product.usagetype)


def _place(product: Product, region: str) -> Skip | None:
    stated = product.attribute("regionCode") or product.attribute("fromRegionCode")
    if not stated:
        return Skip("no region (a price for no place in particular)")
    if stated != region:
        return Skip("another region than was asked for")
    kind = product.attribute("locationType")
    if kind not in {"", "AWS Region"}:
        return Skip("a Local Zone, Wavelength or edge location")
    return None


def _tiers(dimensions: Iterable[Dimension], target: Target) -> tuple[Tier, ...] | Skip:
    found: list[tuple[Decimal, str, Decimal]] = []
    for dimension in dimensions:
        tier = _tier(dimension, target)
        if isinstance(tier, Skip):
            return tier
        found.append(tier)
    found.sort(key=lambda tier: tier[0])
    if _has_gaps(found):
        return Skip("tiers with gaps or overlaps")
    tiers = [Tier(above, usd) for above, _, usd in found]
    if target.free_first and len(tiers) > 1 and not tiers[0].usd:
        # Bills take free allowances off the quantity, once per account: the next tier begins at zero.
        tiers = [Tier(_ZERO, tiers[1].usd), *tiers[2:]]
    if not target.free and any(not tier.usd for tier in tiers):
        return Skip("a price of zero where AWS charges: suspicious")
    if target.above:
        if len(tiers) > 1:
            return Skip("tiers within a tier")
        tiers = [Tier(Decimal(target.above), tiers[0].usd)]
    merged = [tier for number, tier in enumerate(tiers) if number == 0 or tier.usd != tiers[number - 1].usd]
    if any(tier.above != tier.above.to_integral_value() for tier in merged):
        return Skip("a tier's bound is no whole number of the book's units")
    return tuple(merged)


def _tier(dimension: Dimension, target: Target) -> tuple[Decimal, str, Decimal] | Skip:
    if dimension.usd is None:
        other = ", ".join(name for name in dimension.currencies if re.fullmatch("[A-Z]{3}", name, re.ASCII))
        return Skip(f"priced in {other or 'no currency'}, not in USD")
    if not _NUMBER.fullmatch(dimension.usd) or not _NUMBER.fullmatch(dimension.begin):
        return Skip("a price or a bound that is no decimal")
    held = target.held or held_in(target.unit, dimension.unit)
    if held is None:
        return Skip(f"unit '{_shown(dimension.unit)}' where {target.unit} was expected")
    usd = exactly(Decimal(dimension.usd), held)
    above = exactly(Decimal(dimension.begin), 1 / Fraction(held))
    if usd is None or above is None:
        return Skip(f"unit '{_shown(dimension.unit)}' does not convert exactly to {target.unit}")
    end = exactly(Decimal(dimension.end), 1 / Fraction(held)) if _NUMBER.fullmatch(dimension.end) else None
    return above, "" if end is None else str(end.normalize()), usd


def _has_gaps(tiers: list[tuple[Decimal, str, Decimal]]) -> bool:
    if not tiers or tiers[0][0]:
        return True
    return any(
        end != str(tiers[number + 1][0].normalize()) if number + 1 < len(tiers) else end != ""
        for number, (_, end, _) in enumerate(tiers)
    )


def _shown(text: str) -> str:
    shown = text[:40]
    return shown if shown.isprintable() else ascii(shown)[1:-1]
