"""Meters of which each dimension is one product: most services beside the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal

__all__ = ["plain_quantities"]


def plain_quantities(
    meter: str, quantities: Iterable[tuple[str, Decimal, str, str]], *, sku: str = "standard"
) -> Iterator[UsageQuantity]:
    """Yield quantities from (dimension, quantity, unit, rule), priced under the meter's own name and one SKU."""
    service, _, rest = meter.partition(".")
    prefix = f"{rest}." if rest else ""
    for dimension, quantity, unit, rule in quantities:
        key = PriceKey(service, prefix + dimension, sku, IN_REGION)
        yield UsageQuantity(meter, dimension, quantity, unit, key, rule)
