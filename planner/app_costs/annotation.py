"""What a resource of somebody's own stack carries as `fmplan::cost`: its amounts and lines, or why it has none.

It has no date and no version of prices: the template changes when a cost does and at no other time. Unlike a planned
stack's, such a template has no `fmplan::cost` of its own, so it is priced anew by whoever reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.annotated import SCHEMA
from planner.estimate.model import FREE, UNSUPPORTED
from planner.money import plain

if TYPE_CHECKING:
    from planner.cost import LineItem, UnpricedItem
    from planner.estimate.model import EstimatedResource

__all__ = ["annotation"]

Json = dict[str, Any]


def annotation(resource: EstimatedResource) -> Json:
    """Return the annotation; no amount stands where none is known."""
    found: Json = {"schema": SCHEMA, "status": resource.status}
    if resource.reason:
        found["reason"] = resource.reason
    amounts = resource.amounts
    if (resource.status != UNSUPPORTED and (resource.lines or not resource.unpriced)) or resource.status == FREE:
        found["monthly_usd"] = plain(amounts.monthly_usd)
        found["one_time_usd"] = plain(amounts.one_time_usd)
        found["idle_monthly_usd"] = plain(amounts.idle_monthly_usd)
    if resource.lines:
        found["lines"] = [_line(line) for line in resource.lines]
    if resource.unpriced:
        found["unpriced"] = [_unpriced(item) for item in resource.unpriced]
    return found


def _line(line: LineItem) -> Json:
    return {
        "meter": line.meter,
        "dimension": line.dimension,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price_usd": plain(line.unit_price_usd),
        "usd": plain(line.usd),
        "idle_usd": plain(line.idle_usd),
        "charge": line.charge,
    }


def _unpriced(item: UnpricedItem) -> Json:
    return {"meter": item.meter, "dimension": item.dimension, "reason": item.reason}
