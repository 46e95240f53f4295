"""A diff of two sides as the document that is written: decimals are texts, what is missing is null."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from planner.diff.changes import assumption_changes, flips_crossed, price_changes
from planner.diff.decision import KeyChange, explained, key_changes, movers
from planner.diff.double_running import double_running
from planner.diff.notes import notes_of
from planner.diff.resources import changed_resources
from planner.diff.root import under_one_name
from planner.diff.side import Money, total
from planner.money import CONTEXT, ZERO, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from planner.diff.lines import LineChange
    from planner.diff.resources import ResourceChange
    from planner.diff.side import Side, SideLine

__all__ = ["SCHEMA", "diff_document"]

SCHEMA = 1
_PERCENT = Decimal(100)

Json = dict[str, Any]


def diff_document(
    before: Side,
    after: Side,
    *,
    double_running_hours: Decimal,
    replan: Callable[[Json], Mapping[str, Any] | None] | None = None,
) -> Json:
    """Return what changes from one side to the other, and what that costs; the same side twice gives no changes.

    `replan` plans a workload again, to find which of its keys moved a decision; without it none is named.
    """
    with localcontext(CONTEXT):
        named, renamed = under_one_name(before, after)
        changes = changed_resources(named, after)
        lines = [line for change in changes for line in change.lines]
        doubles = [double_running(change, hours=double_running_hours) for change in changes]
        delta = after.money.minus(before.money)
        from_prices = total(change.from_prices for change in changes)
        region = after.region or before.region
        plans = _plans(before, after)
        prices = price_changes(lines)
        return {
            "schema": SCHEMA,
            "before": _side(before),
            "after": _side(after),
            "delta": _money(delta),
            "delta_percent": _percent(before.money, delta),
            "delta_from_prices": _money(from_prices),
            "delta_from_architecture": _money(delta.minus(from_prices)),
            "resources": [
                _resource(change, None if double is None else (double.hours, double.usd))
                for change, double in zip(changes, doubles, strict=True)
            ],
            "double_running_usd": plain(sum((double.usd for double in doubles if double), ZERO)),
            "decision": _decision(plans, replan),
            "design": _keys(key_changes(plans[0]["design"], plans[1]["design"])) if plans else [],
            "workload": _keys(key_changes(plans[0]["workload"], plans[1]["workload"])) if plans else [],
            "price_changes": [
                {
                    "sku": each.sku,
                    "region": region,
                    "meter": each.meter,
                    "dimension": each.dimension,
                    "unit": each.unit,
                    "before_usd": plain(each.before_usd),
                    "after_usd": plain(each.after_usd),
                    "delta_monthly_usd": plain(each.delta.monthly),
                    "delta_one_time_usd": plain(each.delta.one_time),
                    "before_source": each.before_source,
                    "after_source": each.after_source,
                    "effective": each.effective,
                }
                for each in prices
            ],
            "assumptions": assumption_changes(*plans) if plans else [],
            "flips_crossed": flips_crossed(*plans) if plans else [],
            "unpriced": _both(named.unpriced, after.unpriced, _UNPRICED),
            "unsupported": _both(named.unsupported, after.unsupported, _UNSUPPORTED),
            "coverage": dict(after.coverage),
            "conditions": list(after.conditions),
            "notes": [*notes_of(before, after, prices_moved=bool(prices)), *([renamed] if renamed else [])],
        }


_UNPRICED = ("resource", "component", "variant", "dimension", "reason")
_UNSUPPORTED = ("path", "type")


def _plans(before: Side, after: Side) -> tuple[Json, Json] | None:
    return None if before.plan is None or after.plan is None else (before.plan, after.plan)


def _side(side: Side) -> Json:
    return {
        "source": side.source,
        "kind": side.kind,
        "name": side.name,
        "region": side.region,
        "priced_on": side.priced_on,
        "price_book": side.price_book,
        "complete": side.complete,
        "cost": _money(side.money),
        "coverage": dict(side.coverage),
    }


def _money(money: Money) -> Json:
    return {
        "monthly_usd": plain(money.monthly),
        "one_time_usd": plain(money.one_time),
        "idle_monthly_usd": plain(money.idle),
    }


def _percent(before: Money, delta: Money) -> Json:
    def share(part: Decimal, of: Decimal) -> str | None:
        return plain(CONTEXT.divide(part, of) * _PERCENT) if of else None

    return {
        "monthly_usd": share(delta.monthly, before.monthly),
        "one_time_usd": share(delta.one_time, before.one_time),
        "idle_monthly_usd": share(delta.idle, before.idle),
    }


def _resource(change: ResourceChange, double: tuple[Decimal, Decimal] | None) -> Json:
    was, now = change.before, change.after
    old, new = was.money if was else None, now.money if now else None
    return {
        "path": change.resource.path,
        "type": change.resource.type,
        "logical_id": change.resource.logical_id,
        "action": change.action,
        "replacement": change.replacement,
        "properties": [each.property for each in change.properties],
        "changes": [each._asdict() for each in change.properties],
        "status": {"before": was.status if was else None, "after": now.status if now else None},
        "reason": change.resource.reason,
        "monthly_usd": _amount(old and old.monthly, new and new.monthly, change.delta.monthly),
        "one_time_usd": _amount(old and old.one_time, new and new.one_time, change.delta.one_time),
        "idle_monthly_usd": _amount(old and old.idle, new and new.idle, change.delta.idle),
        "double_running": None if double is None else {"hours": plain(double[0]), "usd": plain(double[1])},
        "lines": [_line(line) for line in change.lines],
    }


def _amount(before: Decimal | None, after: Decimal | None, delta: Decimal) -> Json:
    return {
        "before": None if before is None else plain(before),
        "after": None if after is None else plain(after),
        "delta": plain(delta),
    }


def _line(change: LineChange) -> Json:
    line = change.line
    monthly = line.charge == "monthly"
    return {
        "component": line.component,
        "variant": line.variant,
        "meter": line.meter,
        "dimension": line.dimension,
        "unit": line.unit,
        "charge": line.charge,
        "cause": change.cause,
        "before": _priced(change.before),
        "after": _priced(change.after),
        "delta_usd": plain(change.delta.monthly if monthly else change.delta.one_time),
        "delta_from_price_usd": plain(change.from_price.monthly if monthly else change.from_price.one_time),
    }


def _priced(line: SideLine | None) -> Json | None:
    if line is None:
        return None
    return {
        "quantity": plain(line.quantity),
        "unit_price_usd": plain(line.unit_price_usd),
        "usd": plain(line.usd),
    }


def _keys(changes: Iterable[KeyChange]) -> list[Json]:
    return [change._asdict() for change in changes]


def _decision(
    plans: tuple[Json, Json] | None, replan: Callable[[Json], Mapping[str, Any] | None] | None
) -> Json | None:
    if plans is None:
        return None
    before, after = plans
    because = movers(before, after, replan) if replan else []
    return {
        "before": before["decision"]["approach"],
        "after": after["decision"]["approach"],
        "because": _keys(because),
        "text": explained(before, after, because),
    }


def _both(before: Iterable[Json], after: Iterable[Json], keys: tuple[str, ...]) -> list[Json]:
    """Return what either side lacks, each once, with the side."""
    old, new = ({tuple(str(item.get(key, "")) for key in keys): None for item in items} for items in (before, after))
    found = []
    for values in [*new, *(each for each in old if each not in new)]:
        side = "both" if values in old and values in new else "after" if values in new else "before"
        found.append({"side": side, **dict(zip(keys, values, strict=True))})
    return found
