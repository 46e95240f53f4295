"""What a diff says to people, with its numbers written out: text, Markdown and HTML lay out this one view.

Texts are plain, on one line each and not yet escaped for any format.
"""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.diff_report import words
from planner.diff_report.sections import Section, coverage, sections_of
from planner.number_format import in_currency, money, quantity
from planner.report import words as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["AmountRow", "Change", "DiffView", "Line", "Resource", "Section", "diff_view", "size_of_delta"]

Json = dict[str, Any]

_MARKS = {"added": "+", "removed": "-", "changed": "~"}
_UNKNOWN = {"unpriced", "unsupported"}
_UNKNOWN_AMOUNT = "?"
_AMOUNTS = (("monthly_usd", "Monthly"), ("one_time_usd", "One-time"), ("idle_monthly_usd", "Idle floor, a month"))


class AmountRow(NamedTuple):
    """An amount before and after, with the difference; `sign` is that of the difference."""

    label: str
    before: str
    after: str
    delta: str
    percent: str
    sign: int


class Change(NamedTuple):
    """A property that changed."""

    property: str
    before: str
    after: str
    replacement: str


class Line(NamedTuple):
    """A line of the bill that changed."""

    label: str
    quantity: str
    unit_price: str
    once: bool
    before: str
    after: str
    delta: str
    cause: str
    sign: int


class Resource(NamedTuple):
    """A resource that was added, removed or changed; empty where a text does not apply."""

    mark: str
    action: str
    path: str
    type: str
    replacement: str
    status: str
    reason: str  # of the status
    monthly: AmountRow
    others: tuple[AmountRow, ...]  # one-time and idle, where they changed and no line of its own says so
    double_running: str
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]


class DiffView(NamedTuple):
    """All that is said of a diff; what does not apply is empty."""

    differs: bool
    title: str  # the change of the monthly cost, alone
    amounts: str  # from what to what
    before: str
    after: str
    circumstances: str
    totals: tuple[AmountRow, ...]
    causes: str
    currency: str
    double_running: str
    decision: str
    because: tuple[str, ...]
    counts: str
    resources: tuple[Resource, ...]
    sections: tuple[Section, ...]
    coverage: str

    @property
    def headline(self) -> str:
        """The change of the monthly cost, with what it was and is."""
        return f"{self.title}: {self.amounts}"


def diff_view(document: Json) -> DiffView:
    """Return a diff's document in words."""
    before, after, delta = document["before"], document["after"], document["delta"]
    percents = document.get("delta_percent") or {}
    totals = tuple(
        _row(
            label,
            {"before": before["cost"].get(key, "0"), "after": after["cost"].get(key, "0"), "delta": delta.get(key)},
            percents.get(key),
        )
        for key, label in _AMOUNTS
    )
    decision = document.get("decision") or {}
    return DiffView(
        differs=_differs(document),
        title=_title(totals[0]),
        amounts=_from_to(before, after, totals[0]),
        before=_side(before),
        after=_side(after),
        circumstances=_circumstances(before, after),
        totals=totals,
        causes=_causes(document),
        currency=_currency(document.get("currency")),
        double_running=_double_running(document),
        decision=_decision(decision),
        because=_because(decision),
        counts=_counts(document["resources"]),
        resources=tuple(_resource(each) for each in document["resources"]),
        sections=tuple(sections_of(document)),
        coverage=coverage(document.get("coverage") or {}),
    )


def size_of_delta(resource: Mapping[str, Any]) -> tuple[Decimal, Decimal, str]:
    """Return what a resource of a document sorts by, the largest change of the monthly cost first."""
    sizes = (-abs(_decimal((resource.get(key) or {}).get("delta"))) for key in ("monthly_usd", "one_time_usd"))
    return (*sizes, str(resource["path"]))  # type: ignore[return-value]


def _decimal(text: object) -> Decimal:
    try:
        number = Decimal(str(text))
    except DecimalException:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def _differs(document: Json) -> bool:
    decision = document.get("decision") or {}
    lists = ("resources", "price_changes", "assumptions", "flips_crossed", "design", "workload")
    return (
        any(document.get(key) for key in lists)
        or any(map(words.sign_of, document["delta"].values()))
        or decision.get("before") != decision.get("after")
    )


def _row(label: str, amounts: Mapping[str, Any], percent: object = None) -> AmountRow:
    delta = amounts.get("delta")
    before, after = (money(amounts.get(side), missing=words.NONE) for side in ("before", "after"))
    return AmountRow(label, before, after, words.signed(delta), words.of_percent(percent), words.sign_of(delta))


def _title(monthly: AmountRow) -> str:
    if not monthly.sign:
        return "Monthly cost unchanged"
    return f"Monthly cost {monthly.delta}{f' ({monthly.percent})' if monthly.percent else ''}"


def _from_to(before: Json, after: Json, monthly: AmountRow) -> str:
    """Return the monthly costs; each is a least amount where its side has parts without a price."""
    least = {True: "", False: "at least "}
    was = f"{least[before.get('complete', True)]}{monthly.before}"
    now = f"{least[after.get('complete', True)]}{monthly.after}"
    return now if was == now and not monthly.sign else f"{was} {words.ARROW} {now}"


def _side(side: Json) -> str:
    return say.plain_text(side["source"]) or words.NONE


def _circumstances(before: Json, after: Json) -> str:
    """Return where and at which prices: one of each if both sides agree, else both."""

    def both(key: str) -> str:
        stated = [say.plain_text(side.get(key)) for side in (before, after) if side.get(key)]
        return f" {words.ARROW} ".join(dict.fromkeys(stated))

    region, day = both("region"), both("priced_on")
    return " · ".join(text for text in (region, f"prices in force on {day}" if day else "") if text)


def _causes(document: Json) -> str:
    prices, design = (document.get(f"delta_from_{name}") or {} for name in ("prices", "architecture"))
    amount = prices.get("monthly_usd")
    if not words.sign_of(amount):
        return ""
    ours = words.signed(design.get("monthly_usd"))
    return f"Of the monthly difference {words.signed(amount)} is from prices and {ours} from the architecture."


def _currency(stated: Json | None) -> str:
    """Return the differences in another currency; the dollar's sign says nothing there, a plus does."""
    if not stated:
        return ""
    code = say.plain_text(stated.get("code"))

    def amount(key: str) -> str:
        plus = "+" if words.sign_of(stated.get(key)) > 0 else ""
        return f"{plus}{in_currency(stated.get(key), code)}"

    once = f", {amount('one_time')} once" if words.sign_of(stated.get("one_time")) else ""
    return f"{amount('monthly')} a month{once}, at {quantity(stated.get('rate'))} {code} a US dollar."


def _double_running(document: Json) -> str:
    total = document.get("double_running_usd")
    if not words.sign_of(total):
        return ""
    return f"{money(total)} once, while old and new run side by side; in no total"


def _decision(decision: Json) -> str:
    if not decision:
        return ""
    before, after = (say.approach(decision.get(side)) for side in ("before", "after"))
    text = say.plain_text(decision.get("text"))
    if decision.get("before") == decision.get("after"):
        return text
    moved = say.sentence(f"{before or words.NONE} {words.ARROW} {after or words.NONE}")
    return f"{moved}. {text}".removesuffix(" ") if text else moved


def _because(decision: Json) -> tuple[str, ...]:
    """Return the keys that moved a decision, those that its sentence does not name."""
    keys = [(say.plain_text(each.get("key")), each) for each in decision.get("because") or ()]
    text = say.plain_text(decision.get("text"))
    return tuple(
        f"{key}: {words.change(each.get('before'), each.get('after'))}" for key, each in keys if key not in text
    )


def _counts(resources: Iterable[Json]) -> str:
    found = [each.get("action") for each in resources]
    named = [f"{found.count(action):,} {action}" for action in _MARKS if action in found]
    return ", ".join(named)


def _resource(resource: Json) -> Resource:
    action = str(resource["action"])
    lines = tuple(_line(each) for each in resource.get("lines") or ())
    monthly, one_time, idle = (_row(label, resource.get(key) or {}) for key, label in _AMOUNTS)
    others = [*([one_time] if sum(line.once for line in lines) != 1 else []), idle]
    return Resource(
        mark=_MARKS.get(action, "~"),
        action=action,
        path=words.path(resource["path"]),
        type="API meters" if resource["type"] == "meter" else say.plain_text(resource["type"]),
        replacement=words.replacement(resource.get("replacement")),
        status=_status(resource),
        reason=say.plain_text(resource.get("reason")),
        monthly=_known(monthly, resource),
        others=tuple(row for row in others if row.sign and row[1:] != monthly[1:]),
        double_running=_side_by_side(resource.get("double_running")),
        changes=tuple(_changes(resource)),
        lines=lines,
    )


def _known(row: AmountRow, resource: Json) -> AmountRow:
    """Return the amounts of a resource as far as they are known: what has no price does not cost nothing.

    Where nothing is to be paid on either side, no amounts are shown.
    """
    status, amounts = resource.get("status") or {}, resource.get("monthly_usd") or {}
    sides = {side: (status.get(side), amounts.get(side)) for side in ("before", "after")}
    hidden = {
        side: state in _UNKNOWN and not words.sign_of(amount)
        for side, (state, amount) in sides.items()
        if amount is not None
    }
    if any(hidden.values()):
        before, after = (_UNKNOWN_AMOUNT if hidden.get(side) else getattr(row, side) for side in ("before", "after"))
        return row._replace(before=before, after=after, delta=row.delta if row.sign else _UNKNOWN_AMOUNT)
    if not any(words.sign_of(amount) for _, amount in sides.values()):
        return row._replace(before="", after="", delta="")
    return row


def _status(resource: Json) -> str:
    """Return how a resource is priced, where that is not the usual."""
    status = resource.get("status") or {}
    before, after = (_status_of(resource, side, status.get(side)) for side in ("before", "after"))
    if before == after or not before or not after:
        one = after or before
        return "" if one == "estimated" else one
    return f"{before} {words.ARROW} {after}"


def _status_of(resource: Json, side: str, status: object) -> str:
    text = say.plain_text(status)
    partly = text == "unpriced" and words.sign_of((resource.get("monthly_usd") or {}).get(side))
    return f"partly {text}" if partly else text


def _side_by_side(double: Json | None) -> str:
    if not double:
        return ""
    return f"{money(double.get('usd'))} once for {quantity(double.get('hours'))} hours of old and new side by side"


def _changes(resource: Json) -> Iterable[Change]:
    stated = resource.get("changes")
    if stated is None:
        for name in resource.get("properties") or ():
            yield Change(say.plain_text(name), "", "", "")
        return
    for each in stated:
        before, after = words.value(each.get("before")), words.value(each.get("after"))
        if before == after:
            before, after = f"{before} (changed)", ""  # a secret is masked on both sides
        yield Change(say.plain_text(each.get("property")), before, after, words.replacement(each.get("replacement")))


def _line(line: Json) -> Line:
    before, after = line.get("before") or {}, line.get("after") or {}
    what, variant = words.line_words(line)
    unit = say.plain_text(line.get("unit"))
    amount = words.number_change(before.get("quantity"), after.get("quantity"))
    delta = line.get("delta_usd")
    return Line(
        label=f"{what}, {variant}" if variant else what,
        quantity=f"{amount} {unit}".rstrip(),
        unit_price=words.price_change(before.get("unit_price_usd"), after.get("unit_price_usd")),
        once=line.get("charge") == "one_time",
        before=money(before.get("usd"), missing=words.NONE),
        after=money(after.get("usd"), missing=words.NONE),
        delta=words.signed(delta),
        cause=say.words(line.get("cause")),
        sign=words.sign_of(delta),
    )
