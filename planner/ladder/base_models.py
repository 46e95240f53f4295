"""Base models as the catalogue has them in a region: which fit a workload, and how each can be called."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.blueprint.requests import prompt_tokens
from planner.design import Design
from planner.errors import InputError
from planner.ladder.rung import Candidate
from planner.model_id import IN_REGION, base_model_id, scope_of, with_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.catalog import TextModel
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["base_candidates", "called_as", "fits", "model_units", "terms"]

_CLASSES = ("small", "standard", "large")
_MONTHS_OF_TERM = {"no_commitment": 0, "1_month": 1, "6_months": 6}


def called_as(model: TextModel, context: Context) -> str | None:
    """Return the id by which a model is called from the region: in region if it can be, else by geography, else globally."""
    scopes = model.scopes(context.region)
    pinned = context.workload.design.model
    if pinned is not None and scope_of(pinned) in scopes and base_model_id(pinned) == model.id:
        return pinned
    for scope in sorted(scopes, key=lambda scope: (scope != IN_REGION, scope == "global", scope)):
        return with_scope(model.id, scope)
    return None


def fits(model: TextModel, tokens_per_request: Decimal, signals: Signals, context: Context) -> str:
    """Return why a model can't serve a workload, or nothing where it can."""
    constraints = context.workload.constraints
    allowed = {base_model_id(name) for name in constraints.models}
    if allowed and model.id not in allowed:
        return "not among constraints.models"
    if constraints.open_weights and not model.open_weights:
        return "its weights are not open"
    if signals.modality not in model.modalities_in:
        return f"it does not read {signals.modality}"
    if model.context_tokens < tokens_per_request:
        return "its context is too short for these prompts"
    if not model.available_on(context.as_of):
        return "it has reached its end of life"
    return ""


def _leaves_the_region(called: str, context: Context) -> bool:
    """Whether a call may be processed outside prescribed regions: an inference profile routes to others."""
    return bool(context.workload.constraints.regions) and scope_of(called) != IN_REGION


def _second_choice(model: TextModel, context: Context) -> str:
    """Return why a model that fits is only taken where no other is left."""
    allowed = context.workload.constraints.models
    if model.lifecycle != "active":
        return f"its lifecycle is {model.lifecycle}"
    if model.purpose != "general" and not allowed:
        return f"it is made for {model.purpose}"
    least = context.assumed.word("model_class")
    if not allowed and _CLASSES.index(model.model_class) < _CLASSES.index(least):
        return f"it is of the {model.model_class} class; {least} or better is considered (assumption model_class)"
    return ""


def terms(signals: Signals) -> tuple[str, ...]:
    """Return the terms of provisioned throughput that the acceptable commitment allows."""
    return tuple(term for term, months in _MONTHS_OF_TERM.items() if months <= signals.commitment_months)


def model_units(signals: Signals, context: Context, tokens_per_request: Decimal) -> int:
    """Return the model units that are pinned or that the stated throughput of a unit asks for; one where neither is known."""
    pinned = context.workload.design.model_units
    if pinned is not None:
        return pinned
    per_unit = context.assumed.number_if_known("model_unit_tokens_per_minute")
    if per_unit is None:
        return 1
    needed = signals.traffic.peak_requests_per_minute * tokens_per_request / per_unit
    return max(1, int(needed.to_integral_value(ROUND_CEILING)))


def _wanted_inference(signals: Signals, context: Context) -> str:
    pinned = context.workload.design.inference
    if pinned is not None:
        return pinned
    if context.workload.constraints.guaranteed_capacity or context.workload.design.model_units:
        return "provisioned_throughput"
    return "batch" if signals.traffic.pattern == "bulk" else "on_demand"


def _candidates_of(  # noqa: PLR0913  (a model, how it is called, and what for)
    model: TextModel,
    called: str,
    approach: str,
    tokens_per_request: Decimal,
    signals: Signals,
    context: Context,
    *,
    why_not: str,
) -> Iterator[Candidate]:
    wanted = _wanted_inference(signals, context)
    pinned = context.workload.design.inference is not None
    offers_batch = model.batch.get(context.region, False)
    if wanted != "provisioned_throughput":
        if offers_batch and wanted == "batch":
            yield Candidate(Design(approach, called, "batch"), why_not)
        if not pinned or wanted == "on_demand":
            nobody_waits = wanted == "batch" and not pinned
            reason = "nobody waits for the answers: batch is cheaper" if nobody_waits and offers_batch else ""
            reason = reason or ("it has no batch inference here" if nobody_waits else "")
            yield Candidate(Design(approach, called, "on_demand"), why_not or reason)
        return
    offered = model.provisioned_throughput
    if offered is None or not offered.base or context.region not in offered.regions:
        return
    units = model_units(signals, context, tokens_per_request)
    for term in terms(signals):
        if term in offered.terms:
            # Cross-region profiles do not take provisioned throughput: the bare id it is.
            yield Candidate(Design(approach, model.id, "provisioned_throughput", model_units=units, term=term), why_not)


def _pinned_model(approach: str, context: Context) -> TextModel | None:
    """Return the pinned base model, or None where none is pinned.

    Raises:
        InputError: where this rung is to be built and what is pinned is no base model on Bedrock.
    """
    pinned = context.workload.design.model
    if pinned is None:
        return None
    model = context.catalog.text_model(pinned)
    if model is None and context.workload.design.approach in {None, approach}:
        message = f"design.model: {pinned} is not a text model on Bedrock; prompting and retrieval need one"
        raise InputError(message)
    return model


def base_candidates(approach: str, signals: Signals, context: Context, *, retrieves: bool) -> Iterator[Candidate]:
    """Yield designs on base models; those that a rule excludes only where it excludes all, for the nearest beats none.

    Raises:
        InputError: for a pinned model that can't be called as pinned in the region.
    """
    pinned = _pinned_model(approach, context)
    if pinned is None and context.workload.design.model is not None:
        return  # another rung is to be built, on weights that Bedrock does not serve
    tokens = prompt_tokens(approach, context, signals, retrieves=retrieves) + signals.traffic.output_tokens
    second: list[Candidate] = []
    leaving: list[Candidate] = []
    found = False
    for model in context.catalog.text_models if pinned is None else (pinned,):
        called = called_as(model, context)
        if called is None or (pinned is None and fits(model, tokens, signals, context)):
            continue
        why_not = "" if pinned is not None else _second_choice(model, context)
        for candidate in _candidates_of(model, called, approach, tokens, signals, context, why_not=why_not):
            if _leaves_the_region(called, context):
                leaving.append(candidate._replace(misses="constraints.regions"))
            elif why_not:
                second.append(candidate)
            else:
                found = True
                yield candidate
    if not found:
        yield from second or leaving
        found = bool(second or leaving)
    if pinned is not None and not found and context.workload.design.approach == approach:
        where = ", ".join(sorted(pinned.regions)) or "no region of the catalogue"
        how = context.workload.design.inference or "on demand"
        message = f"design.model: {pinned.id} can't be used ({how}) in {context.region}; it can be called from {where}"
        raise InputError(message)
