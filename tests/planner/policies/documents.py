"""Small plans, estimates and diffs from what a test case states of them; all else is empty."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.money import plain
from planner.policies.document import AMOUNTS, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.policies.document import Kind

__all__ = ["document"]

Json = dict[str, Any]
SHORT = {"monthly": "monthly_usd", "one_time": "one_time_usd", "idle": "idle_monthly_usd", "total": "total_usd"}


def text(value: object) -> object:
    """A decimal as documents have it."""
    if isinstance(value, bool):
        return value
    return plain(Decimal(value)) if isinstance(value, int | Decimal) else value


def money(stated: Mapping[str, Any] | None, names: tuple[str, ...] = AMOUNTS) -> Json:
    made = {SHORT[key]: text(value) for key, value in (stated or {}).items()}
    return {name: made.get(name, "0") for name in names}


def unpriced(item: Any) -> Json:  # noqa: ANN401
    stated = item if isinstance(item, dict) else {"resource": item}
    return {
        "resource": None,
        "component": "",
        "variant": "",
        "dimension": "",
        "charge": "monthly",
        "reason": "no price",
        **stated,
    }


def line(stated: Json) -> Json:
    return {
        "resource": stated.get("path"),
        "resource_type": stated.get("type", "meter"),
        "meter": stated.get("meter", "made"),
        "dimension": stated.get("dimension", "unit"),
        "usd": text(stated.get("usd", 0)),
        "idle_usd": text(stated.get("idle", 0)),
        "charge": stated.get("charge", "monthly"),
        "rule": stated.get("rule", "made"),
        "price": {
            "sku": stated.get("sku", "made"),
            "effective": stated.get("effective", stated.get("seen")),
            "observed": stated.get("seen"),
            "source": stated.get("source", "price-list"),
        },
    }


def plan(given: Json) -> Json:
    cost = given.get("cost", {})
    ends = {end: money(cost.get(end), (*AMOUNTS, "total_usd")) for end in ("low", "high")}
    own = {key: value for key, value in cost.items() if key in SHORT}
    design = {
        "approach": "rag",
        "model": "amazon.nova-lite-v1:0",
        "inference": "on_demand",
        "embedding_model": None,
        "vector_store": None,
        "training": None,
        "term": None,
        "endpoint_instance": None,
    }
    return {
        "schema": 1,
        "name": "shop",
        "region": given.get("region", "us-east-1"),
        "horizon_months": given.get("horizon_months", 12),
        "decision": {"approach": "rag", "misses": given.get("misses", [])},
        "design": design | given.get("design", {}),
        "cost": {**money(own, (*AMOUNTS, "total_usd")), **ends},
        "bill": [line(each) for each in given.get("bill", [])],
        "parts": [
            {"resource": each.get("path"), "type": each["type"], "properties": each.get("properties", {})}
            for each in given.get("parts", [])
        ],
        "unpriced": [unpriced(each) for each in given.get("unpriced", [])],
        "assumptions": [{"key": key, "moves_total_by_usd": "1"} for key in given.get("moved_by", [])],
    }


def estimate(given: Json) -> Json:
    resources = [
        {
            "path": each["path"],
            "type": each.get("type", "AWS::S3::Bucket"),
            "logical_id": each.get("logical_id"),
            "status": each.get("status", "estimated"),
            "monthly_usd": text(each.get("usd", 0)),
            "one_time_usd": "0",
            "idle_monthly_usd": "0",
            "properties": each.get("properties", {}),
            "lines": [line({**each, **stated}) for stated in each.get("lines", [])],
        }
        for each in given.get("resources", [])
    ]
    statuses = [each["status"] for each in resources]
    return {
        "schema": 1,
        "region": given.get("region", "us-east-1"),
        "complete": not {"unpriced", "unsupported"} & set(statuses),
        "cost": money(given.get("cost")),
        "coverage": {name: statuses.count(name) for name in ("estimated", "free", "unpriced", "unsupported")},
        "resources": resources,
        "unpriced": [unpriced(each["path"]) for each in resources if each["status"] == "unpriced"],
        "unsupported": [
            {"path": each["path"], "type": each["type"]} for each in resources if each["status"] == "unsupported"
        ],
    }


def side(stated: Json, others: list[Json]) -> Json:
    return {
        "cost": money({key: value for key, value in stated.items() if key in SHORT}),
        "complete": not others,
        "region": stated.get("region", "us-east-1"),
    }


def diff(given: Json) -> Json:
    lacking = [
        {"side": where, **unpriced(name)}
        for where in ("before", "after")
        for name in given.get(f"unpriced_{where}", [])
    ]
    before, after = (
        side(given.get(where, {}), [each for each in lacking if each["side"] == where]) for where in ("before", "after")
    )
    delta = {name: text(Decimal(after["cost"][name]) - Decimal(before["cost"][name])) for name in AMOUNTS}
    return {
        "schema": 1,
        "before": before,
        "after": after,
        "delta": delta,
        "resources": [changed(each) for each in given.get("resources", [])],
        "decision": given.get("decision"),
        "design": given.get("design", []),
        "unpriced": lacking,
        "unsupported": given.get("unsupported", []),
        "coverage": {"estimated": 0, "free": 0, "unpriced": 0, "unsupported": 0, **given.get("coverage", {})},
    }


def changed(each: Json) -> Json:
    before, after = each.get("before"), each.get("after")
    nothing = {"before": None, "after": None, "delta": "0"}
    delta = text(Decimal(after or 0) - Decimal(before or 0))
    action = "added" if before is None else "removed" if after is None else "changed"
    status = each.get("status", "estimated")
    return {
        "path": each["path"],
        "type": each.get("type", "AWS::S3::Bucket"),
        "logical_id": None,
        "action": action,
        "replacement": each.get("replacement", "no"),
        "changes": [{"property": name, "replacement": each["replacement"]} for name in each.get("properties", [])],
        "status": {"before": None if before is None else status, "after": None if after is None else status},
        "monthly_usd": {"before": text(before), "after": text(after), "delta": delta},
        "one_time_usd": nothing,
        "idle_monthly_usd": nothing,
        "double_running": each.get("double_running"),
    }


MAKERS: dict[Kind, Callable[[Json], Json]] = {"plan": plan, "estimate": estimate, "diff": diff}


def document(kind: Kind, given: Json) -> Document:
    """A document of a kind with what is given."""
    return Document(kind, MAKERS[kind](given), kind)
