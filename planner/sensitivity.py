"""How much the answer hangs on each assumption: the same design priced with one of them at its low and high end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from planner.assumptions import load_assumptions
from planner.blueprint.build import has_buckets, own_parts
from planner.blueprint.common import common_parts
from planner.choose import Pricer
from planner.cost import Amounts, sum_amounts
from planner.errors import InputError
from planner.money import CONTEXT, ZERO
from planner.signals import derive_signals
from planner.units import THOUSAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from planner.assumptions import AssumptionValue
    from planner.context import Context
    from planner.design import Design
    from planner.part import Part
    from planner.signals import Signals

__all__ = ["Ends", "Read", "Sensitivity", "ends_of", "sensitivity"]


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


class Ends(NamedTuple):
    """The five amounts of an answer; the last is None where there is no traffic."""

    monthly_usd: Decimal
    idle_monthly_usd: Decimal
    one_time_usd: Decimal
    total_usd: Decimal
    usd_per_1000_requests: Decimal | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The assumptions read, weightiest first, and each amount at the cheap and at the dear end of all of them."""

    read: tuple[Read, ...]
    low: Ends
    high: Ends


def ends_of(amounts: Amounts, requests: Decimal) -> Ends:
    """Return a design's five amounts under so many requests a month."""
    each = CONTEXT.divide(amounts.monthly_usd * THOUSAND, requests) if requests else None
    return Ends(amounts.monthly_usd, amounts.idle_monthly_usd, amounts.one_time_usd, amounts.total_usd, each)


class _Group(NamedTuple):
    """Parts that are built together: what builds them, the assumptions that it reads, and what they cost untried."""

    build: Callable[[Context, Signals], Iterable[Part]]
    read: Mapping[str, AssumptionValue]
    amounts: Amounts


class _Prices:
    """Prices a design under tried assumptions; parts that a trial does not change are built and priced once."""

    def __init__(self, design: Design, context: Context, base: Pricer) -> None:
        self._context, self._base = context, base
        recorded = context.unrecorded()
        self._signals = derive_signals(recorded)
        self._read_by_signals = recorded.assumed.read
        own = [partial(build, design) for build in own_parts(design)]
        logged = has_buckets(part for build in own for part in build(recorded, self._signals))
        self._groups = [
            *(self._group(build) for build in own),
            self._group(lambda context, _: common_parts(context, has_buckets=logged)),
        ]

    def _group(self, build: Callable[[Context, Signals], Iterable[Part]]) -> _Group:
        recorded = self._context.unrecorded()
        amounts = _priced(build(recorded, self._signals), self._base)
        return _Group(build, recorded.assumed.read, amounts)

    @property
    def read(self) -> Mapping[str, AssumptionValue]:
        """The assumptions that the design's cost rests on."""
        read = dict(self._read_by_signals)
        for group in self._groups:
            read.update(group.read)
        return read

    @property
    def untried(self) -> Ends:
        """The amounts with nothing tried."""
        return ends_of(sum_amounts(group.amounts for group in self._groups), self.requests)

    @property
    def requests(self) -> Decimal:
        """The requests of the first full month, with nothing tried."""
        return self._signals.traffic.requests_per_month

    def at(self, tried: dict[str, Decimal]) -> Ends:
        context = self._context.trying_all(tried)
        signals, pricer = self._signals, self._base
        if not self._read_by_signals.keys().isdisjoint(tried):
            signals = derive_signals(context)
            if signals.loads != self._signals.loads:
                pricer = Pricer(context, signals)
        same = signals is self._signals
        amounts = sum_amounts(
            group.amounts
            if same and group.read.keys().isdisjoint(tried)
            else _priced(group.build(context, signals), pricer)
            for group in self._groups
        )
        return ends_of(amounts, signals.traffic.requests_per_month)


def _priced(parts: Iterable[Part], pricer: Pricer) -> Amounts:
    return sum_amounts(pricer.part(part).amounts for part in parts)


def sensitivity(
    design: Design, context: Context, pricer: Pricer, choice_read: Mapping[str, AssumptionValue]
) -> Sensitivity:
    """Return what the design's amounts rest on; `choice_read` are the assumptions that the choice itself read."""
    prices = _Prices(design, context, pricer)
    defaults = load_assumptions()
    trials: dict[str, tuple[Ends, Ends]] = {}
    for key, value in prices.read.items():
        default = defaults[key]
        # What the workload states is no guess of ours: it stays where it is.
        if default.low is None or default.high is None or key in context.assumed.stated or value is None:
            continue
        try:
            low, high = prices.at({key: default.low}), prices.at({key: default.high})
        except InputError:
            # An end that no workload may state (more requests than there can be) is no reason to refuse the plan.
            continue
        if low != high:
            trials[key] = (low, high)
    moves = {key: abs(high.total_usd - low.total_usd) for key, (low, high) in trials.items()}
    stated = context.assumed.stated
    read = [
        Read(key, value, defaults[key].why, defaults[key].source, defaults[key].unit, key in stated, moves.get(key))
        for key, value in {**choice_read, **prices.read}.items()
        if key in moves or key in stated or _is_setting(key, choice_read)
    ]
    read.sort(key=lambda item: (-(item.moves_total_by_usd or ZERO), item.key))
    found = [prices.untried, *(end for pair in trials.values() for end in pair)]
    found += [prices.at(dict(tried)) for tried in _extremes(trials)]
    return Sensitivity(tuple(read), _outermost(found, min), _outermost(found, max))


def _extremes(trials: Mapping[str, tuple[Ends, Ends]]) -> Iterator[tuple[tuple[str, Decimal], ...]]:
    """Yield all assumptions at their cheap ends and all at their dear ends, as each of the amounts has them.

    What makes the month dearer may make a request cheaper: more of them share what is fixed. So the ends are sought for
    each amount, and tried once where amounts agree on them.
    """
    defaults = load_assumptions()
    seen: set[tuple[tuple[str, Decimal], ...]] = set()
    for amount in Ends._fields:
        cheap, dear = [], []
        for key, (at_low, at_high) in trials.items():
            low, high = defaults[key].low or ZERO, defaults[key].high or ZERO
            mine, other = getattr(at_low, amount), getattr(at_high, amount)
            if mine == other:
                mine, other = at_low.total_usd, at_high.total_usd
            rises = mine is None or mine <= other
            cheap.append((key, low if rises else high))
            dear.append((key, high if rises else low))
        for tried in (tuple(cheap), tuple(dear)):
            if tried and tried not in seen:
                seen.add(tried)
                yield tried


def _outermost(found: Sequence[Ends], choose: Callable[[Sequence[Decimal]], Decimal]) -> Ends:
    """Return the least or the most of each amount that any trial gave."""
    monthly, idle, once, total, each = (
        [value for value in column if value is not None] for column in zip(*found, strict=True)
    )
    return Ends(choose(monthly), choose(idle), choose(once), choose(total), choose(each) if each else None)


def _is_setting(key: str, choice_read: Mapping[str, AssumptionValue]) -> bool:
    """Whether an assumption is a setting of the plan and not a quantity without effect on this design."""
    return key in choice_read and load_assumptions()[key].low is None
