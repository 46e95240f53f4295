"""The prices of one thing in a region: in force, with what they were before and what else was seen of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.model_id import IN_REGION
from planner.price_book import Price, PriceKey
from planner.price_rows import ALL_REGIONS, DEFAULTS, DERIVED, UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from planner.price_book import PriceBook
    from planner.price_search import Entry

__all__ = ["Shown", "Sighting", "prices_of"]


class Sighting(NamedTuple):
    """A row that is no price of the day: an earlier one, or evidence."""

    above: str
    region: str
    usd: str
    effective: str
    observed: str
    source: str
    confidence: str


class Shown(NamedTuple):
    """A place's price on a day, if it has one, and its other rows; derived ones price only on request."""

    key: PriceKey
    unit: str
    price: Price | None
    earlier: tuple[Sighting, ...]
    derived: tuple[Sighting, ...]
    evidence: tuple[Sighting, ...]


def prices_of(entries: Iterable[Entry], book: PriceBook, *, region: str, as_of: date) -> list[Shown]:
    """Return what the book has in a region of all places that rows speak of, in the order of service, SKU and item.

    A row without a region is evidence here too, but one of a geographic profile only where the region has that profile.
    """
    entries = list(entries)
    scopes = {entry.row.scope for entry in entries if entry.row.region in (region, ALL_REGIONS)} | {IN_REGION, "global"}
    places: dict[PriceKey, list[Entry]] = {}
    for entry in entries:
        row = entry.row
        if row.region in (region, ALL_REGIONS) or (row.region == UNLABELLED and row.scope in scopes):
            places.setdefault(PriceKey(entry.service, entry.item, entry.sku, row.scope), []).append(entry)
    shown = (_shown(key, rows, book, region, as_of) for key, rows in places.items())
    return sorted(shown, key=lambda each: (each.key.service, each.key.sku, each.key.scope, each.key.item))


def _shown(key: PriceKey, entries: list[Entry], book: PriceBook, region: str, as_of: date) -> Shown:
    found = book.price(key, region=region, as_of=as_of)
    price = found if isinstance(found, Price) else None
    today = as_of.isoformat()
    known = sorted(
        (entry for entry in entries if entry.row.effective <= today),
        key=lambda entry: (entry.row.effective, entry.row.observed, entry.row.source),
        reverse=True,
    )
    usable = [entry for entry in known if entry.row.confidence in DEFAULTS]
    current = {_newest(usable, above) for above in {entry.row.above for entry in usable}}
    return Shown(
        key,
        entries[0].row.unit,
        price,
        tuple(_sighting(entry) for entry in usable if entry not in current),
        tuple(_sighting(entry) for entry in known if entry.row.confidence == DERIVED)[:1],
        tuple(_sighting(entry) for entry in known if entry.row.confidence not in DEFAULTS | {DERIVED}),
    )


def _newest(usable: list[Entry], above: str) -> Entry:
    """Return the row that prices a tier: the newest; of one day the region's own before that for all regions."""
    rows = [entry for entry in usable if entry.row.above == above]
    return max(rows, key=lambda entry: (entry.row.effective, entry.row.region != ALL_REGIONS))


def _sighting(entry: Entry) -> Sighting:
    row = entry.row
    return Sighting(row.above, row.region, row.usd, row.effective, row.observed, row.source, row.confidence)
