"""A plan as a side of a diff: the parts of its architecture, grouped by construct, with the lines of its bill."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from planner.cost import cost_of_usage, line_as_json, sum_amounts, unpriced_as_json
from planner.diff.side import METER, Side, SideLine, SideResource
from planner.money import CONTEXT, plain, to_decimal
from planner.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from planner.plan_document import PlanDocument
    from planner.price_book import PriceBook

__all__ = ["plan_side", "priced_again"]

Json = dict[str, Any]


def plan_side(plan: PlanDocument, *, source: str, kind: str = "plan", notes: tuple[str, ...] = ()) -> Side:
    """Return a plan's resources by construct path; what no resource owns stands under the path of the stack."""
    document = plan.document
    lines = _by_resource(plan.name, plan.bill)
    unpriced = _by_resource(plan.name, plan.unpriced)
    kinds: dict[str, str] = {}
    properties: dict[str, dict[str, object]] = {}
    for part in document["parts"]:
        path = plan.name if part["resource"] is None else f"{plan.name}/{part['resource']}"
        kinds.setdefault(path, METER if part["resource"] is None else part["type"])
        if part["resource"] is not None:
            properties.setdefault(path, {}).update(part["properties"])
    for path, items in (*lines.items(), *unpriced.items()):
        kinds.setdefault(path, METER if path == plan.name else items[0]["resource_type"])
    resources = tuple(
        SideResource(
            path,
            kind_of,
            None,
            "unpriced" if path in unpriced else "estimated",
            "; ".join(dict.fromkeys(str(item["reason"]) for item in unpriced.get(path, ()))) or None,
            properties.get(path, {}),
            tuple(_line(line) for line in lines.get(path, ())),
        )
        for path, kind_of in kinds.items()
    )
    coverage = {"estimated": len(resources) - len(unpriced), "free": 0, "unpriced": len(unpriced), "unsupported": 0}
    currency = document.get("currency")
    return Side(
        source,
        kind,
        plan.name,
        plan.region,
        document["priced_on"],
        document["price_book"],
        complete=not plan.unpriced,
        resources=resources,
        coverage=coverage,
        unpriced=tuple({**item, "resource": item["resource"] or plan.name} for item in plan.unpriced),
        notes=notes,
        plan=document,
        currency=currency["code"] if currency else None,
    )


def priced_again(plan: PlanDocument, *, book: PriceBook, region: str, as_of: date) -> PlanDocument:
    """Return a plan with the same parts and usage at other prices; its decision stays as it was made."""
    from planner.plan_document import PlanDocument as Document

    with localcontext(CONTEXT):
        costs = [_cost(part, region, book=book, as_of=as_of) for part in plan.document["parts"]]
    amounts = sum_amounts(cost.amounts for cost in costs)
    unpriced = [unpriced_as_json(item, stack=plan.name) for cost in costs for item in cost.unpriced]
    stated = {
        "monthly_usd": plain(amounts.monthly_usd),
        "one_time_usd": plain(amounts.one_time_usd),
        "idle_monthly_usd": plain(amounts.idle_monthly_usd),
        "complete": not unpriced,
    }
    document = {
        **plan.document,
        "region": region,
        "priced_on": as_of.isoformat(),
        "price_book": book.digest(),
        "cost": {**plan.cost, **stated},
        "bill": [line_as_json(line, stack=plan.name) for cost in costs for line in cost.lines],
        "unpriced": unpriced,
    }
    return Document(document)


def _cost(part: Json, region: str, *, book: PriceBook, as_of: date) -> Any:  # noqa: ANN401  (a PartCost)
    given = tuple((dimension, to_decimal(rate)) for dimension, rate in part["given_usd"].items())
    unpriced = part["unpriced"] if part["resource"] is None else ""
    usage = part["usage"]
    return cost_of_usage(
        Part(part["component"], part["variant"], part["resource"], part["type"], given_usd=given, unpriced=unpriced),
        monthly=_params(usage["monthly"]),
        idle=_params(usage["idle"]),
        one_time=_params(usage["one_time"]),
        properties=part["properties"],
        book=book,
        region=region,
        as_of=as_of,
    )


def _params(usage: Mapping[str, Any]) -> dict[str, Any]:
    return {key: to_decimal(value["quantity"]) if isinstance(value, dict) else value for key, value in usage.items()}


def _by_resource(stack: str, items: Iterable[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for item in items:
        found.setdefault(item["resource"] or stack, []).append(item)
    return found


def _line(line: Json) -> SideLine:
    price = line["price"]
    return SideLine(
        line["component"],
        line["variant"],
        line["meter"],
        line["dimension"],
        line["unit"],
        line["charge"],
        Decimal(line["quantity"]),
        Decimal(line["unit_price_usd"]),
        Decimal(line["usd"]),
        Decimal(line["idle_usd"]),
        price["sku"],
        price["source"],
        price["effective"],
    )
