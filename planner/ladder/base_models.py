"""Base models as the catalogue has them in a region: which fit a workload, and how each can be called."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, NamedTuple

from planner.blueprint.requests import prompt_tokens
from planner.design import Design
from planner.errors import InputError
from planner.ladder.rung import Candidate
from planner.model_id import IN_REGION, base_model_id, scope_of, with_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.catalog import OpenWeightModel, TextModel
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["allowed_models", "base_candidates", "called_as", "missed_by", "model_units", "terms", "unfit"]

_PROVISIONED = "provisioned_throughput"
_CLASSES = ("small", "standard", "large")
# What a design on a model may miss, the lightest first: a model that nobody allowed is farther than a way to call one.
_GRAVITY = ("", "constraints.regions", "constraints.open_weights", "constraints.models")
_MONTHS_OF_TERM = {"no_commitment": 0, "1_month": 1, "6_months": 6}


def called_as(model: TextModel, context: Context) -> str | None:
    """Return the id by which a model is called from the region: in it if possible, else by geography or globally."""
    scopes = model.scopes(context.region)
    pinned = context.workload.design.model
    if pinned is not None and scope_of(pinned) in scopes and base_model_id(pinned) == model.id:
        return pinned
    for scope in sorted(scopes, key=lambda scope: (scope != IN_REGION, scope == "global", scope)):
        return with_scope(model.id, scope)
    return None


def unfit(model: TextModel | OpenWeightModel, tokens_per_request: Decimal, signals: Signals, context: Context) -> str:
    """Return what keeps a model from serving a workload at all, with the key that asks for it; nothing where it can."""
    if signals.modality not in model.modalities_in:
        return f"does not read {signals.modality} (data.modality)"
    if model.context_tokens < tokens_per_request:
        return "has too short a context for these prompts (traffic.input_tokens_per_request)"
    if model.kind == "text" and not model.available_on(context.as_of):
        return "has reached its end of life"
    return ""


def allowed_models(context: Context) -> frozenset[str]:
    """Return the ids of the models that the workload allows, however it spells them; none where it allows any."""
    named = ((name, context.catalog.model(name)) for name in context.workload.constraints.models)
    return frozenset(base_model_id(name) if model is None else model.id for name, model in named)


def missed_by(model: TextModel, allowed: frozenset[str], context: Context) -> str:
    """Return the constraint that a model does not meet wherever it is called from, or nothing."""
    if allowed and model.id not in allowed:
        return "constraints.models"
    return "constraints.open_weights" if context.workload.constraints.open_weights and not model.open_weights else ""


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
    """Return the model units that are pinned, or that the stated throughput of one asks for; else a single one."""
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
        return _PROVISIONED
    return "batch" if signals.traffic.pattern == "bulk" else "on_demand"


def _candidates_of(
    model: TextModel,
    called: str,
    approach: str,
    tokens_per_request: Decimal,
    signals: Signals,
    context: Context,
    *,
    wanted: str,
    why_not: str,
) -> Iterator[Candidate]:
    pinned = context.workload.design.inference is not None
    offers_batch = model.batch.get(context.region, False)
    if wanted != _PROVISIONED:
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
            yield Candidate(Design(approach, model.id, _PROVISIONED, model_units=units, term=term), why_not)


def _refuse_other_profile(pinned: str, model: TextModel, context: Context) -> None:
    """Refuse an inference profile that does not exist in the region; a bare id takes the one that does.

    Raises:
        InputError: naming the ids that can be called.
    """
    scopes = model.scopes(context.region)
    if not scopes or scope_of(pinned) == IN_REGION or scope_of(pinned) in scopes:
        return
    ids = ", ".join(with_scope(model.id, scope) for scope in sorted(scopes))
    message = f"design.model: {pinned} can't be called from {context.region}; there it is called as {ids}"
    raise InputError(message)


class _Usable(NamedTuple):
    """A model that serves the workload, as it is called, with the constraint that it misses or nothing."""

    model: TextModel
    called: str
    missed: str


def _usable(approach: str, signals: Signals, context: Context, tokens_per_request: Decimal) -> Iterator[_Usable]:
    stated = context.workload.design.model
    pinned = None if stated is None else context.catalog.text_model(stated)
    if stated is not None and pinned is None:
        return  # on weights that Bedrock does not serve only a trained rung can be built
    if stated is not None and pinned is not None and context.workload.design.approach in {None, approach}:
        _refuse_other_profile(stated, pinned, context)
    allowed = allowed_models(context)
    for model in context.catalog.text_models if pinned is None else (pinned,):
        called = called_as(model, context)
        if called is None or (pinned is None and unfit(model, tokens_per_request, signals, context)):
            continue
        leaves = "constraints.regions" if _leaves_the_region(called, context) else ""
        yield _Usable(model, called, missed_by(model, allowed, context) or leaves)


def _nearest(usable: list[_Usable], context: Context) -> Iterator[_Usable]:
    """Yield those of models that all miss something which miss least, general ones of the wanted class first."""
    least = min((_GRAVITY.index(each.missed) for each in usable), default=0)
    nearest = [each for each in usable if _GRAVITY.index(each.missed) == least]
    first = [each for each in nearest if not _second_choice(each.model, context)]
    yield from first or nearest


def base_candidates(approach: str, signals: Signals, context: Context, *, retrieves: bool) -> Iterator[Candidate]:
    """Yield designs on base models.

    Those that a rule puts second, and those that miss a constraint of the workload, come only where there are no
    others: the nearest beats none.

    Raises:
        InputError: for a pinned inference profile that does not exist in the region.
    """
    design = context.workload.design
    tokens = prompt_tokens(approach, context, signals, retrieves=retrieves) + signals.traffic.output_tokens
    wanted = _wanted_inference(signals, context)
    second: list[Candidate] = []
    last: list[_Usable] = []
    found = False
    for usable in _usable(approach, signals, context, tokens):
        model, called, missed = usable
        # Model units run in the region, whatever profile on-demand calls take.
        if missed and not (missed == "constraints.regions" and wanted == _PROVISIONED):
            last.append(usable)
            continue
        why_not = "" if design.model is not None else _second_choice(model, context)
        for made in _candidates_of(model, called, approach, tokens, signals, context, wanted=wanted, why_not=why_not):
            if why_not:
                second.append(made)
            else:
                found = True
                yield made
        if wanted == _PROVISIONED and design.inference is None:
            # Where no model has units on sale, capacity can't be guaranteed: the same models on demand are nearest.
            last.append(usable)
    if found:
        return
    yield from second
    if second:
        return
    how = "on_demand" if wanted == _PROVISIONED and design.inference is None else wanted
    for model, called, missed in _nearest(last, context):
        for made in _candidates_of(model, called, approach, tokens, signals, context, wanted=how, why_not=""):
            yield made._replace(misses=missed)
