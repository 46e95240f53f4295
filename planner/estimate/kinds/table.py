"""Kinds that are charged by usage alone: a table says which key of the usage file is which quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from planner.estimate.facts import Kind
from planner.units import MILLION, TEN_THOUSAND, THOUSAND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Facts, Use

__all__ = ["HOURLY", "MILLIONS", "TEN_THOUSANDS", "THOUSANDS", "By", "by_usage"]

MILLIONS = MILLION
THOUSANDS = THOUSAND
TEN_THOUSANDS = TEN_THOUSAND
HOURLY = "hours"


class By(NamedTuple):
    """One key of the usage file: which item of which service it counts, in how large units."""

    key: str
    service: str
    item: str
    unit: str
    size: Decimal | int = 1
    idle: bool = False


def by_usage(resource_type: str, *rows: By, hourly: By | None = None, monthly: By | None = None) -> Kind:
    """Return a kind that uses what is stated, and, with `hourly`, one unit an hour, with `monthly` one a month."""

    def uses(facts: Facts) -> Iterator[Use]:
        if hourly is not None:
            yield from facts.priced(
                (hourly.service, hourly.item, "standard"), facts.hours(), hourly.unit, "hours of a month", idle=True
            )
        if monthly is not None:
            key = (monthly.service, monthly.item, "standard")
            yield from facts.priced(key, Decimal(1), monthly.unit, "one a month", idle=True)
        for row in rows:
            amount = facts.used(row.key)
            if amount is not None:
                key = (row.service, row.item, "standard")
                yield from facts.priced(key, amount / row.size, row.unit, row.key.replace("_", " "), idle=row.idle)

    keys = tuple(row.key for row in rows)
    return Kind(resource_type, (*keys, "monthly_hours") if hourly else keys, uses)
