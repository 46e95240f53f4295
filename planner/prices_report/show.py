"""`fmplan prices show`: the prices of a model, an instance or a service in one region, each with its source and age."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from planner.money import plain
from planner.near import did_you_mean
from planner.number_format import unit_price
from planner.price_age import STALE_AFTER_DAYS
from planner.price_rows import ALL_REGIONS, CONFLICT, DEFAULTS, DERIVED
from planner.price_search import Wanted, every, in_force, known_regions
from planner.price_show import prices_of
from planner.prices_report import Group, Report, Section, TableRow, Title, counted
from planner.prices_report.listing import GRADES, MOST_ROWS, numbered, sources_section, summary, usd_of_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from planner.price_book import Price, PriceBook
    from planner.price_names import Named
    from planner.price_search import Entry
    from planner.price_show import Shown, Sighting

__all__ = ["show_report"]

_UNPRICED_CODE: Final = 3
_HEAD: Final = (
    *("service", "item", "sku", "region", "scope", "above", "unit", "usd", "effective", "observed", "age_days"),
    *("source", "confidence", "conflicts"),
)
_TITLES: Final = (
    Title("Item"),
    Title("USD", number=True),
    Title("Per"),
    Title("In force"),
    Title("Seen", number=True),
    Title("Source"),
)


def show_report(book: PriceBook, named: Named, *, region: str, items: tuple[str, ...], as_of: date) -> Report:
    """Return what a name costs in a region; ends with 3 where it has no price there.

    Raises:
        InputError: for a region that the book doesn't know, or an item that the name doesn't have.
    """
    services = {named.service} if named.service else {service for service, _ in named.skus}
    wanted = Wanted(frozenset(services), frozenset(named.skus), items)
    if services:
        wanted = wanted.checked(book)
    entries = [entry for entry in every(book, services) if wanted.matches(entry)] if services else []
    if named.scope is not None:
        entries = [entry for entry in entries if entry.row.scope == named.scope]
    shown = prices_of(entries, book, region=region, as_of=as_of)
    priced = [each for each in shown if each.price is not None]
    names = sorted({sku for _, sku in named.skus} - {named.title})
    headline = (
        " · ".join((named.title, *names[:4], *([f"and {len(names) - 4} more"] if len(names) > 4 else []))),  # noqa: PLR2004
        f"{region} · prices in force on {as_of.isoformat()}",
        GRADES,
    )
    sections = tuple(_sections(book, entries, shown, region, as_of))
    document = {
        "name": named.title,
        "skus": sorted({sku for _, sku in named.skus}),
        "region": region,
        "as_of": as_of.isoformat(),
        "prices": [_price(book, each, each.price, as_of) for each in shown if each.price is not None],
        "without_price": [_without(each) for each in shown if each.price is None],
        "priced_in": _elsewhere(entries, as_of),
    }
    return Report(document, _HEAD, list(_rows(priced, as_of)), headline, sections, 0 if priced else _UNPRICED_CODE)


def _sections(
    book: PriceBook, entries: Sequence[Entry], shown: Sequence[Shown], region: str, as_of: date
) -> Iterator[Section]:
    priced = [each for each in shown if each.price is not None]
    if len(priced) > MOST_ROWS:
        here = [entry for entry in in_force(entries, as_of) if entry.row.region in (region, ALL_REGIONS)]
        yield summary(here, narrower="--item")
        return
    used = {each.price.source for each in priced if each.price is not None}
    sources = numbered(used | {each.source for one in shown for each in (*one.earlier, *one.derived, *one.evidence)})
    if priced:
        yield _table(priced, sources, as_of)
    else:
        yield Section("No price here", texts=tuple(_why_none(entries, region, as_of, known_regions(every(book)))))
    for title, remark, part in (
        ("Reckoned from another price", "priced only with --derived", "derived"),
        ("Other sources", "kept as evidence, priced by none", "evidence"),
        ("Earlier prices", "", "earlier"),
    ):
        rows = [(each, sighting) for each in shown for sighting in getattr(each, part) if not _is_said(each, sighting)]
        if rows:
            yield _sightings(title, remark, rows, sources)
    if sources:
        yield sources_section(book, sources)


def _is_said(each: Shown, sighting: Sighting) -> bool:
    """Whether a row stands below the price already, or stands in for one that is there."""
    if each.price is None:
        return False
    return sighting.confidence == DERIVED or (sighting.confidence == CONFLICT and not sighting.above)


def _table(priced: Sequence[Shown], sources: dict[str, int], as_of: date) -> Section:
    several = len({(each.key.service, each.key.sku) for each in priced}) > 1

    def heading(each: Shown) -> str:
        key = each.key
        return f"{key.service} {key.sku} {key.scope}" if several else f"{key.service} {key.scope}"

    groups = [
        Group(name, tuple(row for each in rows if each.price is not None for row in _lines(each.price, sources, as_of)))
        for name, rows in groupby(priced, key=heading)
    ]
    return Section("Prices", "", _TITLES, tuple(groups))


def _lines(price: Price, sources: dict[str, int], as_of: date) -> Iterator[TableRow]:
    conflicts = "; ".join(f"{unit_price(each.usd)} by {each.source}" for each in price.conflicts)
    note = f"Others say {conflicts}" if conflicts else ""
    for tier in price.tiers:
        usd = unit_price(tier.usd) if tier.usd is not None else "not known"
        if tier.above:
            yield TableRow((f"  above {tier.above:,f}", usd, price.unit, "", "", ""))
            continue
        days = _age(price, as_of)
        seen = (f"{counted(days, 'day')} ago" if days else "that day") + (", old" if days > STALE_AFTER_DAYS else "")
        source = f"{price.confidence} [{sources[price.source]}]"
        yield TableRow((price.key.item, usd, price.unit, price.effective.isoformat(), seen, source), note)


def _age(price: Price, as_of: date) -> int:
    """Return the days since a price was last seen; one that was seen later than the day is new."""
    return max((as_of - (price.observed or price.effective)).days, 0)


def _sightings(title: str, remark: str, rows: Iterable[tuple[Shown, Sighting]], sources: dict[str, int]) -> Section:
    lines = []
    for each, sighting in rows:
        item = f"{each.key.item}_over_{sighting.above}" if sighting.above else each.key.item
        kind = sighting.confidence
        grade = f"{kind} [{sources[sighting.source]}]"
        cells = (item, each.key.scope, usd_of_row(sighting.usd), sighting.effective, sighting.observed, grade)
        lines.append(TableRow(cells))
    titles = (
        *(Title("Item"), Title("Scope"), Title("USD", number=True), Title("In force"), Title("Seen", optional=True)),
        Title("Source"),
    )
    return Section(title, remark, titles, (Group("", tuple(lines)),))


def _elsewhere(entries: Sequence[Entry], as_of: date) -> dict[str, list[str]]:
    """Return the regions that a name has prices in, with their scopes."""
    found: dict[str, set[str]] = {}
    for entry in in_force(entries, as_of):
        found.setdefault(entry.row.region, set()).add(entry.row.scope)
    return {region: sorted(scopes) for region, scopes in sorted(found.items())}


def _why_none(entries: Sequence[Entry], region: str, as_of: date, known: Sequence[str]) -> Iterator[str]:
    elsewhere = _elsewhere(entries, as_of)
    if region not in known:
        yield f"The price book has no price of anything in {region}{did_you_mean(region, known)}"
    if elsewhere:
        yield "It is priced in " + ", ".join(f"{each} ({', '.join(scopes)})" for each, scopes in elsewhere.items())
        return
    first = min((entry.row.effective for entry in entries if entry.row.confidence in DEFAULTS), default=None)
    yield f"Its first price is in force on {first}" if first else "No region has a price of it that can be relied on"


def _rows(priced: Iterable[Shown], as_of: date) -> Iterator[tuple[object, ...]]:
    for each in priced:
        price = each.price
        if price is None:
            continue
        conflicts = "; ".join(f"{plain(one.usd)} {one.source}" for one in price.conflicts)
        for tier in price.tiers:
            place = (*each.key[:3], price.region, each.key.scope, plain(tier.above), price.unit)
            usd = None if tier.usd is None else plain(tier.usd)
            days = (price.effective, price.observed, _age(price, as_of))
            yield (*place, usd, *days, price.source, price.confidence, conflicts if not tier.above else "")


def _price(book: PriceBook, each: Shown, price: Price, as_of: date) -> dict[str, Any]:
    source = book.source(price.source)
    return {
        **each.key._asdict(),
        "unit": price.unit,
        "tiers": [
            {"above": plain(tier.above), "usd": None if tier.usd is None else plain(tier.usd)} for tier in price.tiers
        ],
        "effective": price.effective.isoformat(),
        "observed": price.observed.isoformat() if price.observed else None,
        "age_days": _age(price, as_of),
        "stale": _age(price, as_of) > STALE_AFTER_DAYS,
        "confidence": price.confidence,
        "source": {"key": source.key, "title": source.title, "url": source.url, "as_of": source.as_of},
        "conflicts": [
            {
                "usd": plain(one.usd),
                "source": one.source,
                "observed": one.observed.isoformat() if one.observed else None,
            }
            for one in price.conflicts
        ],
        "earlier": [one._asdict() for one in each.earlier],
        "derived": [one._asdict() for one in each.derived],
        "evidence": [one._asdict() for one in each.evidence],
    }


def _without(each: Shown) -> dict[str, Any]:
    return {
        **each.key._asdict(),
        "unit": each.unit,
        "derived": [one._asdict() for one in each.derived],
        "evidence": [one._asdict() for one in (*each.earlier, *each.evidence)],
    }
