"""One side of a diff: the same form for a plan, a template and a cloud assembly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

__all__ = ["METER", "MISSING", "Money", "Side", "SideLine", "SideResource", "missing_side"]

METER: Final = "meter"  # the type under which a stack lists what none of its resources owns
MISSING: Final = "missing"  # the kind of a side that doesn't exist yet

Json = dict[str, Any]


class Money(NamedTuple):
    """US dollars a month, once, and a month without traffic; never added to each other."""

    monthly: Decimal = ZERO
    one_time: Decimal = ZERO
    idle: Decimal = ZERO

    def plus(self, other: Money) -> Money:
        """Return the sum, amount by amount."""
        return Money(self.monthly + other.monthly, self.one_time + other.one_time, self.idle + other.idle)

    def minus(self, other: Money) -> Money:
        """Return the difference, amount by amount."""
        return Money(self.monthly - other.monthly, self.one_time - other.one_time, self.idle - other.idle)


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts, zero for none."""
    found = Money()
    for each in amounts:
        found = found.plus(each)
    return found


class SideLine(NamedTuple):
    """A line of a bill with what a comparison needs of it."""

    component: str
    variant: str
    meter: str
    dimension: str
    unit: str
    charge: str  # monthly | one_time
    quantity: Decimal
    unit_price_usd: Decimal
    usd: Decimal
    idle_usd: Decimal
    sku: str
    source: str
    effective: str | None

    @property
    def money(self) -> Money:
        """What the line adds to which amount."""
        if self.charge == "monthly":
            return Money(self.usd, ZERO, self.idle_usd)
        return Money(ZERO, self.usd, ZERO)


@dataclass(frozen=True, slots=True)
class SideResource:
    """A resource, or what none owns, with its properties and what it costs."""

    path: str
    type: str
    logical_id: str | None
    status: str
    reason: str | None
    properties: Mapping[str, object]
    lines: tuple[SideLine, ...]
    definition: Mapping[str, Any] = field(default_factory=dict, repr=False)  # as its template has it; never shown

    @property
    def money(self) -> Money:
        """What the resource costs."""
        return total(line.money for line in self.lines)


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: where it came from, at which prices, its resources, and the plan if it is one."""

    source: str
    kind: str  # plan | workload | template | assembly | deployed | missing
    name: str | None
    region: str
    priced_on: str
    price_book: str
    complete: bool
    resources: tuple[SideResource, ...]
    coverage: Mapping[str, int]
    unpriced: tuple[Json, ...] = ()
    unsupported: tuple[Json, ...] = ()
    conditions: tuple[Json, ...] = ()
    notes: tuple[str, ...] = ()
    plan: Json | None = field(default=None, repr=False)
    currency: str | None = None

    @property
    def money(self) -> Money:
        """The sum of the resources."""
        return total(each.money for each in self.resources)

    @property
    def is_planned(self) -> bool:
        """Whether it is a plan, which knows the parts that cost something and not the resources around them."""
        return self.plan is not None


def missing_side(source: str) -> Side:
    """Return the side of what doesn't exist: nothing is there, and nothing is owed."""
    coverage = {"estimated": 0, "free": 0, "unpriced": 0, "unsupported": 0}
    return Side(source, MISSING, None, "", "", "", complete=True, resources=(), coverage=coverage)
