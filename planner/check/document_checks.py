"""Whether a document that is read back agrees with itself: one that was changed by hand is refused.

The sums of plans are checked by planner.plan_document. Here as there a document is whole or not used at all.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any, Final, NoReturn

from planner.errors import InputError
from planner.money import CONTEXT, ZERO, amount, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["check_diff", "check_estimate", "check_plan", "is_diff", "is_estimate"]

Json = dict[str, Any]

_SCHEMA: Final = 1
_AMOUNTS: Final = ("monthly_usd", "one_time_usd", "idle_monthly_usd")
_CHARGES: Final = {"monthly": "monthly_usd", "one_time": "one_time_usd"}
_STATUSES: Final = frozenset({"estimated", "free", "unpriced", "unsupported"})
_PERCENT: Final = Decimal(100)
_IN_ESTIMATE: Final = (
    "region",
    "priced_on",
    "complete",
    "cost",
    "coverage",
    "resources",
    "unpriced",
    "unsupported",
)
_IN_DIFF: Final = (
    "before",
    "after",
    "delta",
    "delta_percent",
    "resources",
    "decision",
    "design",
    "unpriced",
    "unsupported",
    "coverage",
)
# What reading a document of another shape may raise.
_DAMAGES: Final = (KeyError, TypeError, AttributeError, ValueError, InvalidOperation)


def is_estimate(data: object) -> bool:
    """Whether parsed JSON is what `fmplan estimate --format json` writes."""
    return isinstance(data, dict) and {"schema", "cost", "coverage", "resources"} <= data.keys() and "bill" not in data


def is_diff(data: object) -> bool:
    """Whether parsed JSON is what `fmplan diff --format json` writes."""
    return isinstance(data, dict) and {"schema", "before", "after", "delta"} <= data.keys()


def check_plan(data: Json, *, source: str) -> None:
    """Refuse a plan that says otherwise in one place than in another: what is unpriced, what it misses.

    Raises:
        InputError: with the key that does not agree with what it is made of.
    """
    _check(data, "plan", ("cost", "unpriced", "decision", "parts"), _plan, source)


def check_estimate(data: Json, *, source: str) -> None:
    """Refuse an estimate that is damaged, of another schema, or does not add up.

    Raises:
        InputError: with the key that does not agree with what it is made of.
    """
    _check(data, "estimate", _IN_ESTIMATE, _estimate, source)


def check_diff(data: Json, *, source: str) -> None:
    """Refuse a diff that is damaged, of another schema, or does not add up.

    Raises:
        InputError: with the key that does not agree with what it is made of.
    """
    _check(data, "diff", _IN_DIFF, _diff, source)


def _check(data: Json, what: str, keys: Iterable[str], check: Callable[[Json], None], source: str) -> None:
    again = f"write it again with 'fmplan {what} --format json'"
    if type(data["schema"]) is int and data["schema"] > _SCHEMA:
        raise InputError(
            f"{source}: schema: {data['schema']} is newer than this fmplan, which reads schema {_SCHEMA}; update it"
        )
    if data["schema"] != _SCHEMA:
        raise InputError(f"{source}: schema: {data['schema']!r} is not understood; this fmplan reads schema {_SCHEMA}")
    for key in keys:
        if key not in data:
            raise InputError(f"{source}: {key}: missing from the {what}; {again}")
    try:
        with localcontext(CONTEXT):
            check(data)
    except InputError as error:
        raise InputError(f"{source}: {error}; the {what} was changed by hand: {again}") from None
    except _DAMAGES as error:
        raise InputError(f"{source}: the {what} is damaged ({type(error).__name__}: {error}); {again}") from None


def _refuse(key: str, stated: object, why: str) -> NoReturn:
    raise InputError(f"{key}: {stated} is not {why}")


def _same(key: str, stated: object, made: Decimal, of: str) -> None:
    if Decimal(str(stated)) != made:
        _refuse(key, stated, f"{of}, {plain(made)}")


# --- Plans ------------------------------------------------------------------------------------------------------------


def _plan(data: Json) -> None:
    complete = not data["unpriced"]
    if data["cost"]["complete"] is not complete:
        _refuse(
            "cost.complete", str(data["cost"]["complete"]).lower(), f"what is unpriced says, {str(complete).lower()}"
        )
    stated = {each["component"] for each in data["unpriced"]}
    for number, part in enumerate(data["parts"]):
        if part["unpriced"] and part["component"] not in stated:
            _refuse("unpriced", f"a list without {part['component']}", f"what parts[{number}].unpriced says")
    admissible = not data["decision"]["misses"]
    if data["decision"]["admissible"] is not admissible:
        shown = str(data["decision"]["admissible"]).lower()
        _refuse("decision.admissible", shown, f"what its misses say, {str(admissible).lower()}")


# --- Estimates --------------------------------------------------------------------------------------------------------


def _estimate(data: Json) -> None:
    sums = dict.fromkeys(_AMOUNTS, ZERO)
    counts = dict.fromkeys(_STATUSES, 0)
    for number, resource in enumerate(data["resources"]):
        key = f"resources[{number}]"
        counts[resource["status"]] += 1
        for name, made in _of_lines(resource["lines"], key).items():
            _same(f"{key}.{name}", resource[name], made, "the sum of its lines")
            sums[name] += made
        _strings(resource, key, ("path", "type"))
    for name, made in sums.items():
        _same(f"cost.{name}", data["cost"][name], made, "the sum of the resources")
    for status, count in counts.items():
        if data["coverage"][status] != count:
            _refuse(f"coverage.{status}", data["coverage"][status], f"how many resources are so, {count}")
    unsupported = {(each["path"], each["type"]) for each in data["unsupported"]}
    if len(unsupported) != counts["unsupported"]:
        _refuse("unsupported", f"a list of {len(unsupported)}", f"what the resources say, {counts['unsupported']}")
    complete = not counts["unpriced"] and not counts["unsupported"]
    if data["complete"] is not complete or (complete and data["unpriced"]):
        _refuse("complete", str(data["complete"]).lower(), f"what the resources say, {str(complete).lower()}")


def _of_lines(lines: Iterable[Json], key: str) -> dict[str, Decimal]:
    sums = dict.fromkeys(_AMOUNTS, ZERO)
    for number, line in enumerate(lines):
        place, usd = f"{key}.lines[{number}]", Decimal(line["usd"])
        _same_product(f"{place}.usd", line)
        sums[_CHARGES[line["charge"]]] += usd
        sums["idle_monthly_usd"] += Decimal(line["idle_usd"])
    return sums


def _same_product(key: str, line: Mapping[str, str]) -> None:
    made = amount(Decimal(line["unit_price_usd"]), Decimal(line["quantity"]))
    _same(key, line["usd"], made, f"{line['quantity']} × {line['unit_price_usd']}")


def _strings(mapping: Json, key: str, names: Iterable[str]) -> None:
    for name in names:
        if not isinstance(mapping[name], str):
            _refuse(f"{key}.{name}", mapping[name], "a text")


# --- Diffs ------------------------------------------------------------------------------------------------------------


def _diff(data: Json) -> None:
    before, after, delta = data["before"], data["after"], data["delta"]
    sums = dict.fromkeys(_AMOUNTS, ZERO)
    for number, resource in enumerate(data["resources"]):
        key = f"resources[{number}]"
        _strings(resource, key, ("path", "type", "action", "replacement"))
        _changed_lines(resource, key)
        for name in _AMOUNTS:
            money = resource[name]
            made = Decimal(money["after"] or "0") - Decimal(money["before"] or "0")
            _same(f"{key}.{name}.delta", money["delta"], made, "after less before")
            sums[name] += made
    for name in _AMOUNTS:
        was, now = Decimal(before["cost"][name]), Decimal(after["cost"][name])
        _same(f"delta.{name}", delta[name], now - was, "after less before")
        _same(f"delta.{name}", delta[name], sums[name], "the sum of the resources' deltas")
        _same_percent(name, data["delta_percent"][name], now - was, was)
    for side in (before, after):
        if not isinstance(side["complete"], bool) or not isinstance(side["region"], str):
            _refuse("before, after", "a side", "one: complete is true or false, region a text")
    lacking = sum(data["coverage"][status] for status in ("unpriced", "unsupported"))
    told = [each for each in (*data["unpriced"], *data["unsupported"]) if each["side"] != "before"]
    if after["complete"] and (lacking or told):
        _refuse("after.complete", "true", f"what is said beside it: {max(lacking, len(told))} unpriced or unsupported")


def _changed_lines(resource: Json, key: str) -> None:
    sums = dict.fromkeys(_CHARGES.values(), ZERO)
    for number, line in enumerate(resource["lines"]):
        place, usd = f"{key}.lines[{number}]", dict.fromkeys(("before", "after"), ZERO)
        for side in usd:
            if line[side] is not None:
                _same_product(f"{place}.{side}.usd", line[side])
                usd[side] = Decimal(line[side]["usd"])
        made = usd["after"] - usd["before"]
        _same(f"{place}.delta_usd", line["delta_usd"], made, "after less before")
        sums[_CHARGES[line["charge"]]] += made
    for name, made in sums.items():
        _same(f"{key}.{name}.delta", resource[name]["delta"], made, "the sum of its lines")


def _same_percent(name: str, stated: str | None, delta: Decimal, before: Decimal) -> None:
    made = CONTEXT.divide(delta, before) * _PERCENT if before else None
    if (stated is None) is not (made is None):
        _refuse(f"delta_percent.{name}", stated, "null just where nothing was before")
    if stated is not None and made is not None:
        _same(f"delta_percent.{name}", stated, made, "the delta in percent of what was before")
