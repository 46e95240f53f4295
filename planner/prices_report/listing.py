"""`fmplan prices list`: rows of the book, or a summary where there are too many to read."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from planner.number_format import unit_price
from planner.price_rows import DEFAULTS, HEADER, UNLABELLED
from planner.price_search import Entry, Wanted, every, history, in_force, status_of
from planner.prices_report import Group, Report, Section, TableRow, Title, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from planner.price_book import PriceBook

__all__ = ["GRADES", "MOST_ROWS", "list_report", "numbered", "sources_section", "summary", "usd_of_row"]

MOST_ROWS: Final = 200  # more than that is no list for a reader; JSON and CSV have them all

_LEAST_ROWS: Final = 3  # with fewer rows a SKU, a heading for each says less than a column
GRADES: Final = "A: AWS's own list; B: a dated copy of it; C: undated or indirect"
# Those that are the same in all rows are said once.
_PLACE: Final[Mapping[str, Callable[[Entry], str]]] = {
    "Service": lambda entry: entry.service,
    "SKU": lambda entry: entry.sku,
    "Region": lambda entry: entry.row.region,
    "Item": lambda entry: entry.full_item,
    "Scope": lambda entry: entry.row.scope,
}
_PRICE: Final = (
    Title("USD", number=True),
    Title("Per"),
    Title("In force"),
    Title("Seen", optional=True),
    Title("Source"),
)
_PER: Final = 1


def list_report(book: PriceBook, wanted: Wanted, *, as_of: date, dated: bool) -> Report:
    """Return the rows that are looked for: those in force on a day, or with `dated` all up to it and the evidence.

    Raises:
        InputError: for a file that can't be read.
    """
    entries = [entry for entry in every(book, wanted.services) if wanted.matches(entry)]
    prices = in_force(entries, as_of)
    shown = history(entries, as_of) if dated else prices
    current = frozenset(prices)
    status = {entry: status_of(entry, current) for entry in shown}
    count = counted(len(shown), "row" if dated else "price")
    what = (
        f"{count} up to {as_of.isoformat()}, evidence included" if dated else f"{count} in force on {as_of.isoformat()}"
    )
    headline: tuple[str, ...] = (what,)
    if not shown:
        sections: tuple[Section, ...] = (Section("Nothing matches", texts=(_nothing(entries, as_of),)),)
    elif len(shown) > MOST_ROWS:
        sections = (summary(shown, dated=dated),)
    else:
        sections = _table(book, shown, status if dated else None)
        headline = (*headline, GRADES)
    document = {
        "as_of": as_of.isoformat(),
        "history": dated,
        "prices": [{**_cells(entry), "status": status[entry]} for entry in shown],
    }
    # Without history it is the book's own format, which --prices takes.
    head = (*HEADER, "status") if dated else HEADER
    rows = [[*_cells(entry).values(), *([status[entry]] if dated else [])] for entry in shown]
    return Report(document, head, rows, headline, sections)


def _cells(entry: Entry) -> dict[str, str]:
    row = entry.row
    place = (entry.service, entry.full_item, entry.sku, row.region, row.scope, row.unit, row.usd)
    return dict(zip(HEADER, (*place, row.effective, row.observed, row.source, row.confidence), strict=True))


def _nothing(entries: Sequence[Entry], as_of: date) -> str:
    if not entries:
        return "No row has all that is asked for; leave a filter out."
    first = min((entry.row.effective for entry in entries if entry.row.confidence in DEFAULTS), default=None)
    if first is not None and first > as_of.isoformat():
        return f"The first price of it is in force on {first}."
    return "There is only evidence that prices nothing; --history shows it."


def usd_of_row(usd: str) -> str:
    """Return a row's price; a tier without one has another price, which no source tells."""
    return unit_price(usd) if usd else "not known"


def _table(book: PriceBook, shown: Sequence[Entry], status: dict[Entry, str] | None) -> tuple[Section, ...]:
    """Return the rows and their sources, with what varies in columns, and a heading for each SKU and region."""
    varying = [name for name, part in _PLACE.items() if len({part(entry) for entry in shown}) > 1]
    grouped = _grouped(shown, varying)
    columns = [name for name in varying if name not in grouped]
    sources = numbered({entry.row.source for entry in shown})
    units = {entry.row.unit for entry in shown}
    kept = [at for at in range(len(_PRICE)) if at != _PER or len(units) > 1]
    groups = []
    ordered = sorted(shown, key=lambda entry: _names(entry, grouped))  # which is stable
    for heading, entries in groupby(ordered, key=lambda entry: _names(entry, grouped)):
        lines = []
        for entry in entries:
            price = _price(entry, sources)
            cells = (*_names(entry, columns), *(price[at] for at in kept), *([status[entry]] if status else []))
            lines.append(TableRow(cells))
        groups.append(Group(" ".join(heading), tuple(lines)))
    same = [part(shown[0]) for name, part in _PLACE.items() if name not in varying]
    titles = (*map(Title, columns), *(_PRICE[at] for at in kept), *([Title("Status")] if status else []))
    return (
        Section(" ".join(same) or "Prices", f"USD per {units.pop()}" if len(units) == 1 else "", titles, tuple(groups)),
        sources_section(book, sources),
    )


def _grouped(shown: Sequence[Entry], varying: Sequence[str]) -> list[str]:
    """Return what goes into headings: as much as leaves a few rows below each."""
    for candidates in ({"Service", "SKU", "Region"}, {"Service", "Region"}, {"Service"}):
        grouped = [name for name in varying if name in candidates]
        if len({_names(entry, grouped) for entry in shown}) * _LEAST_ROWS <= len(shown):
            return grouped
    return []


def _names(entry: Entry, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(_PLACE[name](entry) for name in names)


def _price(entry: Entry, sources: Mapping[str, int]) -> tuple[str, ...]:
    row = entry.row
    observed = row.observed if row.observed != row.effective else ""
    grade = f"{row.confidence} " if row.confidence in DEFAULTS else ""
    return (usd_of_row(row.usd), row.unit, row.effective, observed, f"{grade}[{sources[row.source]}]")


def numbered(sources: Iterable[str]) -> dict[str, int]:
    """Return sources by the number that a table has in their place."""
    return {key: number for number, key in enumerate(sorted(sources), start=1)}


def sources_section(book: PriceBook, sources: Iterable[str]) -> Section:
    """Return the titles and addresses of sources in the order of their numbers."""
    texts = []
    for key in sources:
        source = book.source(key)
        texts.append(f"{source.title} ({key})" + (f" {source.url}" if source.url else ""))
    return Section("Sources", texts=tuple(texts), numbered=True)


def summary(shown: Sequence[Entry], *, dated: bool = False, narrower: str = "") -> Section:
    """Return how many rows there are by service, or by item where all are of one, and how to narrow them."""
    services = {entry.service for entry in shown}
    one = len(services) == 1

    def name_of(entry: Entry) -> str:
        return entry.item if one else entry.service

    groups = groupby(sorted(shown, key=name_of), key=name_of)
    rows = tuple(TableRow((name, *_counts(list(entries), one=one))) for name, entries in groups)
    titles = (
        Title("Item" if one else "Service"),
        Title("Rows", number=True),
        Title("SKUs", number=True),
        *(() if one else (Title("Items", number=True),)),
        Title("Regions", number=True),
        Title("Seen last"),
    )
    narrower = narrower or ("--model, --item or --region" if one else "--service, --model, --item or --region")
    text = f"Narrow it with {narrower} to see {'rows' if dated else 'prices'}; --format csv or json has them all."
    return Section(f"Of {services.pop()}" if one else "By service", "", titles, (Group("", rows),), (text,))


def _counts(entries: list[Entry], *, one: bool) -> tuple[str, ...]:
    def distinct(part: Callable[[Entry], str]) -> str:
        return f"{len({part(entry) for entry in entries}):,}"

    regions: Iterable[str] = {entry.row.region for entry in entries} - {UNLABELLED}
    seen = max(entry.row.observed or entry.row.effective for entry in entries)
    items = () if one else (distinct(lambda entry: entry.item),)
    places = "all" if "*" in regions else f"{len(set(regions)):,}"
    return (f"{len(entries):,}", distinct(lambda entry: entry.sku), *items, places, seen)
