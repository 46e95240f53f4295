"""AWS's monthly free allowances of an account, taken off a bill's quantities once, whether their rate is given or not.

The figures are in meters/free_allowances.csv. An allowance that several dimensions share goes to them in the order of
that file, and within a dimension in the order of the bill.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from planner.money import ZERO
from planner.monthly_use import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.usage import UsageQuantity

__all__ = ["ALLOWANCES_FILE", "Allowance", "FreeUse", "allowances", "take_free"]

ALLOWANCES_FILE = Path(__file__).parent / "meters" / "free_allowances.csv"


class Allowance(NamedTuple):
    """So much of a dimension is free in each period, together with the other dimensions of the allowance's name."""

    name: str
    meter: str
    dimension: str
    quantity: Decimal
    unit: str
    per: str
    observed: str
    source: str


class FreeUse(NamedTuple):
    """What an allowance took off a bill's dimension."""

    allowance: Allowance
    quantity: Decimal
    unit: str


@cache
def allowances() -> tuple[Allowance, ...]:
    """Return the allowances, in the order in which they are used up."""
    with ALLOWANCES_FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Allowance(
                row["allowance"],
                row["meter"],
                row["dimension"],
                Decimal(row["quantity"]),
                row["unit"],
                row["per"],
                row["observed"],
                row["source"],
            )
            for row in csv.DictReader(stream)
        )


def take_free(quantities: Sequence[UsageQuantity]) -> tuple[list[UsageQuantity], list[FreeUse]]:
    """Return the quantities of a bill less what is free of them, in the same order, and what was free."""
    left = list(quantities)
    taken: list[FreeUse] = []
    timelines: dict[str, Timeline] = {}
    for allowance in allowances():
        timeline = timelines.setdefault(allowance.name, Timeline())
        free = ZERO
        unit = allowance.unit
        for index, quantity in enumerate(left):
            if (quantity.meter, quantity.dimension) != (allowance.meter, allowance.dimension):
                continue
            periods = quantity.periods
            here = ZERO
            for stretch in timeline.add(quantity.quantity / periods, periods):
                here += min(max(allowance.quantity - stretch.used, ZERO), stretch.here) * stretch.periods
            # A quantity that is free altogether is none, also where it has no end as a decimal.
            left[index] = quantity._replace(quantity=quantity.quantity - here)
            unit = quantity.unit
            free += here
        if free:
            taken.append(FreeUse(allowance, free, unit))
    return left, taken
