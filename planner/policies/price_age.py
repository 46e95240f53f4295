"""Prices were seen no longer ago than this many days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.money import ZERO, plain
from planner.number_format import money
from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import counted
from planner.policies.parameters import Amount
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["PRICE_AGE"]


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    if document.kind == "plan":
        lines = document.data["bill"]
    else:
        lines = [line for each in document.data["resources"] for line in each["lines"]]
    ages: dict[tuple[str, int, str], list[Decimal]] = {}
    for line in lines:
        price = line["price"]
        seen = price["observed"] or price["effective"]
        if seen is not None:  # a rate that is stated has no day
            age = (setting.day - date.fromisoformat(seen)).days
            ages.setdefault((price["source"], age, seen), []).append(Decimal(line["usd"]))
    if not ages:
        yield NotApplicable("it has no price with a day")
    limit, floor = setting.number("days"), setting.number("from_usd")
    for (source, age, seen), amounts in sorted(ages.items(), key=lambda found: (-found[0][1], found[0])):
        if age <= limit or sum(amounts) < floor:
            continue
        what = f"{counted(len(amounts), 'line', 'lines')} of {money(sum(amounts))}"
        text = f"{what} at prices of {source}, last seen on {seen}, {age:,} days before {setting.day}"
        yield Finding(f"{text}; the limit is {plain(limit)}", str(age), plain(limit))


PRICE_AGE = Policy(
    "price_age",
    "Prices were seen no longer ago than this many days.",
    "warning",
    ("plan", "estimate"),
    (
        Amount("days", "the most days between the day a price was last seen and the day of the check", whole=True),
        Amount("from_usd", "lines of one source and day that come to less US dollars are let pass", default=ZERO),
    ),
    _check,
)
