"""An estimate in the words of its JSON answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.cost import line_as_json, unpriced_as_json
from planner.estimate.model import UNSUPPORTED
from planner.money import plain

if TYPE_CHECKING:
    from planner.cost import Amounts, UnpricedItem
    from planner.currency import Currency
    from planner.estimate.model import Estimate, EstimatedResource

__all__ = ["SCHEMA", "estimate_json"]

SCHEMA = 1
Json = dict[str, Any]


def estimate_json(estimate: Estimate, *, currency: Currency | None = None) -> Json:
    """Return the document that `fmplan estimate --format json` answers; decimals are texts."""
    amounts = estimate.amounts
    document: Json = {
        "schema": SCHEMA,
        "source": estimate.source,
        "region": ", ".join(estimate.regions),
        "priced_on": ", ".join(day.isoformat() for day in estimate.priced_on),
        "price_book": estimate.price_book,
        "complete": estimate.is_complete,
        "cost": _amounts(amounts),
        "coverage": estimate.coverage,
        "resources": [_resource(each) for each in estimate.resources],
        "unpriced": [_unpriced(item) for each in estimate.resources for item in each.unpriced],
        "unsupported": [
            {"path": each.path, "type": each.type} for each in estimate.resources if each.status == UNSUPPORTED
        ],
        "conditions": [
            {
                "condition": each.name,
                "template": each.path,
                "reason": each.reason,
                "if_true": _amounts(each.if_true),
                "if_false": _amounts(each.if_false),
            }
            for each in estimate.undecided
        ],
        "notes": list(estimate.notes),
    }
    if currency is not None:
        document["currency"] = currency.stated(
            monthly=amounts.monthly_usd, one_time=amounts.one_time_usd, idle_monthly=amounts.idle_monthly_usd
        )
    return document


def _amounts(amounts: Amounts) -> Json:
    return {
        "monthly_usd": plain(amounts.monthly_usd),
        "one_time_usd": plain(amounts.one_time_usd),
        "idle_monthly_usd": plain(amounts.idle_monthly_usd),
    }


def _resource(resource: EstimatedResource) -> Json:
    return {
        "path": resource.path,
        "type": resource.type,
        "logical_id": resource.logical_id,
        "status": resource.status,
        "reason": resource.reason or None,
        **({"condition": resource.condition} if resource.condition else {}),
        **_amounts(resource.amounts),
        "properties": _plain(resource.properties),
        # The path is whole already: no stack stands before it.
        "lines": [{**line_as_json(line, stack=""), "resource": line.resource} for line in resource.lines],
    }


def _unpriced(item: UnpricedItem) -> Json:
    return {**unpriced_as_json(item, stack=""), "resource": item.resource}


def _plain(value: object) -> object:
    """Return a property as JSON has it; a decimal is text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return plain(value) if isinstance(value, Decimal) else value
