"""The bill for people: lines by resource, what has no price, and whose prices were used."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from planner import report_words as say
from planner.errors import InputError
from planner.number_format import money, quantity, unit_price

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument
    from planner.price_book import PriceBook

__all__ = ["BillLine", "Cited", "Group", "Missing", "charge_groups", "cited_sources", "measured", "unpriced_items"]

Json = dict[str, Any]

# Said of a resource, these tell nothing: it is the only variant that there is.
_PLAIN_VARIANTS = {"", "standard", "None"}
_GIVEN = "given"
_DISCOUNT = "discount"
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


class Cited(NamedTuple):
    """A source of prices, and from which day its newest price among those used is in force."""

    title: str
    url: str
    effective: str


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


def _group(lines: list[Json], *, stack: str) -> Group:
    first = lines[0]
    details = list(dict.fromkeys(_detail(line) for line in lines))
    name = _place(first, stack=stack)
    detail = details[0] if len(details) == 1 else ""
    if not name:
        name, _, detail = detail.partition(", ")
    if _same(name, detail):
        detail = ""
    return Group(
        say.sentence(name) if first.get("resource") is None else name,
        detail,
        tuple(_line(line, alone=len(details) == 1) for line in lines),
    )


def _line(line: Json, *, alone: bool) -> BillLine:
    label, price = say.dimension(line.get("dimension")), line.get("price")
    if line.get("dimension") == _DISCOUNT:
        label = say.plain_text(line.get("rule"))  # its name, its percent, what it is taken off
    elif isinstance(price, dict) and price.get("confidence") == _DERIVED:
        label += " (derived price)"
    return BillLine(
        say.sentence(label if alone else f"{say.words(line.get('component'))}: {label}"),
        quantity(line.get("quantity")),
        say.plain_text(line.get("unit")),
        unit_price(line.get("unit_price_usd")),
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


def charge_groups(plan: PlanDocument, charge: str) -> tuple[Group, ...]:
    """Return the lines of a charge (`monthly`, `one_time`) by resource, or by component where no resource owns them."""
    groups: dict[tuple[object, ...], list[Json]] = {}
    for line in plan.bill:
        if line.get("charge") == charge:
            resource = line.get("resource")
            key = (resource,) if resource is not None else (None, line.get("component"), line.get("variant"))
            groups.setdefault(key, []).append(line)
    return tuple(_group(lines, stack=plan.name) for lines in groups.values())


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


def cited_sources(plan: PlanDocument) -> tuple[Cited, ...]:
    """Return the sources of the bill's prices, by title, in the order in which the bill cites them."""
    newest: dict[str, str] = {}
    for line in plan.bill:
        price = line.get("price")
        # A rate of one's own has no source in the price book; the plan says "given".
        known = price if isinstance(price, dict) else {"source": _GIVEN}
        key = str(known.get("source"))
        if key == _DISCOUNT:
            continue  # it is what the user's own file says, on the line itself
        newest[key] = max(newest.get(key, ""), say.plain_text(known.get("effective")))
    titles = plan.document.get("sources") or {}
    return tuple(_cited(key, effective, titles) for key, effective in newest.items())


@cache
def _book() -> PriceBook:
    from planner.price_book import PriceBook

    return PriceBook()


def _cited(key: str, effective: str, titles: Json) -> Cited:
    if key == _GIVEN:
        return Cited("rates stated in the workload", "", "")
    known = titles.get(key)
    if isinstance(known, str):
        return Cited(say.plain_text(known), "", effective)
    if isinstance(known, dict):
        return Cited(say.plain_text(known.get("title") or key), say.plain_text(known.get("url")), effective)
    try:
        source = _book().source(key)
    except InputError:  # a plan of another version may cite what this version's book does not
        return Cited(say.plain_text(key), "", effective)
    return Cited(say.plain_text(source.title), say.plain_text(source.url), effective)
