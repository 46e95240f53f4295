"""Where sources of the price book disagree, and what it has seen but can't price."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.money import CONTEXT, to_decimal
from planner.price_book import Price, PriceKey
from planner.price_rows import ALL_REGIONS, CONFLICT, DEFAULTS, DERIVED, UNLABELLED
from planner.price_search import every, known_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from planner.price_book import PriceBook
    from planner.price_search import Entry

__all__ = ["Disagreement", "disagreements", "unpriceable"]


class Disagreement(NamedTuple):
    """A price that is used, and what another source says instead, in the same regions."""

    key: PriceKey
    above: str  # a tier's bound; empty for the base price
    regions: tuple[str, ...]
    unit: str
    usd: Decimal
    price: Price
    other_usd: Decimal
    other: Entry

    @property
    def ratio(self) -> Decimal | None:
        """The other source's price for each dollar of the one used; none where that is zero."""
        return CONTEXT.divide(self.other_usd, self.usd) if self.usd else None


def _places(entry: Entry, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the regions that a row speaks of: a source that names none speaks of all that have a price."""
    if entry.row.region not in (UNLABELLED, ALL_REGIONS):
        return (entry.row.region,)
    priced = [each for each in entries if each.row.scope == entry.row.scope]
    return known_regions(priced) or (ALL_REGIONS,)


def _groups(book: PriceBook, as_of: date) -> Iterator[list[Entry]]:
    today = as_of.isoformat()
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in every(book):
        if entry.row.effective <= today:
            groups.setdefault((entry.service, entry.sku, entry.item), []).append(entry)
    for name in sorted(groups):
        yield groups[name]


def disagreements(book: PriceBook, *, as_of: date) -> list[Disagreement]:
    """Return what sources say otherwise of prices in force on a day, in the order of service, SKU and item.

    Places where price and disagreement are the same are one.
    """
    found: dict[tuple[object, ...], Disagreement] = {}
    for entries in _groups(book, as_of):
        for entry in sorted(entries, key=lambda each: (each.row.scope, each.row.region, each.row.source)):
            if entry.row.confidence != CONFLICT or not entry.row.usd:
                continue
            for region in _places(entry, entries):
                one = _against(book, entry, region, as_of)
                if one is None:
                    continue
                same = (one.key, one.above, one.usd, one.price.source, one.other_usd, entry.row.source)
                before = found.get(same)
                regions = sorted({*(before.regions if before else ()), region})
                found[same] = one._replace(regions=tuple(regions))
    return sorted(found.values(), key=_order)


def _order(each: Disagreement) -> tuple[str, ...]:
    return (each.key.service, each.key.sku, each.key.scope, each.unit, each.key.item, each.above, *each.regions)


def _against(book: PriceBook, entry: Entry, region: str, as_of: date) -> Disagreement | None:
    row = entry.row
    key = PriceKey(entry.service, entry.item, entry.sku, row.scope)
    price = book.price(key, region=region, as_of=as_of)
    if not isinstance(price, Price):
        return None
    above = to_decimal(row.above or "0")
    usd = next((tier.usd for tier in price.tiers if tier.above == above), None)
    other = to_decimal(row.usd)
    if usd is None or usd == other:
        return None
    return Disagreement(key, row.above, (region,), row.unit, usd, price, other, entry)


def unpriceable(book: PriceBook, *, as_of: date) -> list[Entry]:
    """Return rows of what has no price, seen by sources that can't be relied on; what is derived has one on request."""
    found = []
    for entries in _groups(book, as_of):
        usable = [each.row for each in entries if each.row.confidence in DEFAULTS and not each.row.above]
        priced = {(row.region, row.scope) for row in usable}
        scopes = {row.scope for row in usable}
        for entry in entries:
            row = entry.row
            if row.confidence in DEFAULTS or row.confidence == DERIVED or row.above:
                continue
            anywhere = row.region == UNLABELLED and row.scope in scopes
            if not anywhere and not {(row.region, row.scope), (ALL_REGIONS, row.scope)} & priced:
                found.append(entry)
    return sorted(found, key=lambda each: (each.service, each.sku, each.row.scope, each.item, *each.row[2:]))
