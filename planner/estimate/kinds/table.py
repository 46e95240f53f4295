"""Kinds that are charged by usage alone: a table says which key of the usage file is which quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.estimate.facts import Kind
from planner.units import MILLION, TEN_THOUSAND, THOUSAND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.estimate.facts import Facts, Use

__all__ = ["HOURLY", "MILLIONS", "TEN_THOUSANDS", "THOUSANDS", "By", "by_usage", "once"]

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


def by_usage(resource_type: str, *rows: By, hourly: By | None = None) -> Kind:
    """Return a kind that uses what is stated, and, with `hourly`, one unit an hour by being there."""

    def uses(facts: Facts) -> Iterator[Use]:
        if hourly is not None:
            yield from facts.priced(
                (hourly.service, hourly.item, "standard"), facts.hours(), hourly.unit, "hours of a month", idle=True
            )
        for row in rows:
            amount = facts.used(row.key)
            if amount is not None:
                key = (row.service, row.item, "standard")
                yield from facts.priced(key, amount / row.size, row.unit, row.key.replace("_", " "), idle=row.idle)

    keys = tuple(row.key for row in rows)
    return Kind(resource_type, (*keys, "monthly_hours") if hourly else keys, uses)


def once(resource_type: str, service: str, item: str, unit: str) -> Kind:
    """Return a kind that is charged by the month for being there."""

    def uses(facts: Facts) -> Iterator[Use]:
        yield from facts.priced((service, item, "standard"), facts.stated("monthly_count", 1), unit, unit, idle=True)

    return Kind(resource_type, ("monthly_count",), uses)
