"""A workload → its plan: decided, priced, explained, and written as one document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from planner.assumptions import check_assumption, replaceable_names
from planner.catalog import load_catalog
from planner.choose import Choice, Pricer, choose
from planner.context import Assumed, Context
from planner.errors import InputError
from planner.flips import Outcome, find_flips
from planner.ladder import LADDER
from planner.ladder.decide import Decision, decide
from planner.ladder.refusals import refuse_impossible
from planner.money import CONTEXT
from planner.plan_document import PlanDocument
from planner.plan_json import plan_as_json
from planner.planned import Planned, exit_code_of
from planner.price_book import PriceBook
from planner.references import refuse_unknown_names
from planner.signals import derive_signals
from planner.workload import parse_workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from planner.assumptions import AssumptionValue
    from planner.currency import Currency
    from planner.flips import Flip
    from planner.ladder.rung import Candidate
    from planner.signals import Signals
    from planner.workload import Workload

__all__ = ["Planner", "plan_answer", "plan_file"]


@dataclass(frozen=True, slots=True)
class _Made:
    """A decision with the choices of each rung that has one."""

    signals: Signals
    decision: Decision
    choice: Choice
    by_rung: dict[str, Choice]
    pricer: Pricer
    read: dict[str, AssumptionValue]  # what the choice rests on


class _Proposals:
    """A rung's candidates, made only as far as somebody asks, and the assumptions that were read for them."""

    __slots__ = ("_assumed", "_first", "_rest", "read")

    def __init__(self, candidates: Iterator[Candidate], assumed: Assumed) -> None:
        self._rest, self._assumed = candidates, assumed
        self.read: dict[str, AssumptionValue] = {}
        with assumed.recording(self.read):
            self._first = next(candidates, None)

    def any(self) -> bool:
        return self._first is not None

    def on_allowed_models(self) -> bool:
        """Whether some design is on a model that the workload allows: others come only where there is none."""
        return self._first is not None and self._first.misses != "constraints.models"

    def choose(self, pricer: Pricer, context: Context) -> Choice | None:
        with self._assumed.recording(self.read):
            return choose([] if self._first is None else [self._first, *self._rest], pricer, context)


class Planner:
    """Plans workloads against one price book and catalogue, which are read once."""

    def __init__(self, book: PriceBook | None = None, *, currency: Currency | None = None) -> None:
        self.book = book or PriceBook()
        self.currency = currency
        self.catalog = load_catalog()
        self._tables: dict[tuple[str, date], dict[str, Any]] = {}

    def plan(self, workload: Workload, *, as_of: date, source: str, flips: bool = True) -> Planned:
        """Return the plan of a workload, at the prices in force on a day.

        Raises:
            InputError: for a name that the catalogue does not know, or a pinned design that can't exist.
        """
        with localcontext(CONTEXT):
            return self._plan(workload, as_of=as_of, source=source, flips=flips)

    def _plan(self, workload: Workload, *, as_of: date, source: str, flips: bool) -> Planned:
        context = self._context(workload, as_of=as_of, source=source)
        try:
            made = self._make(context, every_rung=True)
        except InputError as error:
            message = f"{source}: {error}"
            raise InputError(message) from None
        found: tuple[Flip, ...] = ()
        if flips:
            before = Outcome(made.decision.approach, made.choice.chosen.design)
            found = find_flips(
                made.choice, made.signals, context, before, lambda key, value: self._replan(context, key, value)
            )
        document = plan_as_json(
            context,
            made.signals,
            made.decision,
            made.choice,
            made.by_rung,
            made.pricer,
            choice_read=made.read,
            flips=found,
        )
        if self.currency is not None:
            amounts = made.choice.chosen.amounts
            document["currency"] = self.currency.stated(
                monthly=amounts.monthly_usd,
                idle_monthly=amounts.idle_monthly_usd,
                one_time=amounts.one_time_usd,
                total=amounts.total_usd,
            )
        return Planned(PlanDocument(document), exit_code_of(document))

    def _context(self, workload: Workload, *, as_of: date, source: str) -> Context:
        stated = {key: check_assumption(key, value, source=source) for key, value in workload.assumptions.items()}
        assumed = Assumed(stated)
        region = workload.region or workload.constraints.regions[:1] or assumed.word("region")
        refuse_unknown_names(workload, source=source)
        named = region if isinstance(region, str) else region[0]
        tables = self._tables.setdefault((named, as_of), {})
        return Context(workload, self.catalog, self.book, named, as_of, assumed, tables)

    def _make(self, context: Context, *, every_rung: bool) -> _Made:
        signals = derive_signals(context)
        proposals = {rung.NAME: _Proposals(rung.propose(signals, context), context.assumed) for rung in LADDER}
        with context.assumed.recording({}):
            allowed = [name for name, made in proposals.items() if made.on_allowed_models()]
            decision = decide(signals, context, buildable=allowed)
            if decision.approach not in allowed:
                anything = [name for name, made in proposals.items() if made.any()]
                decision = decide(signals, context, buildable=anything)
        pricer = Pricer(context, signals)
        by_rung = {}
        for name in proposals if every_rung else (decision.approach,):
            choice = proposals[name].choose(pricer, context)
            if choice is not None:
                by_rung[name] = choice
        if decision.approach not in by_rung:
            refuse_impossible(decision.approach, signals, context)
        read = context.assumed.read | proposals[decision.approach].read
        return _Made(signals, decision, by_rung[decision.approach], by_rung, pricer, read)

    def _replan(self, context: Context, key: str, value: Decimal) -> Outcome | None:
        """Plan again with one key of the workload replaced."""
        stated = context.workload.model_dump(exclude_unset=True)
        place = stated
        *path, last = key.split(".")
        for step in path:
            place = place.setdefault(step, {})
        whole = value == value.to_integral_value() and not key.startswith("evidence.")
        place[last] = int(value) if whole else value
        try:
            workload = parse_workload(_listed(stated), source="", assumption_names=replaceable_names())
            changed = replace(context, workload=workload, assumed=Assumed(context.assumed.stated))
            made = self._make(changed, every_rung=False)
        except InputError:
            return None
        return Outcome(made.decision.approach, made.choice.chosen.design)


def _listed(value: object) -> object:
    """Return a dumped workload as a file has it: lists where the types keep tuples, no empty optional."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items() if item is not None}
    if isinstance(value, tuple):
        return [_listed(item) for item in value]
    return value


def plan_file(
    path: Path,
    *,
    as_of: date,
    overrides: Sequence[str] = (),
    flips: bool = True,
    planner: Planner | None = None,
) -> Planned:
    """Return the plan of a workload file, by default at the prices that ship.

    Raises:
        InputError: for a file that is no workload, or one that can't be planned.
    """
    from planner.workload import load_workload

    workload = load_workload(path, assumption_names=replaceable_names(), overrides=overrides)
    return (planner or Planner()).plan(workload, as_of=as_of, source=str(path), flips=flips)


def plan_answer(
    planner: Planner, data: dict[str, Any], *, source: str, as_of: date, flips: bool
) -> tuple[dict[str, Any], int]:
    """Return a batch line's answer and exit code.

    Raises:
        InputError: for a line that is no workload.
    """
    workload = parse_workload(data, source=source, assumption_names=replaceable_names())
    planned = planner.plan(workload, as_of=as_of, source=source, flips=flips)
    return planned.document.document, planned.exit_code
