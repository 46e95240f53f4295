"""What two plans take for granted otherwise, which thresholds were crossed, and which prices moved."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.diff.flatten import flat
from planner.diff.side import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.diff.lines import LineChange

__all__ = ["PriceChange", "assumption_changes", "flips_crossed", "price_changes"]

Json = dict[str, Any]


class PriceChange(NamedTuple):
    """A price that moved between two sides, with what that comes to."""

    sku: str
    meter: str
    dimension: str
    unit: str
    before_usd: Decimal
    after_usd: Decimal
    before_source: str
    after_source: str
    effective: str | None
    delta: Money


def price_changes(lines: Iterable[LineChange]) -> list[PriceChange]:
    """Return the prices that moved, each once, with what they come to over all lines."""
    found: dict[tuple[str, str, str, Decimal, Decimal], PriceChange] = {}
    for change in lines:
        was, now = change.before, change.after
        if was is None or now is None or change.cause not in {"price", "usage_and_price"}:
            continue
        key = (now.sku, now.meter, now.dimension, was.unit_price_usd, now.unit_price_usd)
        delta = found[key].delta if key in found else Money()
        found[key] = PriceChange(
            now.sku,
            now.meter,
            now.dimension,
            now.unit,
            was.unit_price_usd,
            now.unit_price_usd,
            was.source,
            now.source,
            now.effective,
            delta.plus(change.from_price),
        )
    return [found[key] for key in sorted(found)]


def assumption_changes(before: Json, after: Json) -> list[Json]:
    """Return the assumptions that both plans rest on, at other values."""
    old = {each["key"]: each for each in before["assumptions"]}
    return [
        {"key": each["key"], "unit": each["unit"], "before": old[each["key"]]["value"], "after": each["value"]}
        for each in after["assumptions"]
        if each["key"] in old and old[each["key"]]["value"] != each["value"]
    ]


def flips_crossed(before: Json, after: Json) -> list[Json]:
    """Return the thresholds that one of the plans names and that lie between its workload and the other's."""
    found: dict[str, Json] = {}
    for plan, other in ((before, after), (after, before)):
        for flip in plan["decision"]["would_change_if"]:
            here, there = _number(plan, flip["key"]), _number(other, flip["key"])
            if here is None or there is None or flip["key"] in found:
                continue
            if _crosses(flip, here, there):
                old, new = (here, there) if plan is before else (there, here)
                found[flip["key"]] = {**flip, "before": str(old), "after": str(new)}
    return [found[key] for key in sorted(found)]


def _crosses(flip: Mapping[str, Any], here: Decimal, there: Decimal) -> bool:
    if "above" in flip:
        return here <= Decimal(str(flip["above"])) < there
    return "below" in flip and there < Decimal(str(flip["below"])) <= here


def _number(plan: Json, key: str) -> Decimal | None:
    """Return a key's value: as stated, else as assumed."""
    stated = flat(plan["workload"]).get(key)
    if stated is None:
        stated = next((each["value"] for each in plan["assumptions"] if each["key"] == key), None)
    try:
        number = Decimal(str(stated))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
