"""Price List JSON → Product: whatever is not as documented is a reason to skip, never a guess."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planner.refresh.product import Dimension, Offer, Product

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MalformedError", "offer_of", "product_of", "usagetype_of"]

_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_LONGEST: Final = 1_000  # characters of an attribute; real ones have at most some hundred


class MalformedError(ValueError):
    """A product that cannot be used; the message is the reason that is counted."""


def offer_of(head: Mapping[str, Any], expected: str) -> Offer:
    """Return the version of a price list that a file's head or an API document states.

    Raises:
        MalformedError: for a head without version or publication day, or of another service.
    """
    code = head.get("serviceCode") or head.get("offerCode")
    version = head.get("version")
    published = _day(head.get("publicationDate"))
    if not isinstance(code, str) or not isinstance(version, str) or published is None:
        raise MalformedError("states no offer code, version or publication date")
    if code != expected:
        raise MalformedError(f"is the list of '{ascii(code[:40])[1:-1]}'")
    return Offer(code, version[:_LONGEST], published)


def usagetype_of(product: object) -> str:
    """Return a product's usage type for a listing, also where the rest of it is malformed."""
    attributes = product.get("attributes") if isinstance(product, dict) else None
    usagetype = attributes.get("usagetype") if isinstance(attributes, dict) else None
    return usagetype[:_LONGEST] if isinstance(usagetype, str) else ""


def product_of(product: object, on_demand: object, offer: Offer) -> Product:
    """Return a product with the on-demand offer that was in force when the list was published.

    `on_demand` is the mapping of "<sku>.<offer term>" → offer: `terms.OnDemand` of an API document, or
    `terms.OnDemand[sku]` of a bulk file, which nests it one level deeper.

    Raises:
        MalformedError: for a product that states no on-demand price, or states it in another shape.
    """
    if not isinstance(product, dict) or not isinstance(product.get("sku"), str):
        raise MalformedError("not a product")
    attributes = product.get("attributes")
    if not isinstance(attributes, dict):
        raise MalformedError("no attributes")
    if on_demand is None or on_demand == {}:
        raise MalformedError("no on-demand price (reserved terms alone)")
    effective, dimensions = _in_force(on_demand, offer.published)
    return Product(
        offer,
        product["sku"][:_LONGEST],
        _text(product.get("productFamily")),
        {name: value[:_LONGEST] for name, value in attributes.items() if isinstance(value, str)},
        effective,
        dimensions,
    )


def _in_force(on_demand: object, published: date) -> tuple[date, tuple[Dimension, ...]]:
    if not isinstance(on_demand, dict):
        raise MalformedError("on-demand terms in an unknown shape")
    offers: list[tuple[date, tuple[Dimension, ...]]] = []
    for offer in on_demand.values():
        dimensions = offer.get("priceDimensions") if isinstance(offer, dict) else None
        effective = _day(offer.get("effectiveDate")) if isinstance(offer, dict) else None
        if not isinstance(dimensions, dict) or not dimensions or effective is None:
            raise MalformedError("an offer without price or effective date")
        offers.append((effective, tuple(_dimension(each) for each in dimensions.values())))
    now = [each for each in offers if each[0] <= published]
    if not now:
        raise MalformedError("not in force yet")
    newest = max(day for day, _ in now)
    latest = [dimensions for day, dimensions in now if day == newest]
    if any(set(dimensions) != set(latest[0]) for dimensions in latest):
        raise MalformedError("two on-demand offers of one day")
    return newest, latest[0]


def _dimension(dimension: object) -> Dimension:
    prices = dimension.get("pricePerUnit") if isinstance(dimension, dict) else None
    if not isinstance(dimension, dict) or not isinstance(prices, dict):
        raise MalformedError("a price dimension in an unknown shape")
    usd = prices.get("USD")
    if usd is not None and not isinstance(usd, str):
        raise MalformedError("a price that is no decimal string")
    return Dimension(
        _text(dimension.get("beginRange")) or "0",
        _text(dimension.get("endRange")) or "Inf",
        _text(dimension.get("unit")),
        usd,
        tuple(sorted(str(name)[:10] for name in prices)),
        _text(dimension.get("description")),
    )


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None
