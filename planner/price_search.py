"""Rows of the price book by service, name, item, region and scope: those in force on a day, or all that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.near import did_you_mean
from planner.price_rows import ALL_REGIONS, DEFAULTS, UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from planner.price_book import PriceBook
    from planner.price_rows import Row

__all__ = ["IN_FORCE", "Entry", "Wanted", "every", "history", "in_force", "known_regions", "place_of", "status_of"]

IN_FORCE: Final = "in force"
EARLIER: Final = "earlier"
_SCOPES: Final = ("in_region", "global")


class Entry(NamedTuple):
    """A row of the book beside the names it stands under."""

    service: str
    item: str  # without the bound of a tier
    sku: str
    row: Row

    @property
    def full_item(self) -> str:
        """The item as the CSV file has it, with a tier's bound."""
        return f"{self.item}_over_{self.row.above}" if self.row.above else self.item


class Wanted(NamedTuple):
    """What to look for; nothing stated matches all."""

    services: frozenset[str] = frozenset()
    skus: frozenset[tuple[str, str]] = frozenset()  # service and SKU
    items: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()

    def matches(self, entry: Entry) -> bool:
        """Whether a row is looked for; a price for all regions is one of each."""
        row = entry.row
        return (
            (not self.services or entry.service in self.services)
            and (not self.skus or (entry.service, entry.sku) in self.skus)
            and (not self.items or any(_is_item(entry.item, name) for name in self.items))
            and (not self.regions or row.region in self.regions or row.region == ALL_REGIONS)
            and (not self.scopes or row.scope in self.scopes)
        )

    def checked(self, book: PriceBook) -> Wanted:
        """Return the same with scopes as the book writes them.

        Raises:
            InputError: for a name that the book does not have, with the nearest that it has.
        """
        for service in sorted(self.services):
            _known("service", service, book.services())
        entries = list(every(book, self.services))
        for item in self.items:
            if not any(_is_item(entry.item, item) for entry in entries):
                raise InputError(_unknown("item", item, {entry.item for entry in entries}))
        regions = {entry.row.region for entry in entries}
        for region in sorted(self.regions):
            _known("region", region, regions)
        scopes = {entry.row.scope for entry in entries}
        named = {scope if scope in _SCOPES or ":" in scope else f"geo:{scope}" for scope in self.scopes}
        for scope in sorted(named):
            _known("scope", scope, scopes)
        return self._replace(scopes=frozenset(named))


def _is_item(item: str, name: str) -> bool:
    """Whether an item is called so: `on_demand.input_mtok`, or either side of the dot."""
    kind, _, dimension = item.partition(".")
    return name in (item, kind, dimension)


def _known(what: str, name: str, choices: Iterable[str]) -> None:
    known = set(choices)
    if name not in known:
        raise InputError(_unknown(what, name, known))


def _unknown(what: str, name: str, choices: Iterable[str]) -> str:
    return f"the price book has no {what} '{name}'{did_you_mean(name, choices)}"


def every(book: PriceBook, services: Iterable[str] = ()) -> Iterator[Entry]:
    """Yield all rows of some services, or of all, evidence included.

    Raises:
        InputError: for a file that can't be read.
    """
    for service in sorted(services) or book.services():
        for (item, sku), rows in book.rows(service).items():
            for row in rows:
                yield Entry(service, item, sku, row)


def place_of(entry: Entry) -> tuple[str, ...]:
    """Return what a price is one of: service, item, bound, SKU, region and scope."""
    return (entry.service, entry.item, entry.row.above, entry.sku, entry.row.region, entry.row.scope)


def in_force(entries: Iterable[Entry], as_of: date) -> list[Entry]:
    """Return the newest row of each place that prices on a day, in the order of service, SKU and item."""
    today = as_of.isoformat()
    newest: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        row = entry.row
        if row.confidence not in DEFAULTS or row.effective > today:
            continue
        place = place_of(entry)
        before = newest.get(place)
        if before is None or before.row.effective <= row.effective:
            newest[place] = entry
    return sorted(newest.values(), key=_order)


def history(entries: Iterable[Entry], as_of: date) -> list[Entry]:
    """Return all rows that are effective by a day, evidence included, the oldest of a place first."""
    today = as_of.isoformat()
    return sorted((entry for entry in entries if entry.row.effective <= today), key=_order)


def _order(entry: Entry) -> tuple[object, ...]:
    row = entry.row
    bound = (len(row.above), row.above)  # as numbers sort: bounds are whole, without zeros in front
    place = (row.region, row.scope, row.effective, row.confidence, row.source, row.usd)
    return (entry.service, entry.sku, entry.item, bound, *place)


def status_of(entry: Entry, prices: frozenset[Entry] | set[Entry]) -> str:
    """Return what a row is on the day: in force, earlier, or the kind of evidence that it is."""
    if entry in prices:
        return IN_FORCE
    return EARLIER if entry.row.confidence in DEFAULTS else entry.row.confidence


def known_regions(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the regions that have a row that prices, in alphabetical order."""
    return tuple(
        sorted({entry.row.region for entry in entries if entry.row.confidence in DEFAULTS} - {ALL_REGIONS, UNLABELLED})
    )
