"""How much the answer hangs on each assumption: the same design priced with one of them at its low and high end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.assumptions import load_assumptions
from planner.blueprint import blueprint
from planner.choose import Pricer
from planner.cost import Amounts, sum_amounts
from planner.money import ZERO
from planner.signals import derive_signals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from planner.assumptions import AssumptionValue
    from planner.context import Context
    from planner.design import Design

__all__ = ["Read", "Sensitivity", "sensitivity"]


@dataclass(frozen=True, slots=True)
class Read:
    """An assumption that the design's cost or choice rests on, and what its plausible range moves the total by."""

    key: str
    value: AssumptionValue
    why: str
    source: str
    unit: str
    stated: bool
    moves_total_by_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The assumptions read, weightiest first, and the amounts with all of them at their cheap or dear end."""

    read: tuple[Read, ...]
    low: Amounts
    high: Amounts


def _amounts(design: Design, context: Context, pricer: Pricer | None = None) -> Amounts:
    signals = derive_signals(context)
    pricer = pricer or Pricer(context, signals)
    return sum_amounts(pricer.part(part).amounts for part in blueprint(design, context, signals))


class _Prices:
    """Prices a design under tried assumptions; parts that a trial does not change are priced once."""

    def __init__(self, design: Design, context: Context, base: Pricer) -> None:
        self._design, self._context, self._base = design, context, base
        recorded = context.unrecorded()
        self._signals = derive_signals(recorded)
        self._read_by_signals = frozenset(recorded.assumed.read)

    def at(self, tried: dict[str, Decimal]) -> Amounts:
        context = self._context.trying_all(tried)
        signals, pricer = self._signals, self._base
        if not self._read_by_signals.isdisjoint(tried):
            signals = derive_signals(context)
            if signals.loads != self._signals.loads:
                pricer = Pricer(context, signals)
        return sum_amounts(pricer.part(part).amounts for part in blueprint(self._design, context, signals))


def sensitivity(design: Design, context: Context, pricer: Pricer, choice_read: Mapping[str, AssumptionValue]) -> Sensitivity:
    """Return what the design's amounts rest on; `choice_read` are the assumptions that the choice itself read."""
    fresh = context.unrecorded()
    base = _amounts(design, fresh, pricer)
    prices = _Prices(design, context, pricer)
    defaults = load_assumptions()
    cheap: dict[str, Decimal] = {}
    dear: dict[str, Decimal] = {}
    moves: dict[str, Decimal] = {}
    for key, value in fresh.assumed.read.items():
        default = defaults[key]
        # What the workload states is no guess of ours: it stays where it is.
        if default.low is None or default.high is None or key in context.assumed.stated or value is None:
            continue
        low, high = prices.at({key: default.low}), prices.at({key: default.high})
        move = abs(high.total_usd - low.total_usd)
        if not move:
            continue
        moves[key] = move
        cheap[key], dear[key] = (
            (default.low, default.high) if low.total_usd <= high.total_usd else (default.high, default.low)
        )
    read = [
        Read(key, value, defaults[key].why, defaults[key].source, defaults[key].unit, key in context.assumed.stated, moves.get(key))
        for key, value in {**choice_read, **fresh.assumed.read}.items()
        if key in moves or key in context.assumed.stated or _is_setting(key, choice_read)
    ]
    read.sort(key=lambda item: (-(item.moves_total_by_usd or ZERO), item.key))
    if not moves:
        return Sensitivity(tuple(read), base, base)
    return Sensitivity(tuple(read), prices.at(cheap), prices.at(dear))


def _is_setting(key: str, choice_read: Mapping[str, AssumptionValue]) -> bool:
    """Whether an assumption is a setting of the plan and not a quantity without effect on this design."""
    return key in choice_read and load_assumptions()[key].low is None
