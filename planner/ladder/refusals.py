"""What to say where no design exists at all for the rung that is pinned or called for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NoReturn

from planner.blueprint.requests import prompt_tokens
from planner.errors import InputError
from planner.ladder.base_models import terms, unfit
from planner.ladder.training_choices import method_of

if TYPE_CHECKING:
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["refuse_impossible"]

_MOST_NAMED = 8
_OF_TRAINED_MODELS = frozenset({"custom_on_demand", "custom_model_import", "sagemaker_endpoint"})


def refuse_impossible(approach: str, signals: Signals, context: Context) -> NoReturn:
    """Refuse a workload for whose rung no design exists.

    Raises:
        InputError: naming the key that leaves nothing, its value and what there is.
    """
    if approach in {"prompt_engineering", "rag"}:
        raise InputError(_no_base_model(approach, signals, context))
    raise InputError(_nothing_to_train(approach, context))


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _no_base_model(approach: str, signals: Signals, context: Context) -> str:
    design, region = context.workload.design, context.region
    inference = design.inference
    model = None if design.model is None else context.catalog.text_model(design.model)
    if design.model is not None and model is None:
        return f"design.model: {design.model} is not a text model on Bedrock; prompting and retrieval need one"
    if inference in _OF_TRAINED_MODELS:
        return (
            f"design.inference: {inference} serves a model that is trained here, but {approach} trains none; pin "
            "on_demand, batch or provisioned_throughput, or an approach that trains"
        )
    if model is not None and not model.scopes(region):
        where = ", ".join(sorted(model.regions)) or "no region of the catalogue"
        return f"design.model: {model.id} can't be called from {region}; it can be called from {where}"
    candidates = context.catalog.text_models if model is None else (model,)
    here = [each for each in candidates if each.scopes(region)]
    if inference == "batch":
        offered = sorted(each.id for each in context.catalog.text_models if each.batch.get(region))
        return _not_offered("has no batch inference", model.id if model else None, offered, region)
    if inference == "provisioned_throughput":
        offers = [
            each.id
            for each in context.catalog.text_models
            if (on_sale := each.provisioned_throughput) and on_sale.base and region in on_sale.regions
            if set(on_sale.terms) & set(terms(signals))
        ]
        what = f"has no provisioned throughput within {signals.commitment_months} months of commitment"
        return _not_offered(what, model.id if model else None, sorted(offers), region)
    tokens = prompt_tokens(approach, context, signals, retrieves=approach == "rag") + signals.traffic.output_tokens
    reasons = Counter(unfit(each, tokens, signals, context) for each in here)
    if reasons and "" not in reasons:
        why = "; ".join(f"{count} of them: it {reason}" for reason, count in reasons.most_common())
        return f"none of the {len(here)} text models that can be called from {region} serves this workload; {why}"
    return (
        f"data.modality: no embedding model for {signals.modality} can be called from {region}; retrieval needs one "
        "(or design.vector_store: kendra, which embeds by itself)"
    )


def _not_offered(what: str, model: str | None, offered: list[str], region: str) -> str:
    if model is None:
        model = "every model that fits"
    return f"design.inference: {model} {what} in {region}; there it is offered for {_named(offered) or 'no model'}"


def _key(context: Context) -> str:
    """Return the pinned key that leaves nothing, the narrowest first."""
    design = context.workload.design
    if design.training and design.training.epochs and design.training.service == "bedrock":
        return "design.training.epochs"
    if design.inference is not None:
        return "design.inference"
    return "design.training.service" if design.training and design.training.service else "design.approach"


def _nothing_to_train(approach: str, context: Context) -> str:
    pinned, region = context.workload.design, context.region
    service = pinned.training.service if pinned.training else None
    by = f" on {service}" if service else ""
    passes = f" in {pinned.training.epochs} epochs" if pinned.training and pinned.training.epochs else ""
    how = f"{approach}{by}{passes}{f' with inference {pinned.inference}' if pinned.inference else ''}"
    if pinned.inference == "provisioned_throughput" and (pinned.model_units or 1) > 1:
        return (
            f"design.model_units: {pinned.model_units} model units of a customized model need a commitment; set "
            "constraints.commitment_months to 1 or 6, or pin one unit"
        )
    if pinned.model is None:
        return f"{_key(context)}: nothing in the catalogue can be used for {how} in {region}"
    method = method_of(approach)
    here = (model for model in context.catalog.text_models if model.can_be_trained(method, region))
    trainable = sorted(model.id for model in here if model.takes_new_customers)
    open_models = sorted(model.id for model in context.catalog.open_weight_models)
    return (
        f"design.model: {pinned.model} can't be used for {how} in {region}; "
        f"Bedrock customizes here: {_named(trainable) or 'no model'}; "
        f"SageMaker trains open weights: {_named(open_models)}"
    )
