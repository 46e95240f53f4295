"""What a usage bill says to people, with its numbers written out: text and Markdown lay out this one view.

Texts are plain, on one line each and not yet escaped for any format.
"""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.bill_report import words as bill_words
from planner.errors import InputError
from planner.number_format import money, percent, quantity, unit_price
from planner.price_rows import DEFAULTS
from planner.report import words as say
from planner.report.bill import BillLine, Cited, Group, Missing, measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.price_book import PriceBook

__all__ = ["BillView", "bill_view", "price_of"]

Json = dict[str, Any]

_DISCOUNT: Final = "discount"
_GIVEN: Final = "given"


class BillView(NamedTuple):
    """All that is said of a bill; what does not apply is empty."""

    region: str
    as_of: str
    complete: bool
    gap: str  # "2 lines have no price"
    total: str
    list_total: str  # before discounts
    discounts: str
    currency: str
    free_tier: bool
    groups: tuple[Group, ...]
    notes: tuple[str, ...]  # by the numbers that lines carry
    unpriced: tuple[Missing, ...]
    free: tuple[str, ...]
    warnings: tuple[str, ...]
    sources: tuple[Cited, ...]

    @property
    def headline(self) -> str:
        """The total, and what is missing from it."""
        return self.total if self.complete else f"At least {self.total}: {self.gap}"

    @property
    def totals(self) -> tuple[tuple[str, str], ...]:
        """The rows below the lines."""
        total = ("Total" if self.complete else "Total, at least", self.total)
        if not self.list_total:
            return (total,)
        return (("At list price", self.list_total), ("Discounts", self.discounts), total)


def price_of(line: Json) -> Json:
    """Return what a line says of its price; a rate that was given says only that."""
    price = line.get("price")
    return price if isinstance(price, dict) else {}


def _of_key(line: Json, part: str) -> object:
    """Return a part of the key that a line was priced by, where the answer has it."""
    return line.get(part) or price_of(line).get(part)


def _amount(value: object, *, missing: str = "?") -> str:
    return say.plain_text(quantity(value, missing=missing))


class _Titles:
    """Titles of sources: from the book where it knows them, else their keys."""

    def __init__(self, book: PriceBook | None) -> None:
        self._book = book
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, key: str) -> tuple[str, str]:
        """Return title and address; people's own rows and other books have sources that this one does not."""
        if key not in self._known:
            self._known[key] = self._ask(key)
        return self._known[key]

    def _ask(self, key: str) -> tuple[str, str]:
        if self._book is None:
            from planner.price_book import PriceBook

            self._book = PriceBook()
        try:
            source = self._book.source(key)
        except InputError:
            return say.plain_text(key), ""
        return say.plain_text(source.title), say.plain_text(source.url)


class _Notes:
    """Notes below a bill, each written once and numbered in the order in which lines need them."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts) + 1)


def _group_key(line: Json) -> tuple[str, str]:
    name = bill_words.meter(line.get("meter"))
    return name, bill_words.detail(line.get("meter"), _of_key(line, "sku"), _of_key(line, "scope"))


def _groups(lines: Iterable[Json], notes: _Notes, titles: _Titles) -> tuple[Group, ...]:
    """Return the lines by meter and variant, in the order in which each is first there; discounts follow their line."""
    groups: dict[tuple[str, str], list[BillLine]] = {}
    key: tuple[str, str] | None = None
    for line in lines:
        if line.get("dimension") == _DISCOUNT:
            key = key or _group_key(line)
            row = _discount(line)
        else:
            key = _group_key(line)
            row = _line(line, key, notes, titles)
        groups.setdefault(key, []).append(row)
    return tuple(Group(name, detail, tuple(rows)) for (name, detail), rows in groups.items())


def _discount(line: Json) -> BillLine:
    """Return a discount as what it takes off: a share of the line above it."""
    rule, off, dimension = say.plain_text(line.get("rule")).rpartition(" off ")
    return BillLine(
        say.sentence(rule + off + bill_words.dimension(line.get("meter"), dimension)),
        money(line.get("quantity")),
        "",
        percent(line.get("unit_price_usd")),
        money(line.get("usd")),
        "",
    )


def _line(line: Json, key: tuple[str, str], notes: _Notes, titles: _Titles) -> BillLine:
    label = bill_words.dimension(line.get("meter"), line.get("dimension"), _of_key(line, "item"))
    rate = unit_price(line.get("unit_price_usd"))
    marks = [f" ({mark})" for mark in _marks(line)]
    named = ", ".join(filter(None, (*key, label)))
    for conflict in price_of(line).get("conflicts") or ():
        title, _ = titles.of(str(conflict.get("source")))
        grade = str(conflict.get("confidence"))
        confidence = f", confidence {grade}" if grade in DEFAULTS else ""  # the others say why a row is not used
        other = unit_price(conflict.get("usd"))
        text = f"{named}: priced at {rate}; another source says {other} ({title}{confidence})"
        marks.append(f" [{notes.number(text)}]")
    return BillLine(
        say.sentence(label + _tier(line) + "".join(marks)),
        _amount(line.get("quantity")),
        say.plain_text(line.get("unit")),
        rate,
        money(line.get("usd")),
        "",
    )


def _tier(line: Json) -> str:
    """Return which tier a line is of, where the answer says from where on it counts."""
    above = line.get("tier_above")
    return "" if above is None else f", above {_amount(above)}"


def _marks(line: Json) -> Iterable[str]:
    """Yield what sets a line's price apart from a list price."""
    if line.get("price") == _GIVEN:
        yield "given rate"
    if price_of(line).get("own"):
        yield "own price"
    if price_of(line).get("confidence") == "derived":
        yield "derived price"


def _missing(item: Json) -> Missing:
    meter = item.get("meter")
    variant = bill_words.detail(meter, _of_key(item, "sku"), _of_key(item, "scope"))
    label = bill_words.dimension(meter, item.get("dimension"), _of_key(item, "item"))
    return Missing(
        ", ".join(filter(None, (bill_words.meter(meter), variant, label))),
        measured(_amount(item.get("quantity"), missing=""), say.plain_text(item.get("unit"))),
        say.plain_text(item.get("reason")),
    )


def _free(use: Json) -> str:
    label = bill_words.dimension(use.get("meter"), use.get("dimension"))
    amount = measured(_amount(use.get("quantity")), say.plain_text(use.get("unit")))
    source = say.plain_text(use.get("source"))
    return f"{bill_words.meter(use.get('meter'))}, {label}: {amount}" + (f" ({source})" if source else "")


def _sources(lines: Iterable[Json], titles: _Titles) -> tuple[Cited, ...]:
    """Return the sources in the order in which the bill uses them, with the days that their prices speak of."""
    days: dict[str, tuple[str, str]] = {}
    for line in lines:
        price = price_of(line)
        key = str(price.get("source") or _GIVEN)
        if line.get("dimension") == _DISCOUNT:
            continue
        effective, observed = days.get(key, ("", ""))
        days[key] = (
            max(effective, say.plain_text(price.get("effective"))),
            max(observed, say.plain_text(price.get("observed"))),
        )
    return tuple(_cited(key, *found, titles) for key, found in days.items())


def _cited(key: str, effective: str, observed: str, titles: _Titles) -> Cited:
    if key == _GIVEN:
        return Cited("rates given in the usage file", "", "")
    seen = f", seen {observed}" if observed and observed != effective else ""
    return Cited(*titles.of(key), effective + seen)


def _discounted(answer: Json) -> tuple[str, str]:
    """Return the total before discounts and what they take off; nothing where there are none."""
    listed = answer.get("list_usd")
    if listed is None:
        return "", ""
    try:
        off = Decimal(str(answer.get("total_usd"))) - Decimal(str(listed))
    except DecimalException:
        return money(listed), ""
    return money(listed), money(off)


def _currency(answer: Json, *, complete: bool) -> str:
    """Return the total in the currency that was asked for."""
    stated = answer.get("currency") or {}
    if not stated:
        return ""
    code = say.plain_text(stated.get("code"))
    total = money(stated.get("total")).replace("$", "")
    least = "" if complete else "at least "
    return f"{least}{total} {code} at {say.plain_text(stated.get('rate'))} {code} per USD"


def _gap(unpriced: Sequence[Json]) -> str:
    count = len(unpriced)
    return "1 line has no price" if count == 1 else f"{count:,} lines have no price"


def bill_view(answer: Json, *, book: PriceBook | None = None) -> BillView:
    """Return what is said of a bill's answer; `book` is whose titles of sources are cited, by default the planner's.

    Raises:
        InputError: where the price book's list of sources cannot be read.
    """
    lines: list[Json] = answer.get("lines") or []
    unpriced: list[Json] = answer.get("unpriced") or []
    notes, titles = _Notes(), _Titles(book)
    groups = _groups(lines, notes, titles)
    list_total, discounts = _discounted(answer)
    complete = bool(answer.get("complete", not unpriced))
    return BillView(
        region=say.plain_text(answer.get("region")),
        as_of=say.plain_text(answer.get("as_of")),
        complete=complete,
        gap="" if complete else _gap(unpriced),
        total=money(answer.get("total_usd")),
        list_total=list_total,
        discounts=discounts,
        currency=_currency(answer, complete=complete),
        free_tier=bool(answer.get("free_tier")),
        groups=groups,
        notes=tuple(notes.texts),
        unpriced=tuple(_missing(item) for item in unpriced),
        free=tuple(_free(use) for use in answer.get("free") or ()),
        warnings=tuple(say.plain_text(text) for text in answer.get("warnings") or ()),
        sources=_sources(lines, titles),
    )
