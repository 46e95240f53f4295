"""A made plan as the document that is written: the contract's keys, and what stacks need beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.bill import DISCOUNT, GIVEN
from planner.blueprint import blueprint, stack_kind
from planner.considered import considered
from planner.cost import Amounts, LineItem, line_as_json, unpriced_as_json
from planner.explain import alternatives_as_json, price_warnings, warnings_of
from planner.ladder.rung import NEED_KEYS, NEED_WORDS
from planner.money import CONTEXT, ZERO, plain
from planner.part import property_value, usage_at
from planner.plan_document import SCHEMA
from planner.plan_settings import settings_of
from planner.sensitivity import Ends, Read, ends_of, sensitivity
from planner.usage import IDLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.assumptions import AssumptionValue
    from planner.choose import Choice, Pricer
    from planner.context import Context
    from planner.design import Design
    from planner.flips import Flip
    from planner.ladder.decide import Decision
    from planner.ladder.rung import Reason
    from planner.part import Part
    from planner.price_book import PriceBook
    from planner.signals import Signals
    from planner.usage import Params

__all__ = ["design_as_json", "plan_as_json"]

Json = dict[str, Any]

# No price book has these as sources: the user states them.
_NOT_LISTED = {GIVEN, DISCOUNT}


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def design_as_json(design: Design) -> Json:
    """Return a design as the answer and plan.json have it."""
    training = design.training
    return {
        "approach": design.approach,
        "model": design.model,
        "inference": design.inference,
        "vector_store": design.vector_store,
        "embedding_model": design.embedding_model,
        "opensearch_generation": design.opensearch_generation,
        "training": None
        if training is None
        else {
            "service": training.service,
            "method": training.method,
            "epochs": training.epochs,
            "instance": training.instance,
            "instances": training.instances,
            "spot": training.spot,
            "teacher": training.teacher,
        },
        "model_units": design.model_units,
        "term": design.term,
        "endpoint_instance": design.endpoint_instance,
        "endpoint_instances": design.endpoint_instances,
        "retraining_per_year": _optional(design.retraining_per_year),
    }


def _reason(reason: Reason) -> Json:
    return {"id": reason.id, "text": reason.text, "reads": list(reason.reads), "source": reason.source}


def _amounts(ends: Ends) -> Json:
    return {amount: _optional(value) for amount, value in ends._asdict().items()}


def _flip(flip: Flip) -> Json:
    bound = {"above": flip.above} if flip.above is not None else {"below": flip.below}
    # The contract has these thresholds as JSON numbers: whole ones stay whole, the rest are ratios and scores.
    numbers = {
        key: int(value) if value == value.to_integral_value() else float(value)
        for key, value in bound.items()
        if value is not None
    }
    return {"key": flip.key, **numbers, "to": {"choice": flip.choice, "value": flip.value}, "text": flip.text}


def _assumption_value(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else [str(item) for item in value]  # type: ignore[attr-defined]


def _assumption(read: Read) -> Json:
    return {
        "key": read.key,
        "value": _assumption_value(read.value),
        "unit": read.unit,
        "why": "stated in the workload" if read.stated else read.why,
        "source": "workload" if read.stated else read.source,
        "stated": read.stated,
        "moves_total_by_usd": _optional(read.moves_total_by_usd),
    }


def usage_as_json(usage: Params) -> Json:
    """Return usage with quantities and settings told apart, so that it can be read back as it was."""
    return {key: {"quantity": plain(value)} if isinstance(value, Decimal) else value for key, value in usage.items()}


def _part(part: Part, signals: Signals) -> Json:
    return {
        "resource": part.path,
        "type": part.type,
        "component": part.component,
        "variant": part.variant,
        "properties": {key: property_value(value) for key, value in part.properties},
        "usage": {
            "monthly": usage_as_json(usage_at(part.monthly, signals.loads.first)),
            "idle": usage_as_json(usage_at(part.monthly, IDLE)),
            "one_time": usage_as_json(usage_at(part.one_time, IDLE)),
        },
        "given_usd": {dimension: plain(rate) for dimension, rate in part.given_usd},
        "unpriced": part.unpriced,
    }


def _newest(lines: Sequence[LineItem], context: Context) -> str:
    """Return the newest day on which a price of the bill was seen: it does not move by itself.

    A day of the past stays the day: prices that were in force then are also seen later, and others with them.
    """
    days = [line.observed or line.effective for line in lines if line.source not in _NOT_LISTED]
    return min(max(days, default=context.as_of), context.as_of).isoformat()


def _sources(lines: Sequence[LineItem], book: PriceBook) -> Json:
    """Return what the sources of the bill's prices are, for readers who have another price book or none.

    A source of the user's own rows is no more than its key.
    """
    known = book.sources()
    cited = dict.fromkeys(line.source for line in lines if line.source in known)
    return {key: {"title": known[key].title, **({"url": known[key].url} if known[key].url else {})} for key in cited}


def _people(context: Context, design: Design) -> Json:
    """Return people's days, in no total: a rung's work, and labelling where the pairs are still to be written."""
    assumed = context.assumed
    days = assumed.number(f"people_days_{design.approach}")
    rate = assumed.number_if_known("person_day_usd")
    return {"days": plain(days), "usd": None if rate is None else plain(days * rate)}


def _rejected(decision: Decision, by_rung: Mapping[str, Choice]) -> list[Json]:
    rejected = []
    for rung in decision.rejected:
        choice = by_rung.get(rung.approach)
        amounts = choice.chosen.amounts if choice and not choice.chosen.unpriced else None
        rejected.append(
            {
                "approach": rung.approach,
                "reasons": [_reason(reason) for reason in rung.reasons],
                "monthly_usd": _optional(amounts.monthly_usd if amounts else None),
                "one_time_usd": _optional(amounts.one_time_usd if amounts else None),
                "total_usd": _optional(amounts.total_usd if amounts else None),
            }
        )
    return rejected


def _value(context: Context, signals: Signals, amounts: Amounts) -> Json | None:
    """Return the return on investment, where the workload says what a request is worth."""
    worth = context.workload.value.usd_per_request
    if worth is None:
        return None
    value = worth * signals.loads.horizon.requests
    net, paid = value - amounts.total_usd, amounts.total_usd
    return {
        "value_usd": plain(value),
        "net_usd": plain(net),
        "return_share": plain(CONTEXT.divide(net, paid)) if paid else None,
    }


def plan_as_json(
    context: Context,
    signals: Signals,
    decision: Decision,
    choice: Choice,
    by_rung: Mapping[str, Choice],
    pricer: Pricer,
    *,
    choice_read: Mapping[str, AssumptionValue],
    flips: Sequence[Flip],
) -> Json:
    """Return the whole plan as JSON: amounts as decimal strings, in the order in which a reader wants them."""
    design = choice.chosen.design
    stack = context.workload.name
    parts = blueprint(design, context, signals)
    costs = [pricer.part(part) for part in parts]
    lines = [line for cost in costs for line in cost.lines]
    unpriced = [item for cost in costs for item in cost.unpriced]
    spread = sensitivity(design, context, pricer, choice_read)
    amounts = choice.chosen.amounts
    misses = [
        {"constraint": miss.key, "limit": miss.limit, "value": miss.value, "text": miss.text} for miss in choice.misses
    ]
    misses += [
        {
            "constraint": NEED_KEYS[need],
            "limit": "met",
            "value": "unmet",
            "text": f"Nothing that may be built gives what this asks for: {NEED_WORDS[need]}.",
        }
        for need in decision.unmet
    ]
    return {
        "schema": SCHEMA,
        "name": stack,
        "region": context.region,
        "priced_on": context.as_of.isoformat(),
        "prices_as_of": _newest(lines, context),
        "price_book": context.book.digest(),
        "horizon_months": signals.horizon_months,
        "decision": {
            "approach": decision.approach,
            "admissible": not misses,
            "then": list(decision.then),
            "reasons": [_reason(reason) for reason in decision.reasons],
            "rejected": _rejected(decision, by_rung),
            "would_change_if": [_flip(flip) for flip in flips],
            "misses": misses,
        },
        "design": design_as_json(design),
        "cost": {
            **_amounts(ends_of(amounts, signals.traffic.requests_per_month)),
            "low": _amounts(spread.low),
            "high": _amounts(spread.high),
            "complete": not unpriced,
            "people": _people(context, design),
            "value": _value(context, signals, amounts),
        },
        "bill": [line_as_json(line, stack=stack) for line in lines],
        "alternatives": alternatives_as_json(choice, considered(choice, context, signals, pricer), design_as_json),
        "unpriced": [unpriced_as_json(item, stack=stack) for item in unpriced],
        "assumptions": [_assumption(read) for read in spread.read],
        "warnings": [*warnings_of(context, signals, decision, choice), *price_warnings(lines, context.as_of)],
        "sources": _sources(lines, context.book),
        "stack": stack_kind(design),
        "settings": settings_of(design, context, signals),
        "parts": [_part(part, signals) for part in parts],
        "workload": workload_as_json(context.workload.model_dump(exclude_unset=True)),
    }


def workload_as_json(value: object) -> Any:  # noqa: ANN401  (JSON is of any type)
    """Return the stated workload as JSON: decimals as strings, what was left out still left out."""
    if isinstance(value, dict):
        return {key: workload_as_json(item) for key, item in value.items() if item is not None}
    if isinstance(value, tuple | list):
        return [workload_as_json(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value) if value != ZERO else "0"
    return value
