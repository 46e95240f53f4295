"""A diff in Infracost's JSON, so that policies and comment tools that read that can read this.

Source: https://github.com/infracost/infracost, schema/infracost.schema.json and internal/output, version 0.2.
What is paid once has no place there and stands in a resource's metadata. A diff names only what changes: one more
resource, `UNCHANGED`, carries what the rest costs on both sides, so that sums of resources are the totals.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

__all__ = ["UNCHANGED", "render_infracost"]

Json = dict[str, Any]

UNCHANGED: Final = "Everything that does not change"
_OTHER_LINES: Final = "Lines that do not change"
_VERSION: Final = "0.2"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NO_TIME: Final = "0001-01-01T00:00:00Z"  # Infracost's own word for a time that it does not know
_TEMPLATES: Final = {"template", "assembly", "deployed"}
_NOTHING_KNOWN: Final[Json] = {
    "name": "",
    "unit": "",
    "hourlyQuantity": None,
    "monthlyQuantity": None,
    "price": None,
    "hourlyCost": None,
    "monthlyCost": None,
    "priceNotFound": False,
}
# Infracost leaves them out of resources too, and counts them.
_LEFT_OUT: Final = {"free", "unsupported"}
_SIDES: Final = ("before", "after")


def render_infracost(document: Json) -> str:
    """Return a diff's document as Infracost's JSON: monthly costs, and hourly ones of a month of 730 hours."""
    from planner.report.words import plain_text

    before, after = document["before"], document["after"]
    resources = _resources(document)
    summary = _summary(document, resources["after"])
    name = plain_text(after.get("name") or after["source"])
    kind = str(after.get("kind") or "plan")
    project: Json = {
        "name": name,
        "displayName": name,
        "metadata": {
            "path": plain_text(after["source"]),
            "type": "cloudformation" if kind in _TEMPLATES else f"fmplan_{kind}",
        },
        "pastBreakdown": _breakdown(resources["before"], before["cost"]),
        "breakdown": _breakdown(resources["after"], after["cost"]),
        "diff": _breakdown(resources["diff"], document["delta"]),
        "summary": summary,
    }
    whole: Json = {
        "version": _VERSION,
        # Infracost writes these where it runs outside of a repository; this knows none.
        "metadata": {
            "infracostCommand": "diff",
            "vcsBranch": "",
            "vcsCommitSha": "",
            "vcsCommitAuthorName": "",
            "vcsCommitAuthorEmail": "",
            "vcsCommitTimestamp": _NO_TIME,
            "vcsCommitMessage": "",
        },
        "currency": "USD",
        "projects": [project],
    }
    for prefix, cost in (("total", after["cost"]), ("pastTotal", before["cost"]), ("diffTotal", document["delta"])):
        whole[f"{prefix}HourlyCost"] = _hourly(cost["monthly_usd"])
        whole[f"{prefix}MonthlyCost"] = cost["monthly_usd"]
        whole[f"{prefix}MonthlyUsageCost"] = _minus(cost["monthly_usd"], cost.get("idle_monthly_usd"))
    whole |= {"timeGenerated": _time(after, before), "summary": summary}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _time(*sides: Json) -> str:
    """Return the day of the prices: no clock is read, so that bytes repeat."""
    for side in sides:
        days = _DAY.findall(str(side.get("priced_on") or ""))
        if days:
            return f"{max(days)}T00:00:00Z"
    return _NO_TIME


def _decimal(text: object) -> Decimal:
    from planner.money import to_decimal

    return to_decimal(str(text))


def _hourly(monthly: object) -> str | None:
    from planner.money import CONTEXT, plain
    from planner.units import HOURS_PER_MONTH

    return None if monthly is None else plain(CONTEXT.divide(_decimal(monthly), HOURS_PER_MONTH))


def _minus(amount: object, other: object) -> str | None:
    """Return a difference; None stands for what is not there, which counts as nothing beside what is."""
    from planner.money import CONTEXT, plain

    if amount is None and other is None:
        return None
    return plain(CONTEXT.subtract(_decimal(amount or "0"), _decimal(other or "0")))


def _breakdown(resources: list[Json], cost: Json) -> Json:
    return {
        "resources": resources,
        "totalHourlyCost": _hourly(cost["monthly_usd"]),
        "totalMonthlyCost": cost["monthly_usd"],
        "totalMonthlyUsageCost": _minus(cost["monthly_usd"], cost.get("idle_monthly_usd")),
    }


def _resources(document: Json) -> dict[str, list[Json]]:
    """Return the resources before, after and as differences, each by name."""
    found: dict[str, list[Json]] = {"before": [], "after": [], "diff": []}
    missing = {side: _unpriced_by_resource(document, side) for side in _SIDES}
    for each in document["resources"]:
        status = each.get("status") or {}
        both = [side for side in _SIDES if each["monthly_usd"][side] is not None and status.get(side) not in _LEFT_OUT]
        names = _component_names(each.get("lines") or ())
        for side in both:
            components = [
                _component(name, line, line[side])
                for name, line in names
                if line[side] is not None and line.get("charge", "monthly") == "monthly"
            ]
            components += _other_lines(each["monthly_usd"][side], components)
            components += missing[side].pop(each["path"], [])
            found[side].append(_resource(each, side, components))
        if both:
            components = [
                _component(name, line, _difference(line["before"], line["after"]))
                for name, line in names
                if line.get("charge", "monthly") == "monthly"
            ]
            found["diff"].append(_resource(each, "delta", components))
    for side in _SIDES:
        found[side] += [_without_amounts(path, parts) for path, parts in missing[side].items()]
        rest = _rest(document, side)
        found[side].sort(key=lambda each: str(each["name"]))
        if rest is not None:
            found[side].append(rest)
    found["diff"].sort(key=lambda each: str(each["name"]))
    return found


def _rest(document: Json, side: str) -> Json | None:
    """Return what everything costs that the diff does not name; None where that is nothing."""
    from planner.money import CONTEXT, plain

    rest, idle = (
        CONTEXT.subtract(
            _decimal(document[side]["cost"][key]),
            _sum((each.get(key) or {}).get(side) for each in document["resources"]),
        )
        for key in ("monthly_usd", "idle_monthly_usd")
    )
    if not rest:
        return None
    return {
        "name": UNCHANGED,
        "metadata": {},
        "hourlyCost": _hourly(plain(rest)),
        "monthlyCost": plain(rest),
        "monthlyUsageCost": _minus(plain(rest), plain(idle)),
    }


def _other_lines(monthly: object, components: list[Json]) -> list[Json]:
    """Return one component for the lines that the diff does not name; none where they cost nothing."""
    from planner.money import CONTEXT, plain

    rest = CONTEXT.subtract(_decimal(monthly), _sum(each["monthlyCost"] for each in components))
    if not rest:
        return []
    cost = plain(rest)
    return [{**_NOTHING_KNOWN, "name": _OTHER_LINES, "hourlyCost": _hourly(cost), "monthlyCost": cost}]


def _sum(amounts: Iterable[object]) -> Decimal:
    from planner.money import CONTEXT, ZERO

    total = ZERO
    for amount in amounts:
        if amount is not None:
            total = CONTEXT.add(total, _decimal(amount))
    return total


def _resource(resource: Json, side: str, components: list[Json]) -> Json:
    from planner.report.words import plain_text

    monthly, idle, once = (
        (resource.get(key) or {}).get(side) for key in ("monthly_usd", "idle_monthly_usd", "one_time_usd")
    )
    status = (resource.get("status") or {}).get("after" if side == "delta" else side)
    # Of what has no price the cost is not known, which Infracost writes as null.
    known = status != "unpriced" or monthly not in (None, "0")
    metadata = {
        "action": resource["action"],
        "replacement": resource.get("replacement"),
        "logicalId": plain_text(resource.get("logical_id")) or None,
        "oneTimeCost": once if once != "0" else None,
    }
    return {
        "name": plain_text(resource["path"]),
        "resourceType": plain_text(resource["type"]),
        "metadata": {key: value for key, value in metadata.items() if value is not None},
        "hourlyCost": _hourly(monthly) if known else None,
        "monthlyCost": monthly if known else None,
        "monthlyUsageCost": _minus(monthly, idle) if known and idle is not None else None,
        "costComponents": components,
    }


def _component_names(lines: Iterable[Json]) -> list[tuple[str, Json]]:
    """Return lines with names that tell them apart: tools find a component of the other side by its name."""
    from planner.diff_report.words import line_words

    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        what, variant = line_words(line)
        name = f"{what} ({variant})" if variant else what
        seen[name] += 1
        found.append((name if seen[name] == 1 else f"{name}, {seen[name]}", line))
    return found


def _component(name: str, line: Json, amounts: Json) -> Json:
    from planner.report.words import plain_text

    return {
        "name": name,
        "unit": plain_text(line.get("unit")),
        "hourlyQuantity": _hourly(amounts["quantity"]),
        "monthlyQuantity": amounts["quantity"],
        "price": amounts["unit_price_usd"],
        "hourlyCost": _hourly(amounts["usd"]),
        "monthlyCost": amounts["usd"],
        "priceNotFound": False,
    }


def _difference(before: Json | None, after: Json | None) -> Json:
    """Return after minus before, of the price too, as Infracost has it."""
    was, now = before or {}, after or {}
    return {key: _minus(now.get(key), was.get(key)) for key in ("quantity", "unit_price_usd", "usd")}


def _unpriced_by_resource(document: Json, side: str) -> dict[str, list[Json]]:
    """Return components without a price, by the path of their resource."""
    from planner.diff_report.words import line_words
    from planner.report import words as say

    found: dict[str, list[Json]] = {}
    for item in document.get("unpriced") or ():
        if item.get("side", side) not in (side, "both"):
            continue
        what, variant = line_words(item)
        what = what or say.sentence(say.words(item.get("component")))
        name = f"{what} ({variant})" if variant else what
        component = {**_NOTHING_KNOWN, "name": name, "priceNotFound": True}
        found.setdefault(str(item.get("resource") or ""), []).append(component)
    return found


def _without_amounts(path: str, components: list[Json]) -> Json:
    """Return a resource that does not change and has a part without a price; what it costs beside is `UNCHANGED`."""
    from planner.report.words import plain_text

    return {
        "name": plain_text(path),
        "metadata": {},
        "hourlyCost": None,
        "monthlyCost": None,
        "monthlyUsageCost": None,
        "costComponents": components,
    }


def _summary(document: Json, resources: list[Json]) -> Json:
    """Return how many resources have which status, in Infracost's words.

    All are counted but those with costs by usage: of these, only the ones that the diff names are known.
    """
    from planner.report.words import plain_text

    counts = document.get("coverage") or {}
    by_usage = sum(each["name"] != UNCHANGED and each["monthlyUsageCost"] not in (None, "0") for each in resources)
    unsupported = Counter(
        plain_text(item["type"]) for item in document.get("unsupported") or () if item.get("side") != "before"
    )
    return {
        "totalDetectedResources": sum(counts.values()),
        "totalSupportedResources": counts.get("estimated", 0) + counts.get("unpriced", 0),
        "totalUnsupportedResources": counts.get("unsupported", 0),
        "totalUsageBasedResources": by_usage,
        "totalNoPriceResources": counts.get("free", 0),
        "unsupportedResourceCounts": dict(sorted(unsupported.items())),
    }
