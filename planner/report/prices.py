"""Whose prices a report rests on, and what is said of them beside the amounts: discounts, sources that disagree."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.errors import InputError
from planner.money import CONTEXT, ZERO
from planner.number_format import in_currency, money, unit_price
from planner.price_rows import DEFAULTS
from planner.report import words as say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.plan_document import PlanDocument
    from planner.price_book import PriceBook

__all__ = [
    "DISCOUNT",
    "GIVEN",
    "Cited",
    "Notes",
    "SumRow",
    "Titles",
    "cited_sources",
    "in_another_currency",
    "kind_of_prices",
    "price_of",
    "sum_rows",
]

Json = dict[str, Any]

GIVEN: Final = "given"
DISCOUNT: Final = "discount"


class Cited(NamedTuple):
    """A source of prices, and from which day its newest price among those used is in force."""

    title: str
    url: str
    effective: str


class SumRow(NamedTuple):
    """A row below a bill's lines: what they come to, and how much of it stays when idle."""

    label: str
    idle: str
    amount: str


def price_of(line: Json) -> Json:
    """Return what a line says of its price; a rate that was given says only that."""
    price = line.get("price")
    return price if isinstance(price, dict) else {"source": GIVEN}


@cache
def _book() -> PriceBook:
    from planner.price_book import PriceBook

    return PriceBook()


class Titles:
    """Titles and addresses of sources: from the plan, else from the planner's own book, else their keys."""

    def __init__(self, plan: PlanDocument) -> None:
        self._stated: Json = plan.document.get("sources") or {}

    def of(self, key: str) -> tuple[str, str]:
        """Return a source's title and address.

        Raises:
            InputError: where the price book's list of sources cannot be read.
        """
        known = self._stated.get(key)
        if isinstance(known, str):
            return say.plain_text(known), ""
        if isinstance(known, dict):
            return say.plain_text(known.get("title") or key), say.plain_text(known.get("url"))
        try:
            source = _book().source(key)
        except InputError:  # a plan of another version may cite what this version's book does not
            return say.plain_text(key), ""
        return say.plain_text(source.title), say.plain_text(source.url)


class Notes:
    """What other sources say of the prices, each said once and numbered in the order in which lines need it."""

    def __init__(self, titles: Titles) -> None:
        self._titles = titles
        self._numbers: dict[str, int] = {}

    def of(self, line: Json, *, named: str) -> Iterator[int]:
        """Yield the numbers of a line's notes; `named` says which price it is."""
        rate = unit_price(line.get("unit_price_usd"))
        for conflict in price_of(line).get("conflicts") or ():
            title, _ = self._titles.of(str(conflict.get("source")))
            grade = str(conflict.get("confidence"))
            confidence = f", confidence {grade}" if grade in DEFAULTS else ""  # others say why a row is not used
            other = unit_price(conflict.get("usd"))
            text = f"{named}: priced at {rate}; another source says {other} ({title}{confidence})"
            yield self._numbers.setdefault(text, len(self._numbers) + 1)

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them, in the order of their numbers."""
        return tuple(self._numbers)


def cited_sources(plan: PlanDocument, titles: Titles) -> tuple[Cited, ...]:
    """Return the sources of the bill's prices, in the order in which the bill cites them."""
    newest: dict[str, str] = {}
    for line in plan.bill:
        price = price_of(line)
        key = str(price.get("source"))
        if key == DISCOUNT:
            continue  # it is what the user's own file says, on the line itself
        newest[key] = max(newest.get(key, ""), say.plain_text(price.get("effective")))
    return tuple(
        Cited("rates stated in the workload", "", "") if key == GIVEN else Cited(*titles.of(key), effective)
        for key, effective in newest.items()
    )


def sum_rows(
    plan: PlanDocument, charge: str, total: str, *, usd: object, idle_usd: object = None
) -> tuple[SumRow, ...]:
    """Return the rows below a charge's lines: the total; where there are discounts, what it is without them first."""
    lines = [line for line in plan.bill if line.get("charge") == charge]
    taken = [line for line in lines if line.get("dimension") == DISCOUNT]
    row = SumRow(total, money(idle_usd, missing=""), money(usd))
    if not taken:
        return (row,)
    listed = [line for line in lines if line.get("dimension") != DISCOUNT]
    return (_sums("Before discounts", listed), _sums("Discounts", taken), row)


def _sums(label: str, lines: list[Json]) -> SumRow:
    return SumRow(label, money(_sum(lines, "idle_usd")), money(_sum(lines, "usd")))


def _sum(lines: Iterable[Json], key: str) -> Decimal | None:
    """Return a sum of amounts, none where one of them is no number."""
    total = ZERO
    try:
        for line in lines:
            total = CONTEXT.add(total, Decimal(str(line.get(key))))
    except DecimalException:
        return None
    return total


def kind_of_prices(plan: PlanDocument) -> str:
    """Return what the prices are: list prices, with discounts or without, the user's own."""
    own = any(price_of(line).get("own") for line in plan.bill)
    less = any(line.get("dimension") == DISCOUNT for line in plan.bill)
    listed = f"{'Own prices and list' if own else 'List'} prices{' less discounts' if less else ''}"
    return f"{listed} in US dollars"


def in_another_currency(plan: PlanDocument, *, horizon: str, at_least: str) -> str:
    """Return the amounts in the currency that was asked for in a sentence; nothing where none was."""
    stated = plan.document.get("currency")
    if not isinstance(stated, dict):
        return ""
    code = say.plain_text(stated.get("code"))
    monthly, total = (f"{at_least}{in_currency(stated.get(key), code)}" for key in ("monthly", "total"))
    # The rate is the user's own: it is said as it was, not rounded.
    return f"{monthly} a month, {total} over {horizon}, at {say.plain_text(stated.get('rate'))} {code} per USD"
