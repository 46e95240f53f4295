"""`fmplan prices conflicts`: the price that is used, what others say, and what was seen but can't be relied on."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from planner.money import plain
from planner.number_format import unit_price
from planner.price_conflicts import disagreements, unpriceable
from planner.prices_report import Group, Report, Section, TableRow, Title, counted
from planner.prices_report.listing import numbered, sources_section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from planner.price_book import PriceBook
    from planner.price_conflicts import Disagreement
    from planner.price_search import Entry

__all__ = ["conflicts_report"]

_MOST_REGIONS: Final = 2
_HEAD: Final = (
    *("kind", "service", "item", "sku", "scope", "regions", "above", "unit", "usd", "source", "confidence"),
    *("other_usd", "other_source", "other_confidence", "other_observed", "ratio"),
)


def conflicts_report(book: PriceBook, *, as_of: date, evidence: bool) -> Report:
    """Return where sources disagree on prices in force on a day; with `evidence` also what has no price at all.

    Raises:
        InputError: for a file that can't be read.
    """
    found = disagreements(book, as_of=as_of)
    doubtful = unpriceable(book, as_of=as_of)
    used = {each.price.source for each in found} | {each.other.row.source for each in found}
    if evidence:
        used |= {entry.row.source for entry in doubtful}
    sources = numbered(used)
    headline = [f"{counted(len(found), 'price')} on which sources disagree on {as_of.isoformat()}"]
    if not evidence and doubtful:
        headline.append(
            f"{len(doubtful):,} more were only seen where they can't be relied on, and have no price: --all shows them"
        )
    sections = [_table(found, sources)] if found else []
    if evidence and doubtful:
        sections.append(_doubtful(doubtful, sources))
    if sources:
        sections.append(sources_section(book, sources))
    document: dict[str, Any] = {"as_of": as_of.isoformat(), "conflicts": [_stated(each) for each in found]}
    rows = [_row(each) for each in found]
    if evidence:
        document["without_price"] = [_seen(entry) for entry in doubtful]
        rows += [_seen_row(entry) for entry in doubtful]
    return Report(document, _HEAD, rows, tuple(headline), tuple(sections))


def _item(item: str, above: str) -> str:
    return f"{item}_over_{above}" if above else item


def _regions(each: Disagreement) -> str:
    named = each.regions[: _MOST_REGIONS if len(each.regions) <= _MOST_REGIONS else 1]
    more = len(each.regions) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _ratio(ratio: Decimal | None) -> str:
    if ratio is None:
        return ""
    short = f"×{ratio:.2f}"
    return short if short != "×1.00" else f"×{ratio:.5f}"


def _table(found: Sequence[Disagreement], sources: dict[str, int]) -> Section:
    titles = (
        *(Title("Item"), Title("Where"), Title("USD used", number=True), Title("by"), Title("USD", number=True)),
        *(Title("says"), Title("Ratio", number=True)),
    )
    groups = []
    for name, rows in groupby(found, key=lambda each: (each.key.service, each.key.sku, each.key.scope, each.unit)):
        lines = []
        for each in rows:
            prices = (unit_price(each.usd), f"{each.price.confidence} [{sources[each.price.source]}]")
            other = (unit_price(each.other_usd), f"[{sources[each.other.row.source]}]", _ratio(each.ratio))
            lines.append(TableRow((_item(each.key.item, each.above), _regions(each), *prices, *other)))
        groups.append(Group(f"{' '.join(name[:3])}, per {name[3]}", tuple(lines)))
    return Section("Sources disagree", "the price used, and what another says", titles, tuple(groups))


def _doubtful(entries: Sequence[Entry], sources: dict[str, int]) -> Section:
    titles = (Title("Item"), Title("Region"), Title("USD", number=True), Title("Seen", optional=True), Title("By"))
    groups = []
    for name, rows in groupby(entries, key=lambda entry: (entry.service, entry.sku, entry.row.scope)):
        lines = []
        for entry in rows:
            row = entry.row
            seen = row.observed or row.effective
            lines.append(
                TableRow(
                    (entry.item, row.region, unit_price(row.usd), seen, f"{row.confidence} [{sources[row.source]}]")
                )
            )
        groups.append(Group(" ".join(name), tuple(lines)))
    return Section(
        "Seen, but without a price",
        "",
        titles,
        tuple(groups),
    )


def _stated(each: Disagreement) -> dict[str, Any]:
    price, row = each.price, each.other.row
    return {
        **each.key._asdict(),
        "above": each.above or "0",
        "regions": list(each.regions),
        "unit": each.unit,
        "used": {
            "usd": plain(each.usd),
            "source": price.source,
            "confidence": price.confidence,
            "effective": price.effective.isoformat(),
            "observed": price.observed.isoformat() if price.observed else None,
        },
        "other": {"usd": plain(each.other_usd), "source": row.source, "observed": row.observed or None},
        "ratio": None if each.ratio is None else f"{each.ratio:.4f}",
    }


def _row(each: Disagreement) -> tuple[object, ...]:
    key, price, row = each.key, each.price, each.other.row
    place = (*key, " ".join(each.regions), each.above or "0", each.unit)
    other = (plain(each.other_usd), row.source, row.confidence, row.observed)
    ratio = "" if each.ratio is None else f"{each.ratio:.4f}"
    return ("conflict", *place, plain(each.usd), price.source, price.confidence, *other, ratio)


def _seen(entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "service": entry.service,
        "item": entry.item,
        "sku": entry.sku,
        "scope": row.scope,
        "region": row.region,
        "unit": row.unit,
        "usd": row.usd,
        "source": row.source,
        "confidence": row.confidence,
        "effective": row.effective,
        "observed": row.observed or None,
    }


def _seen_row(entry: Entry) -> tuple[object, ...]:
    row = entry.row
    place = (entry.service, entry.item, entry.sku, row.scope, row.region, "0", row.unit)
    return ("without_price", *place, "", "", "", row.usd, row.source, row.confidence, row.observed, "")
