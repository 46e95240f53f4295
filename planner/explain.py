"""Words beside the numbers: why other designs were not chosen, and what a reader should be warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.bill import DISCOUNT, GIVEN
from planner.blueprint import stack_kind
from planner.blueprint.endpoint import endpoint_instances
from planner.blueprint.requests import prompt_tokens
from planner.ladder.base_models import unfit
from planner.ladder.retrieval import wake_seconds
from planner.model_id import scope_of
from planner.money import plain
from planner.number_format import money
from planner.price_age import stale_warning
from planner.price_rows import DERIVED
from planner.training.hours import parameters_billion
from planner.units import MINUTES_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from planner.choose import Choice, PricedDesign
    from planner.context import Context
    from planner.cost import Amounts, LineItem
    from planner.design import Design
    from planner.ladder.decide import Decision
    from planner.signals import Signals

__all__ = ["alternatives_as_json", "price_warnings", "warnings_of"]

_MOST_ALTERNATIVES = 6
Json = dict[str, Any]


def _why_not(other: PricedDesign, amounts: Amounts) -> str:
    if other.why_not:
        return other.why_not[0].upper() + other.why_not[1:] + "."
    if other.unpriced:
        return "Part of it has no price."
    more = other.amounts.total_usd - amounts.total_usd
    if more > 0:
        return f"{money(more)} dearer over the horizon."
    if more < 0:
        return f"{money(-more)} cheaper over the horizon, but it misses a constraint by more."
    return "It costs the same."


def _different(others: tuple[PricedDesign, ...]) -> list[PricedDesign]:
    """Return the best few designs, no choice of theirs crowding out the rest: three of a kind at the most."""
    kept: list[PricedDesign] = []
    of_kind: dict[tuple[str | None, ...], int] = {}
    for other in others:
        design = other.design
        kind = (
            design.inference,
            design.term,
            design.vector_store,
            design.training.service if design.training else None,
        )
        of_kind[kind] = of_kind.get(kind, 0) + 1
        if of_kind[kind] <= 3:  # noqa: PLR2004  (three show the spread of a kind)
            kept.append(other)
    return kept[:_MOST_ALTERNATIVES]


def alternatives_as_json(
    choice: Choice, considered: list[PricedDesign], design_as_json: Callable[[Design], Json]
) -> list[Json]:
    """Return other designs of the rung, best first, each with why it is not the choice."""
    amounts = choice.chosen.amounts
    others = [*_different(choice.others), *considered]
    others.sort(key=lambda other: (other.unpriced, other.amounts.total_usd))
    return [
        {
            "design": design_as_json(other.design),
            "monthly_usd": None if other.unpriced else plain(other.amounts.monthly_usd),
            "one_time_usd": None if other.unpriced else plain(other.amounts.one_time_usd),
            "total_usd": None if other.unpriced else plain(other.amounts.total_usd),
            "why_not": _why_not(other, amounts),
        }
        for other in others
    ]


def _warning(name: str, text: str) -> Json:
    return {"id": name, "text": text}


def _of_pins(context: Context, signals: Signals, decision: Decision, design: Design) -> Iterator[Json]:
    if decision.proposed != decision.approach:
        text = (
            f"The ladder would build {decision.proposed} first: the pinned {decision.approach} is priced all the same."
        )
        yield _warning("ladder_disagrees", text)
    stated = context.workload.design.model
    if stated is not None and scope_of(stated) != scope_of(design.model) and design.inference in {"on_demand", "batch"}:
        text = f"{stated} can't be called in {context.region} as it is: its inference profile {design.model} is used."
        yield _warning("inference_profile_used", text)
    model = None if stated is None else context.catalog.text_model(design.model)
    if model is not None:
        tokens = prompt_tokens(design.approach, context, signals, retrieves=design.approach == "rag")
        problem = unfit(model, tokens + signals.traffic.output_tokens, signals, context)
        if problem:
            yield _warning("pinned_model_unfit", f"{design.model} is pinned, but it {problem}.")
    if design.training is None and context.workload.design.retraining_per_year:
        text = "design.retraining_per_year is pinned, but this design trains nothing; pin design.approach too."
        yield _warning("pin_without_effect", text)


def _of_serving(context: Context, design: Design) -> Iterator[Json]:
    if (
        design.inference == "provisioned_throughput"
        and context.workload.design.model_units is None
        and "model_unit_tokens_per_minute" not in context.assumed.stated
    ):
        text = (
            "AWS does not publish what a model unit serves: one unit is priced. State "
            "assumptions.model_unit_tokens_per_minute or pin design.model_units."
        )
        yield _warning("model_unit_throughput_unknown", text)
    if design.inference == "custom_model_import":
        text = "One active copy is priced: what a copy serves is not published, and Bedrock adds copies under load."
        yield _warning("import_copies_unknown", text)
    if design.term in {"1_month", "6_months"}:
        text = f"A commitment of {design.term.replace('_', ' ')} can't be undone: it is billed to its end."
        yield _warning("commitment", text)
    if design.endpoint_instance is not None and context.workload.constraints.ml_team == "none":
        text = "Training and serving on SageMaker need people who run them; the workload says that there is no ML team."
        yield _warning("no_ml_team", text)


def _of_retrieval(context: Context, design: Design) -> Iterator[Json]:
    if design.opensearch_generation == "nextgen":
        seconds = wake_seconds(context)
        text = f"A nextgen collection that sleeps takes {seconds} seconds to wake: the first answer then is late."
        yield _warning("wake_up_time", text)
    if design.vector_store == "opensearch_serverless":
        text = "Deleting a knowledge base does not delete its collection; it keeps billing until the stack is deleted."
        yield _warning("collection_outlives_knowledge_base", text)
    knowledge = context.workload.need.knowledge
    if design.approach == "rag" and knowledge is not None and knowledge.changes == "realtime":
        text = (
            "Ingestion runs each hour at best: what must be current to the second is asked of its own system "
            "at request time."
        )
        yield _warning("realtime_is_hourly", text)


def _of_traffic(context: Context, signals: Signals, design: Design) -> Iterator[Json]:
    peak = context.workload.traffic.peak_requests_per_minute
    if peak is not None and peak < signals.traffic.requests_per_month / MINUTES_PER_MONTH:
        text = "The stated peak is below the average rate of the requests: the average is used."
        yield _warning("peak_below_average", text)
    # Where growth needs more instances within the horizon than the endpoint has, their hours are in no total.
    instance = context.catalog.instances.get(design.endpoint_instance or "")
    if instance is None or not signals.loads.growing or not signals.traffic.requests_per_month:
        return
    growth = signals.loads.months[-1].requests / signals.traffic.requests_per_month
    tokens = prompt_tokens(design.approach, context, signals, retrieves=False) + signals.traffic.output_tokens
    active_b, _ = parameters_billion(design, context)
    needed = endpoint_instances(instance, active_b, tokens * growth, context, signals)
    if needed > (design.endpoint_instances or 1):
        text = (
            f"The endpoint is sized for the first month; with this growth the last one needs {needed} x {instance.id}. "
            "The hours of those added are in no total."
        )
        yield _warning("endpoint_outgrown", text)


def price_warnings(lines: Sequence[LineItem], as_of: date) -> list[Json]:
    """Return what a reader should know of the prices: that all are old, that some are reckoned from others."""
    listed = [line for line in lines if line.source not in {GIVEN, DISCOUNT}]
    warnings = []
    stale = stale_warning({line.observed or line.effective for line in listed}, as_of)
    if stale:
        warnings.append(_warning("stale_prices", stale))
    derived = sorted({line.sku for line in listed if line.confidence == DERIVED})
    if derived:
        text = f"No list price of {', '.join(derived)} is known here: what is charged is derived from another price."
        warnings.append(_warning("derived_prices", text))
    return warnings


def warnings_of(context: Context, signals: Signals, decision: Decision, choice: Choice) -> list[Json]:
    """Return what a reader should know before relying on the plan."""
    design = choice.chosen.design
    warnings = [
        *_of_pins(context, signals, decision, design),
        *_of_serving(context, design),
        *_of_retrieval(context, design),
        *_of_traffic(context, signals, design),
    ]
    if stack_kind(design) is None:
        warnings.append(_warning("no_stack", "This design is priced, but no stack synthesizes it yet."))
    if choice.chosen.unpriced:
        warnings.append(_warning("unpriced", "Part of this design has no price: the amounts are at the least these."))
    return warnings
