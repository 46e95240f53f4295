"""What a report says, in the order it is said and with its numbers written out: every format lays out this one view.

Texts are plain, on one line each and not yet escaped for any format.
"""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.number_format import money, percent, quantity, small_money
from planner.report import words as say
from planner.report.bill import charge_groups, unpriced_items
from planner.report.design import design_choices, difference
from planner.report.prices import Notes, Titles, cited_sources, in_another_currency, kind_of_prices, sum_rows

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument
    from planner.report.bill import Group, Missing
    from planner.report.prices import Cited, SumRow

__all__ = ["Alternative", "AmountRow", "Assumed", "Reason", "Rejected", "ReportView", "report_view"]

NOT_KNOWN = "?"


class AmountRow(NamedTuple):
    """One amount of the cost: the estimate and its band."""

    label: str
    estimate: str
    low: str
    high: str


class Reason(NamedTuple):
    """Why: the text, the workload's keys that it was read from, and who says so."""

    text: str
    reads: tuple[str, ...]
    source: str


class Rejected(NamedTuple):
    """A rung that was not taken; amounts are empty where it has no design."""

    title: str
    monthly: str
    one_time: str
    total: str
    reasons: tuple[Reason, ...]


class Alternative(NamedTuple):
    """Another design of the chosen rung, in what it differs from the choice."""

    design: str
    monthly: str
    one_time: str
    total: str
    why_not: str


class Assumed(NamedTuple):
    """A default that was used: `moves` is by how much its range moves the total, empty where that is not known."""

    key: str
    value: str
    why: str
    moves: str
    matters: bool
    source: str


class ReportView(NamedTuple):
    """All of a report."""

    name: str
    description: str
    region: str
    title: str
    summary: str
    admissible: bool
    misses: tuple[str, ...]
    currency: str  # the amounts in the currency that was asked for, in a sentence
    at_least: str  # stands before totals from which something unpriced is missing
    synthesized: bool
    choices: tuple[tuple[str, str], ...]
    monthly: str
    idle: str
    one_time: str
    total: str
    per_1000: str
    horizon: str
    band: str
    amounts: tuple[AmountRow, ...]
    people: str
    worth: str
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...]
    unpriced: tuple[Missing, ...]
    monthly_groups: tuple[Group, ...]
    one_time_groups: tuple[Group, ...]
    monthly_sums: tuple[SumRow, ...]
    one_time_sums: tuple[SumRow, ...]
    notes: tuple[str, ...]  # what other sources say, by the numbers that lines carry
    rejected: tuple[Rejected, ...]
    then: tuple[str, ...]
    would_change: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    assumptions: tuple[Assumed, ...]
    prices: str  # of which kind they are, and as of which day
    sources: tuple[Cited, ...]


def _reasons(entries: Any) -> tuple[Reason, ...]:  # noqa: ANN401  (JSON is of any type)
    return tuple(
        Reason(
            say.plain_text(entry.get("text")),
            tuple(say.plain_text(key) for key in entry.get("reads") or ()),
            say.plain_text(entry.get("source")),
        )
        for entry in entries or ()
    )


def _horizon(plan: PlanDocument) -> str:
    """Return the horizon in words; it is stated in the workload, or else an assumption."""
    stated = plan.document.get("horizon_months") or (plan.document.get("workload") or {}).get("horizon_months")
    if stated is None:
        found = [entry for entry in plan.document.get("assumptions") or () if entry.get("key") == "horizon_months"]
        stated = found[0].get("value") if found else None
    if stated is None:
        return "the horizon"
    months = quantity(stated)
    return "1 month" if months == "1" else f"{months} months"


def _misses(decision: dict[str, Any]) -> tuple[str, ...]:
    texts = []
    for miss in decision.get("misses") or ():
        text = say.plain_text(miss.get("text"))
        if not text:
            limit, value = quantity(miss.get("limit")), quantity(miss.get("value"))
            text = f"{say.plain_text(miss.get('constraint'))}: {value} where {limit} is the limit{_by(miss)}"
        texts.append(text)
    return tuple(texts)


def _by(miss: dict[str, Any]) -> str:
    """Return by how much a limit is missed; nothing for what is no number."""
    try:
        return f", off by {quantity(abs(Decimal(str(miss.get('value'))) - Decimal(str(miss.get('limit')))))}"
    except DecimalException:
        return ""


def _people(cost: dict[str, Any]) -> str:
    people = cost.get("people") or {}
    if people.get("days") is None:
        return ""
    days = quantity(people["days"])
    usd = "" if people.get("usd") is None else f", {money(people['usd'])}"
    return f"{days} {'day' if days == '1' else 'days'}{usd}"


def _worth(cost: dict[str, Any], horizon: str) -> str:
    """Return what the requests of the horizon are worth, where the workload says what one is."""
    value = cost.get("value") or {}
    if value.get("value_usd") is None:
        return ""
    share = value.get("return_share")
    earned = "" if share is None else f", a return of {percent(share)}"
    return f"{money(value['value_usd'])} over {horizon}, net {money(value.get('net_usd'))}{earned}"


def _amounts(cost: dict[str, Any], horizon: str) -> tuple[AmountRow, ...]:
    low, high = cost.get("low") or {}, cost.get("high") or {}
    rows = (
        ("Monthly, first full month", "monthly_usd", money),
        ("Idle floor, no traffic", "idle_monthly_usd", money),
        ("One-time", "one_time_usd", money),
        (f"Total over {horizon}", "total_usd", money),
        ("Per 1,000 requests", "usd_per_1000_requests", small_money),
    )
    return tuple(
        AmountRow(label, *(write(side.get(key), missing="–") for side in (cost, low, high)))
        for label, key, write in rows
    )


def _band(cost: dict[str, Any]) -> str:
    low, high = ((cost.get(side) or {}).get("monthly_usd") for side in ("low", "high"))
    return "" if low is None or high is None else f"{money(low)} to {money(high)}"


def _rejected(decision: dict[str, Any]) -> tuple[Rejected, ...]:
    return tuple(
        Rejected(
            say.sentence(say.approach(entry.get("approach"))),
            money(entry.get("monthly_usd"), missing=""),
            money(entry.get("one_time_usd"), missing=""),
            money(entry.get("total_usd"), missing=""),
            _reasons(entry.get("reasons")),
        )
        for entry in decision.get("rejected") or ()
    )


def _would_change(decision: dict[str, Any]) -> tuple[str, ...]:
    texts = []
    for flip in decision.get("would_change_if") or ():
        text = say.plain_text(flip.get("text"))
        if not text:
            side = "above" if "above" in flip else "below"
            to = flip.get("to") or {}
            text = (
                f"{say.plain_text(flip.get('key'))} {side} {quantity(flip.get(side))}:"
                f" {say.words(to.get('choice'))} {say.words(to.get('value'))}"
            )
        texts.append(text)
    return tuple(texts)


def _alternatives(plan: PlanDocument) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            difference(plan.design, entry.get("design") or {}),
            money(entry.get("monthly_usd"), missing=NOT_KNOWN),
            money(entry.get("one_time_usd"), missing=NOT_KNOWN),
            money(entry.get("total_usd"), missing=NOT_KNOWN),
            say.plain_text(entry.get("why_not")),
        )
        for entry in plan.document.get("alternatives") or ()
    )


def _value(value: Any) -> str:  # noqa: ANN401  (JSON is of any type)
    """Return an assumption's value as a person would write it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value) or "none"
    return say.plain_text(quantity(value))


def _unit(entry: dict[str, Any]) -> str:
    """Return the unit to write behind a value; a share's or a factor's goes without saying."""
    unit = say.plain_text(entry.get("unit"))
    if entry.get("value") is None or unit == "factor" or unit.startswith("share"):
        return ""
    return unit.removesuffix("s") if quantity(entry["value"]) == "1" and " " not in unit else unit


def _assumptions(plan: PlanDocument) -> tuple[Assumed, ...]:
    """Return the assumptions, those that move the total most first; the plan's order decides between equals."""
    rows = []
    for entry in plan.document.get("assumptions") or ():
        moves = entry.get("moves_total_by_usd")
        written = money(moves, missing="")
        rows.append(
            (
                _size(moves),
                Assumed(
                    say.plain_text(entry.get("key")),
                    " ".join(filter(None, (_value(entry.get("value")), _unit(entry)))),
                    say.plain_text(entry.get("why")),
                    written,
                    written not in {"", money(0)},
                    say.plain_text(entry.get("source")),
                ),
            )
        )
    rows.sort(key=lambda row: row[0], reverse=True)
    return tuple(row for _, row in rows)


def _size(moves: Any) -> Decimal:  # noqa: ANN401  (JSON is of any type)
    """Return what to sort by: what is not known comes after what moves the total and before what doesn't."""
    if money(moves, missing="") == "":
        return Decimal("1e-30")
    return abs(Decimal(str(moves)))


def report_view(plan: PlanDocument) -> ReportView:
    """Return what a report of a plan says.

    Raises:
        InputError: where the price book's list of sources cannot be read.
    """
    document, cost = plan.document, plan.cost
    decision: dict[str, Any] = document["decision"]
    horizon = _horizon(plan)
    at_least = "" if cost.get("complete", True) else "at least "
    least = f", {at_least.strip()}" if at_least else ""
    titles = Titles(plan)
    notes = Notes(titles)
    monthly_groups, one_time_groups = (charge_groups(plan, charge, notes) for charge in ("monthly", "one_time"))
    monthly, idle, once = (cost.get(key) for key in ("monthly_usd", "idle_monthly_usd", "one_time_usd"))
    return ReportView(
        name=say.plain_text(plan.name),
        description=say.plain_text((document.get("workload") or {}).get("description")),
        region=say.plain_text(plan.region),
        title=say.sentence(say.approach(decision.get("approach"))),
        summary=say.plain_text(decision.get("text")),
        admissible=bool(decision.get("admissible", True)),
        misses=_misses(decision),
        at_least=at_least,
        currency=in_another_currency(plan, horizon=horizon, at_least=at_least),
        synthesized=plan.stack is not None,
        choices=design_choices(plan.design),
        monthly=money(monthly),
        idle=money(idle),
        one_time=money(once),
        total=money(cost.get("total_usd")),
        per_1000=small_money(cost.get("usd_per_1000_requests"), missing=""),
        horizon=horizon,
        band=_band(cost),
        amounts=_amounts(cost, horizon),
        people=_people(cost),
        worth=_worth(cost, horizon),
        reasons=_reasons(decision.get("reasons")),
        warnings=tuple(say.plain_text(entry.get("text")) for entry in document.get("warnings") or ()),
        unpriced=unpriced_items(plan),
        monthly_groups=monthly_groups,
        one_time_groups=one_time_groups,
        monthly_sums=sum_rows(plan, "monthly", f"A month{least}", usd=monthly, idle_usd=idle),
        one_time_sums=sum_rows(plan, "one_time", f"One-time{least}", usd=once),
        notes=notes.texts,
        rejected=_rejected(decision),
        then=tuple(say.approach(entry) for entry in decision.get("then") or ()),
        would_change=_would_change(decision),
        alternatives=_alternatives(plan),
        assumptions=_assumptions(plan),
        prices=f"{kind_of_prices(plan)} as of {say.plain_text(document.get('priced_on'))}",
        sources=cited_sources(plan, titles),
    )
