"""The answer of `fmplan bill` as compact JSON, written out directly.

A batch has a million lines, and most of what a line says is the same for each that has its price: those parts are kept
as text. `bill_answer` reads its object from the same text, so that there is one form of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.bill import DISCOUNT, GIVEN
from planner.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.bill import PricedQuantity, Unpriced
    from planner.free_allowances import FreeUse
    from planner.price_book import Price

__all__ = ["encode", "free_json", "line_json", "list_json", "unpriced_json"]

Json = dict[str, Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
encode = _ENCODER.encode


class _Frame(NamedTuple):
    """A line's text around its quantity and its amount; the price is kept, so that its id stays its own."""

    price: Price
    head: str
    middle: str
    tail: str


_FRAMES: dict[tuple[int, int, str, str], _Frame] = {}
_MOST_FRAMES = 10_000


def line_json(line: PricedQuantity) -> str:
    """Return a line's JSON object."""
    quantity, tier, billed, _, usd, price = line
    if price.source in {GIVEN, DISCOUNT}:
        frame = _frame(line)  # made for this line alone
    else:
        key = (id(price), tier, quantity.meter, quantity.dimension)
        known = _FRAMES.get(key)
        if known is None:
            if len(_FRAMES) >= _MOST_FRAMES:
                _FRAMES.clear()
            known = _FRAMES[key] = _frame(line)
        frame = known
    return f"{frame.head}{plain(billed)}{frame.middle}{plain(usd)}{frame.tail}"


def _frame(line: PricedQuantity) -> _Frame:
    quantity, price = line.quantity, line.price
    head = {"meter": quantity.meter, "dimension": quantity.dimension}
    middle = {"unit": price.unit, "unit_price_usd": plain(line.unit_price_usd)}
    tail: Json = {
        "rule": quantity.rule,
        "item": quantity.key.item,
        "sku": quantity.key.sku,
        "scope": quantity.key.scope,
        "price": GIVEN if price.source == GIVEN else _price(price),
    }
    if line.tier and price.source != DISCOUNT:
        tail["tier_above"] = plain(price.tiers[line.tier].above)
    return _Frame(
        price,
        f'{encode(head)[:-1]},"quantity":"',
        f'",{encode(middle)[1:-1]},"usd":"',
        f'",{encode(tail)[1:]}',
    )


def _price(price: Price) -> Json:
    stated: Json = {
        "sku": price.key.sku,
        "effective": price.effective.isoformat(),
        "observed": price.observed.isoformat() if price.observed else None,
        "source": price.source,
        "confidence": price.confidence,
    }
    if price.own:
        stated["own"] = True
    if price.conflicts:
        stated["conflicts"] = [
            {"usd": plain(each.usd), "source": each.source, "confidence": each.confidence} for each in price.conflicts
        ]
    return stated


def unpriced_json(item: Unpriced) -> str:
    """Return the JSON object of what has no price."""
    quantity = item.quantity
    return encode(
        {
            "meter": quantity.meter,
            "dimension": quantity.dimension,
            "quantity": plain(quantity.quantity),
            "unit": quantity.unit,
            "item": quantity.key.item,
            "sku": quantity.key.sku,
            "scope": quantity.key.scope,
            "reason": item.reason,
        }
    )


def free_json(use: FreeUse) -> str:
    """Return the JSON object of what an allowance took off."""
    return encode(
        {
            "meter": use.allowance.meter,
            "dimension": use.allowance.dimension,
            "quantity": plain(use.quantity),
            "unit": use.unit,
            "source": use.allowance.source,
        }
    )


def list_json(objects: Iterable[str]) -> str:
    """Return a JSON list of objects that are text already."""
    return f"[{','.join(objects)}]"
