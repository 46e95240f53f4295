"""Priced candidates → the choice: the cheapest design of the rung that meets the constraints, or the nearest to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from planner.blueprint.build import training_parts
from planner.blueprint.common import common_parts
from planner.blueprint.inference import inference_parts
from planner.blueprint.knowledge import knowledge_parts
from planner.cost import Amounts, PartCost, cost_of_part, sum_amounts
from planner.money import ZERO, plain
from planner.number_format import money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from planner.context import Context
    from planner.design import Design
    from planner.ladder.rung import Candidate
    from planner.part import Part
    from planner.signals import Signals

__all__ = ["Choice", "Miss", "PricedDesign", "Pricer", "choose", "misses_of"]


class PricedDesign(NamedTuple):
    """A design with its amounts; `unpriced` says that something of it has no price, so its amounts are a lower bound."""

    design: Design
    amounts: Amounts
    unpriced: int  # how many charges of it have no price
    why_not: str = ""
    misses: str = ""  # a constraint that it does not meet, whatever it costs


@dataclass(frozen=True, slots=True)
class Miss:
    """A constraint that a design does not meet: its limit, the design's value, and a sentence."""

    key: str
    limit: str
    value: str
    text: str
    excess: Decimal  # over the limit, as a share of it; ranks what is nearest


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen design with what it misses, and the other designs of the rung, best first."""

    chosen: PricedDesign
    misses: tuple[Miss, ...]
    others: tuple[PricedDesign, ...]
    excluded: tuple[Candidate, ...] = ()  # by a rule, whatever they cost


class Pricer:
    """Prices designs of one workload; a part that several designs share is priced once."""

    def __init__(self, context: Context, signals: Signals) -> None:
        self._context, self._signals = context, signals
        self._parts: dict[Part, PartCost] = {}
        self._groups: dict[tuple[object, ...], tuple[Amounts, int]] = {}

    def part(self, part: Part) -> PartCost:
        """Return what a part costs."""
        found = self._parts.get(part)
        if found is None:
            context = self._context
            found = self._parts[part] = cost_of_part(
                part, loads=self._signals.loads, book=context.book, region=context.region, as_of=context.as_of
            )
        return found

    def _group(self, parts: Iterable[Part]) -> tuple[Amounts, int]:
        costs = [self.part(part) for part in parts]
        return sum_amounts(cost.amounts for cost in costs), sum(len(cost.unpriced) for cost in costs if cost.is_unpriced)

    def price(self, candidate: Candidate) -> PricedDesign:
        """Return a candidate with its amounts: the sum of its groups of parts, as its blueprint lists them."""
        design, context, signals = candidate.design, self._context, self._signals
        retrieves = design.approach == "rag"
        serving = (
            "inference",
            design.approach,
            design.model,
            design.inference,
            design.model_units,
            design.term,
            design.endpoint_instance,
            design.endpoint_instances,
        )
        groups: list[tuple[Amounts, int]] = []
        if serving not in self._groups:
            self._groups[serving] = self._group(inference_parts(design, context, signals, retrieves=retrieves))
        groups.append(self._groups[serving])
        if retrieves:
            knowledge = ("knowledge", design.vector_store, design.embedding_model, design.opensearch_generation)
            if knowledge not in self._groups:
                self._groups[knowledge] = self._group(knowledge_parts(design, context, signals))
            groups.append(self._groups[knowledge])
        if design.training is not None:
            training = ("training", design.approach, design.model, design.training, design.inference)
            if training not in self._groups:
                self._groups[training] = self._group(training_parts(design, context, signals))
            groups.append(self._groups[training])
        common = ("common",)
        if common not in self._groups:
            self._groups[common] = self._group(common_parts(context, has_buckets=True))
        groups.append(self._groups[common])
        amounts, unpriced = groups[0]
        for more, also_unpriced in groups[1:]:
            amounts, unpriced = amounts.plus(more), unpriced + also_unpriced
        return PricedDesign(design, amounts, unpriced, candidate.why_not, candidate.misses)


def _over(key: str, limit: Decimal | None, value: Decimal, what: str) -> list[Miss]:
    if limit is None or value <= limit:
        return []
    excess = (value - limit) / limit if limit else value
    text = f"{what} is {money(value)}, {money(value - limit)} over the limit of {money(limit)}."
    return [Miss(key, plain(limit), plain(value), text, excess)]


def misses_of(priced: PricedDesign, context: Context) -> list[Miss]:
    """Return the constraints that a design does not meet; a price that isn't known counts as met so far."""
    constraints = context.workload.constraints
    misses = _over("constraints.monthly_usd", constraints.monthly_usd, priced.amounts.monthly_usd, "The first full month")
    misses += _over("constraints.one_time_usd", constraints.one_time_usd, priced.amounts.one_time_usd, "What is paid once")
    weeks = constraints.weeks_to_launch
    least = None if weeks is None else context.assumed.number(f"weeks_{priced.design.approach}")
    if least is not None and weeks is not None and weeks < least:
        text = f"It takes {plain(least)} weeks at the least; {plain(weeks)} are there."
        misses.append(Miss("constraints.weeks_to_launch", plain(weeks), plain(least), text, (least - weeks) / least))
    if priced.misses:
        text = f"No design meets {priced.misses}: this one is called through a profile that leaves the prescribed regions."
        misses.append(Miss(priced.misses, "met", "unmet", text, ZERO + 1))
    if constraints.guaranteed_capacity and priced.design.inference not in {"provisioned_throughput", "sagemaker_endpoint"}:
        text = "Capacity is not guaranteed on demand, and no design here offers it."
        misses.append(Miss("constraints.guaranteed_capacity", "true", "false", text, ZERO + 1))
    return misses


def _is_bound(context: Context) -> bool:
    constraints = context.workload.constraints
    stated = (constraints.monthly_usd, constraints.one_time_usd, constraints.weeks_to_launch)
    return any(limit is not None for limit in stated) or bool(constraints.guaranteed_capacity or constraints.regions)


def _order(priced: PricedDesign) -> tuple[Decimal, Decimal, str, str, str, str, str, str]:
    design = priced.design
    return (
        priced.amounts.total_usd,
        priced.amounts.monthly_usd,
        design.model,
        design.vector_store or "",
        design.inference,
        design.term or "",
        design.embedding_model or "",
        design.opensearch_generation or "",
    )


def choose(candidates: Iterable[Candidate], pricer: Pricer, context: Context) -> Choice | None:
    """Return the choice among a rung's candidates, or None where there are none.

    Cheapest over the horizon of those that meet the constraints; else the one that misses least. What has an unpriced
    part is chosen only where nothing priced remains.
    """
    everything = list(candidates)
    eligible = [candidate for candidate in everything if not candidate.why_not] or everything
    if not eligible:
        return None
    priced = [pricer.price(candidate) for candidate in eligible]
    fewest = min(design.unpriced for design in priced)
    complete = [design for design in priced if design.unpriced == fewest]
    bound = _is_bound(context)
    missed = {id(design): misses_of(design, context) if bound else [] for design in complete}
    admissible = [design for design in complete if not missed[id(design)]]
    if admissible:
        chosen = min(admissible, key=_order)
    else:
        chosen = min(complete, key=lambda design: (sum(miss.excess for miss in missed[id(design)]), _order(design)))
    others = sorted((design for design in priced if design is not chosen), key=lambda d: (d.unpriced, _order(d)))
    excluded = tuple(candidate for candidate in everything if candidate.why_not) if not eligible[0].why_not else ()
    return Choice(chosen, tuple(missed[id(chosen)]), tuple(others), excluded)
