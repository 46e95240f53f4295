"""Priced candidates → the choice: the rung's cheapest design that meets the constraints, or the nearest to them."""

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


_WEEKS = "constraints.weeks_to_launch"
_AMOUNTS = {"constraints.monthly_usd": "The first full month", "constraints.one_time_usd": "What is paid once"}
_GUARANTEED = frozenset({"provisioned_throughput", "sagemaker_endpoint"})
_MISSED = {
    "constraints.regions": "No design stays in these regions: this one is called through a profile that leaves them.",
    "constraints.models": "No design is on one of these models: this one is on another.",
    "constraints.open_weights": "The weights of this design's model are not open.",
}
_WHOLLY = ZERO + 1  # the excess over a limit that is no number


class PricedDesign(NamedTuple):
    """A design with its amounts; where something of it is unpriced they are a lower bound."""

    design: Design
    amounts: Amounts
    unpriced: int  # how many charges of it have no price
    why_not: str = ""
    misses: str = ""  # a constraint that it does not meet, whatever it costs


@dataclass(frozen=True, slots=True)
class Miss:
    """A constraint that a design does not meet: its limit, the design's value, and a sentence.

    `excess` over the limit, as a share of it, ranks what is nearest. Most designs of a rung are only ranked, so numbers
    and sentence become text where somebody reads them.
    """

    key: str
    excess: Decimal
    exact: tuple[Decimal, Decimal] | None = None  # limit and value, where they are numbers
    words: tuple[str, str, str] = ("", "", "")  # limit, value and sentence, where they are not

    @property
    def limit(self) -> str:
        """The limit, as the answer has it."""
        return plain(self.exact[0]) if self.exact else self.words[0]

    @property
    def value(self) -> str:
        """The design's value, as the answer has it."""
        return plain(self.exact[1]) if self.exact else self.words[1]

    @property
    def text(self) -> str:
        """What is missed, and by how much."""
        if self.exact is None:
            return self.words[2]
        limit, value = self.exact
        if self.key == _WEEKS:
            return f"It takes {plain(value)} weeks at the least; {plain(limit)} are there."
        return f"{_AMOUNTS[self.key]} is {money(value)}, {money(value - limit)} over the limit of {money(limit)}."


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen design with what it misses, and all designs of the rung that were priced."""

    chosen: PricedDesign
    misses: tuple[Miss, ...]
    priced: tuple[PricedDesign, ...]
    excluded: tuple[Candidate, ...] = ()  # by a rule, whatever they cost

    @property
    def others(self) -> tuple[PricedDesign, ...]:
        """The other designs of the rung, best first."""
        others = (design for design in self.priced if design is not self.chosen)
        return tuple(sorted(others, key=lambda design: (design.unpriced, _order(design))))


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
        unpriced = sum(len(cost.unpriced) for cost in costs if cost.is_unpriced)
        return sum_amounts(cost.amounts for cost in costs), unpriced

    def price(self, candidate: Candidate) -> PricedDesign:
        """Return a candidate with its amounts: what serves its model, and what stands beside that."""
        design = candidate.design
        amounts, unpriced = self._serving(design)
        more, also_unpriced = self._beside(design)
        return PricedDesign(design, amounts.plus(more), unpriced + also_unpriced, candidate.why_not, candidate.misses)

    def _serving(self, design: Design) -> tuple[Amounts, int]:
        key = (
            design.approach,
            design.model,
            design.inference,
            design.model_units,
            design.term,
            design.endpoint_instance,
            design.endpoint_instances,
        )
        found = self._groups.get(key)
        if found is None:
            retrieves = design.approach == "rag"
            parts = inference_parts(design, self._context, self._signals, retrieves=retrieves)
            found = self._groups[key] = self._group(parts)
        return found

    def _beside(self, design: Design) -> tuple[Amounts, int]:
        """Return what knowledge base, training and key cost: the same for each model that retrieval is tried with."""
        retrieves = design.approach == "rag"
        key: tuple[object, ...] = (
            retrieves,
            design.vector_store,
            design.embedding_model,
            design.opensearch_generation,
        )
        if design.training is not None:
            key += (design.approach, design.model, design.training, design.inference)
        found = self._groups.get(key)
        if found is None:
            context, signals = self._context, self._signals
            parts = [*common_parts(context, has_buckets=True), *training_parts(design, context, signals)]
            if retrieves:
                parts += knowledge_parts(design, context, signals)
            found = self._groups[key] = self._group(parts)
        return found


def _over(key: str, limit: Decimal | None, value: Decimal) -> list[Miss]:
    if limit is None or value <= limit:
        return []
    return [Miss(key, (value - limit) / limit if limit else value, (limit, value))]


def misses_of(priced: PricedDesign, context: Context) -> list[Miss]:
    """Return the constraints that a design does not meet; a price that isn't known counts as met so far."""
    constraints = context.workload.constraints
    misses = _over("constraints.monthly_usd", constraints.monthly_usd, priced.amounts.monthly_usd)
    misses += _over("constraints.one_time_usd", constraints.one_time_usd, priced.amounts.one_time_usd)
    weeks = constraints.weeks_to_launch
    least = None if weeks is None else context.assumed.number(f"weeks_{priced.design.approach}")
    if least is not None and weeks is not None and weeks < least:
        misses.append(Miss(_WEEKS, (least - weeks) / least, (weeks, least)))
    if priced.misses:
        text = _MISSED[priced.misses]
        misses.append(Miss(priced.misses, _WHOLLY, words=("met", "unmet", text)))
    if constraints.guaranteed_capacity and priced.design.inference not in _GUARANTEED:
        text = "Capacity is not guaranteed on demand, and no design here offers it."
        misses.append(Miss("constraints.guaranteed_capacity", _WHOLLY, words=("true", "false", text)))
    return misses


def _is_bound(context: Context) -> bool:
    constraints = context.workload.constraints
    stated = (constraints.monthly_usd, constraints.one_time_usd, constraints.weeks_to_launch)
    rules = (constraints.guaranteed_capacity, constraints.regions, constraints.models, constraints.open_weights)
    return any(limit is not None for limit in stated) or any(rules)


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
    excluded = tuple(candidate for candidate in everything if candidate.why_not) if not eligible[0].why_not else ()
    return Choice(chosen, tuple(missed[id(chosen)]), tuple(priced), excluded)
