"""Usage: what is consumed, meter by meter, before any price is known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.money import ZERO

if TYPE_CHECKING:
    from planner.price_book import PriceKey

__all__ = ["IDLE", "Entry", "Load", "MeterUsage", "Params", "Rate", "Rows", "Usage", "UsageQuantity", "Value", "of"]

Rows = tuple[dict[str, Decimal], ...]  # so many texts of so many characters each, indexes of so many vectors
Value = int | Decimal | str | bool | tuple[str, ...] | Rows


class Load(NamedTuple):
    """What drives a month's usage: requests, share of the documents that changed, runs of retraining."""

    requests: Decimal
    refreshes: Decimal  # how many times the whole corpus was changed: 0.05 when a twentieth of it was
    retrainings: Decimal
    months: Decimal = Decimal(1)  # how often the fixed part is counted; a horizon's load sums the months


# Zero traffic, no changed documents, no retraining: what is left is what stands idle.
IDLE: Final = Load(requests=ZERO, refreshes=ZERO, retrainings=ZERO)


class Rate(NamedTuple):
    """A quantity a month as a linear form of the load: data, so that equal usage is equal and can be cached."""

    fixed: Decimal = ZERO
    per_request: Decimal = ZERO
    per_refresh: Decimal = ZERO
    per_retraining: Decimal = ZERO

    def at(self, load: Load) -> Decimal:
        """Return the quantity under a load, in the unit that the usage's key names."""
        fixed, per_request, per_refresh, per_retraining = self
        # Most rates have one coefficient: the others are not worth a multiplication.
        quantity = fixed * load.months if fixed else ZERO
        if per_request:
            quantity += per_request * load.requests
        if per_refresh:
            quantity += per_refresh * load.refreshes
        if per_retraining:
            quantity += per_retraining * load.retrainings
        return quantity

    @property
    def moves(self) -> bool:
        """Whether the quantity follows the load at all."""
        return bool(self.per_request or self.per_refresh or self.per_retraining)

    def times(self, factor: Decimal) -> Rate:
        """Return the rate with each of its coefficients multiplied."""
        return Rate(
            self.fixed * factor, self.per_request * factor, self.per_refresh * factor, self.per_retraining * factor
        )


# A part's usage: quantities that follow the load, and settings (a model, a tier) that don't.
Entry = Rate | Decimal | str | bool
Usage = tuple[tuple[str, Entry], ...]
Params = dict[str, Value]


def of(**entries: Entry) -> Usage:
    """Return usage in the order written; keys carry their units, and no whole number stands for a decimal."""
    return tuple(entries.items())


class MeterUsage(NamedTuple):
    """So much of one billing meter: its name and its parameters, as the usage file names them."""

    meter: str
    params: Params


_ONE: Final = Decimal(1)


class UsageQuantity(NamedTuple):
    """One price dimension of one meter: how much, in the rate's unit, and which price to look up.

    Tiers are cumulative in the quantity, but for two kinds of price: `step_by` is the size of a single request (in
    tokens) that picks one step for all of the quantity; `tier_by` is the length along which the tiers run when that is
    not the quantity itself (vectors in an index, where the quantity is terabytes), spread evenly over it.

    `periods` is how many of the periods that tiers and free allowances count by are in the quantity: 12 where it is so
    many metrics for 12 months.
    """

    meter: str
    dimension: str
    quantity: Decimal
    unit: str
    key: PriceKey
    rule: str
    step_by: Decimal | None = None
    tier_by: Decimal | None = None
    periods: Decimal = _ONE
