"""The bill for people: lines by resource, and what has no price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from planner.number_format import money, percent, quantity, unit_price
from planner.report import words as say
from planner.report.prices import DISCOUNT, Cited, Notes, price_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan_document import PlanDocument

__all__ = ["BillLine", "Cited", "Group", "Missing", "charge_groups", "measured", "unpriced_items"]

Json = dict[str, Any]

# Said of a resource, these tell nothing: it is the only variant that there is.
_PLAIN_VARIANTS = {"", "standard", "None"}
_DERIVED = "derived"


class BillLine(NamedTuple):
    """One line of the bill, written out."""

    label: str
    quantity: str
    unit: str
    unit_price: str
    usd: str
    idle: str


class Group(NamedTuple):
    """A resource, named by its construct's path below the stack, or a meter, named by its component; with its lines."""

    name: str
    detail: str
    lines: tuple[BillLine, ...]


class Missing(NamedTuple):
    """What has no price, where it is used, and why there is none."""

    what: str
    quantity: str
    reason: str


def _place(entry: Json, *, stack: str) -> str:
    """Return a construct's path below its stack, without the `Resource` that is the name of any L2's own resource."""
    path = say.plain_text(entry.get("resource"))
    return path.removeprefix(f"{stack}/").removesuffix("/Resource")


def _detail(entry: Json) -> str:
    variant = str(entry.get("variant"))
    component = say.words(entry.get("component"))
    return component if variant in _PLAIN_VARIANTS else f"{component}, {say.words(variant)}"


def _same(name: str, detail: str) -> bool:
    """Return whether a detail repeats the name: a resource `AccessLogs` with the component `access_logs`."""
    return name.replace(" ", "").lower() == detail.replace(" ", "").lower()


def _group(lines: list[Json], notes: Notes, *, stack: str) -> Group:
    first = lines[0]
    details = list(dict.fromkeys(_detail(line) for line in lines))
    name = _place(first, stack=stack)
    detail = details[0] if len(details) == 1 else ""
    if not name:
        name, _, detail = detail.partition(", ")
    if _same(name, detail):
        detail = ""
    title = say.sentence(name) if first.get("resource") is None else name
    named = f"{title}, {detail}" if detail else title
    return Group(title, detail, tuple(_line(line, notes, named=named, alone=len(details) == 1) for line in lines))


def _line(line: Json, notes: Notes, *, named: str, alone: bool) -> BillLine:
    component = "" if alone else f"{say.words(line.get('component'))}: "
    if line.get("dimension") == DISCOUNT:
        return _discount(line, component)
    counted = component + say.dimension(line.get("dimension"))
    marks = (*_kinds(line), *(f"[{number}]" for number in notes.of(line, named=f"{named}, {counted}")))
    return BillLine(
        say.sentence(" ".join((counted, *marks))),
        quantity(line.get("quantity")),
        say.plain_text(line.get("unit")),
        unit_price(line.get("unit_price_usd")),
        money(line.get("usd")),
        _idle(line.get("idle_usd")),
    )


def _kinds(line: Json) -> Iterator[str]:
    """Yield what sets a line's price apart from a list price."""
    price = price_of(line)
    if price.get("own"):
        yield "(own price)"
    if price.get("confidence") == _DERIVED:
        yield "(derived price)"


def _discount(line: Json, component: str) -> BillLine:
    """Return a discount as what it takes off: a share of an amount; its rule says its name and of what it is."""
    rule, off, dimension = say.plain_text(line.get("rule")).rpartition(" off ")
    return BillLine(
        say.sentence(component + rule + off + say.dimension(dimension)),
        quantity(line.get("quantity")),
        say.plain_text(line.get("unit")),
        percent(line.get("unit_price_usd")),
        money(line.get("usd")),
        _idle(line.get("idle_usd")),
    )


def measured(amount: str, unit: str) -> str:
    """Return a quantity with its unit; `×` keeps it apart from a unit that begins with a number of its own."""
    return f"{amount} × {unit}" if unit[:1].isdigit() else f"{amount} {unit}".strip()


def _idle(usd: object) -> str:
    """Return what a line costs without traffic; most cost nothing then, and a dash keeps the others in sight."""
    text = money(usd, missing="")
    return "–" if text == money(0) else text


def charge_groups(plan: PlanDocument, charge: str, notes: Notes) -> tuple[Group, ...]:
    """Return the lines of a charge (`monthly`, `one_time`) by resource, or by component where no resource owns them.

    What other sources say of their prices is added to the notes.
    """
    groups: dict[tuple[object, ...], list[Json]] = {}
    for line in plan.bill:
        if line.get("charge") == charge:
            resource = line.get("resource")
            key = (resource,) if resource is not None else (None, line.get("component"), line.get("variant"))
            groups.setdefault(key, []).append(line)
    return tuple(_group(lines, notes, stack=plan.name) for lines in groups.values())


def unpriced_items(plan: PlanDocument) -> tuple[Missing, ...]:
    """Return what has no price."""
    items = []
    for entry in plan.unpriced:
        place = _place(entry, stack=plan.name)
        what = ": ".join(filter(None, (_detail(entry), say.dimension(entry.get("dimension") or ""))))
        amount = measured(quantity(entry.get("quantity"), missing=""), say.plain_text(entry.get("unit")))
        items.append(
            Missing(
                say.sentence(f"{what} ({place})" if place else what),
                "" if amount in {"", "0"} else f"{amount} {_charge(entry)}".strip(),
                say.plain_text(entry.get("reason")),
            )
        )
    return tuple(items)


def _charge(entry: Json) -> str:
    return {"monthly": "a month", "one_time": "once"}.get(str(entry.get("charge")), "")
