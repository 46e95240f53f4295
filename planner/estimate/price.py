"""One resource's uses meet prices: lines, what stays when idle, and what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.bill import Unpriced, price_quantity
from planner.cost import Amounts, LineItem, UnpricedItem
from planner.estimate.model import ESTIMATED, UNPRICED, EstimatedResource
from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from planner.bill import PricedQuantity
    from planner.estimate.facts import Gap, Use
    from planner.price_book import PriceBook

__all__ = ["Prices", "gap_item", "priced_resource"]

_MOST_NAMED = 6


class Prices(NamedTuple):
    """Whose prices, of which region and day."""

    book: PriceBook
    region: str
    as_of: date


def priced_resource(
    uses: Iterable[Use],
    gaps: list[Gap],
    *,
    path: str,
    kind: str,
    logical_id: str,
    properties: Mapping[str, object],
    at: Prices,
) -> EstimatedResource:
    """Return a resource with its lines; `unpriced` where any of it lacks a price or a usage."""
    lines: list[LineItem] = []
    unpriced: list[UnpricedItem] = []
    for use in uses:
        for priced in price_quantity(use.quantity, book=at.book, region=at.region, as_of=at.as_of):
            if isinstance(priced, Unpriced):
                unpriced.append(_unpriced(priced, path, kind, logical_id))
            else:
                lines.append(_line(priced, path, kind, logical_id, idle=use.idle))
    unpriced += [gap_item(path, kind, logical_id, gap.what, gap.reason) for gap in gaps]
    monthly, idle = sum((line.usd for line in lines), ZERO), sum((line.idle_usd for line in lines), ZERO)
    return EstimatedResource(
        path,
        kind,
        logical_id,
        UNPRICED if unpriced else ESTIMATED,
        _why(unpriced),
        properties,
        Amounts(monthly, ZERO, idle),
        tuple(lines),
        tuple(unpriced),
    )


def gap_item(path: str, kind: str, component: str, what: str, reason: str) -> UnpricedItem:
    """Return what has no price since something about it isn't known."""
    return UnpricedItem(component, "", path, kind, kind, what, ZERO, "", "monthly", reason)


def _why(unpriced: list[UnpricedItem]) -> str:
    by_reason: dict[str, list[str]] = {}
    for item in unpriced:
        names = by_reason.setdefault(item.reason, [])
        if item.dimension not in names:
            names.append(item.dimension)
    texts = [
        f"{', '.join(names[:_MOST_NAMED])}: {reason}" if names[0] and names[0] not in reason else reason
        for reason, names in by_reason.items()
    ]
    return "; ".join(texts)


def _unpriced(item: Unpriced, path: str, kind: str, component: str) -> UnpricedItem:
    quantity = item.quantity
    return UnpricedItem(
        component,
        "",
        path,
        kind,
        quantity.meter,
        quantity.dimension,
        quantity.quantity,
        quantity.unit,
        "monthly",
        # A near name of the price book is no help here: the name is the template's, not a mistake.
        item.reason.partition("; did you mean")[0],
    )


def _line(priced: PricedQuantity, path: str, kind: str, component: str, *, idle: bool) -> LineItem:
    quantity, price = priced.quantity, priced.price
    return LineItem(
        component,
        "",
        path,
        kind,
        quantity.meter,
        quantity.dimension,
        priced.billed,
        price.unit,
        priced.unit_price_usd,
        priced.usd,
        "monthly",
        priced.usd if idle else ZERO,
        quantity.rule,
        price.key.sku,
        price.effective,
        price.observed,
        price.source,
        price.confidence,
        price.conflicts if priced.tier == 0 else (),
        price.own,
    )
