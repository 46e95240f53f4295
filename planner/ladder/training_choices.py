"""How a model can be trained and served: on Bedrock as the catalogue allows, on SageMaker with open weights."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from planner.design import Design, Training
from planner.errors import InputError
from planner.instances import cheapest_endpoint, cheapest_training
from planner.ladder.base_models import allowed_models, missed_by, model_units, terms, unfit
from planner.ladder.rung import Candidate, Reason
from planner.ladder.sources import WORKLOAD
from planner.model_id import IN_REGION, scope_of, with_scope
from planner.training.tokens import tokens_per_pass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.catalog import OpenWeightModel, TextModel
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["method_of", "training_candidates", "training_obstacles"]

_OWN_MODEL = "own-model"
_HYPERPOD = "sagemaker_hyperpod"
_MOST_OPEN_MODELS = 4


def training_obstacles(signals: Signals) -> list[Reason]:
    """Return the rule that forbids training, if there is one."""
    if signals.training_allowed:
        return []
    key = signals.training_forbidden_because or ""
    text = {
        "data.may_enter_weights": "Rules forbid training on this data: it must stay outside the weights.",
        "constraints.training": "Training is not wanted.",
    }[key]
    return [Reason("training_forbidden", text, (key,), WORKLOAD)]


def training_candidates(approach: str, signals: Signals, context: Context) -> Iterator[Candidate]:
    """Yield trained designs, Bedrock's and SageMaker's, those that the workload's own rules exclude with the reason.

    Raises:
        InputError: for pinned choices that can't be trained that way.
    """
    pinned = context.workload.design
    service = pinned.training.service if pinned.training else None
    why_sagemaker = _why_sagemaker(approach, context)
    found_on_bedrock = found = False
    missing: list[Candidate] = []
    if service in {None, "bedrock"} and approach != "train_from_scratch":
        for candidate in _on_bedrock(approach, signals, context):
            if candidate.misses:
                missing.append(candidate)
                continue
            found = True
            found_on_bedrock = found_on_bedrock or not candidate.why_not
            yield Candidate(candidate.design, candidate.why_not or (why_sagemaker if service is None else ""))
    if service != "bedrock":
        # Where the least is to be operated, Bedrock goes first: it has no infrastructure to run.
        least = context.workload.constraints.operations == "least" and service is None and not why_sagemaker
        why_not = "Bedrock customizes a model here without infrastructure to run" if least and found_on_bedrock else ""
        proposals = _on_sagemaker(approach, signals, context)
        # What is only shown beside the choice needs one example.
        for candidate in islice(proposals, 1) if why_not else proposals:
            found = True
            yield Candidate(candidate.design, candidate.why_not or why_not)
    if not found:
        yield from missing


def _why_sagemaker(approach: str, context: Context) -> str:
    constraints = context.workload.constraints
    if approach == "train_from_scratch":
        return "Bedrock trains no model from scratch"
    if constraints.operations == "own_account":
        return "training and serving must run in the own account (constraints.operations)"
    if constraints.training == "full_control":
        return "full control of code and cluster is asked for (constraints.training)"
    if constraints.open_weights:
        return "the weights must be open and one's own (constraints.open_weights)"
    return ""


def method_of(approach: str) -> str:
    """Return the catalogue's name of the way in which Bedrock trains for a rung."""
    return "continued_pretraining" if approach == "continued_pretraining" else "fine_tuning"


def _on_bedrock(approach: str, signals: Signals, context: Context) -> Iterator[Candidate]:
    pinned = context.workload.design
    distils = approach == "fine_tuning" and (
        pinned.training.method == "distillation"
        if pinned.training and pinned.training.method
        else signals.smaller_model and pinned.training is None
    )
    allowed = allowed_models(context)
    tokens = signals.traffic.input_tokens + signals.traffic.output_tokens
    for model in context.catalog.text_models:
        if model.customization is None:
            continue
        if pinned.model is not None and context.catalog.text_model(pinned.model) is not model:
            continue
        if pinned.model is None and (not model.takes_new_customers or unfit(model, tokens, signals, context)):
            continue
        missed = missed_by(model, allowed, context)
        teacher = _teacher(model, context) if distils else None
        if teacher is not None:
            leaves = context.workload.constraints.regions and scope_of(teacher) != IN_REGION
            missed = missed or ("constraints.regions" if leaves else "")
            training = _distillation(model, teacher, context)
            yield from _served(approach, model, training, signals, context, missed=missed)
            continue
        method = method_of(approach)
        way = getattr(model.customization, method)
        if way is None or context.region not in way.regions or way.billing != "tokens":
            continue
        wants_distillation = distils and pinned.training is not None
        if wants_distillation:
            continue
        epochs = pinned.training.epochs if pinned.training else None
        training = Training(
            "bedrock", None, epochs or way.epochs_default or int(context.assumed.number("training_epochs"))
        )
        if epochs and way.epochs_max and epochs > way.epochs_max:
            if pinned.model is None or pinned.approach not in {None, approach}:
                continue
            message = f"design.training.epochs: {epochs} is more than {model.id} allows; at the most {way.epochs_max}"
            raise InputError(message)
        yield from _served(approach, model, training, signals, context, missed=missed)


def _teacher(model: TextModel, context: Context) -> str | None:
    """Return the first teacher of a student that can be called from the region, as it is called there."""
    way = model.customization.distillation if model.customization else None
    if way is None or context.region not in way.regions:
        return None
    for name in way.teachers:
        teacher = context.catalog.text_model(name)
        if teacher is None or not teacher.available_on(context.as_of):
            continue
        for scope in sorted(teacher.scopes(context.region), key=lambda scope: (scope != IN_REGION, scope == "global")):
            return with_scope(teacher.id, scope)
    return None


def _distillation(model: TextModel, teacher: str, context: Context) -> Training:
    way = model.customization.fine_tuning if model.customization else None
    pinned = context.workload.design.training
    default = (way.epochs_default if way else None) or int(context.assumed.number("training_epochs"))
    return Training("bedrock", "distillation", (pinned.epochs if pinned else None) or default, teacher=teacher)


def _served(
    approach: str, model: TextModel, training: Training, signals: Signals, context: Context, *, missed: str
) -> Iterator[Candidate]:
    pinned = context.workload.design
    retraining = _retraining(context)
    tokens = signals.traffic.input_tokens + signals.traffic.output_tokens
    guaranteed = bool(context.workload.constraints.guaranteed_capacity) or pinned.model_units is not None
    ways = model.custom_serving(context.region)
    if pinned.inference in {None, "custom_on_demand"} and "custom_on_demand" in ways:
        reason = "capacity must be guaranteed" if guaranteed and pinned.inference is None else ""
        design = Design(approach, model.id, "custom_on_demand", training=training, retraining_per_year=retraining)
        yield Candidate(design, reason, missed)
    if pinned.inference in {None, "provisioned_throughput"} and "provisioned_throughput" in ways:
        units = model_units(signals, context, tokens)
        for term in terms(signals):
            # A custom model gets one uncommitted unit; more of them need a commitment.
            if term == "no_commitment" and units > 1:
                continue
            design = Design(
                approach,
                model.id,
                "provisioned_throughput",
                training=training,
                model_units=units,
                term=term,
                retraining_per_year=retraining,
            )
            yield Candidate(design, "", missed)


def _retraining(context: Context) -> Decimal:
    pinned = context.workload.design.retraining_per_year
    return context.assumed.number("retraining_per_year") if pinned is None else pinned


def _methods(approach: str, context: Context) -> tuple[str, ...]:
    pinned = context.workload.design.training
    if approach == "train_from_scratch":
        return ("from_scratch",)
    if approach == "continued_pretraining":
        return ("continued_pretraining",)
    if pinned is not None and pinned.method is not None:
        return (pinned.method,)
    return ("full_ft",) if context.workload.constraints.training == "full_control" else ("lora", "qlora")


def _open_models(approach: str, signals: Signals, context: Context) -> Iterator[tuple[OpenWeightModel | None, str]]:
    pinned = context.workload.design.model
    if approach == "train_from_scratch":
        if pinned is None or context.catalog.model(pinned) is None:
            yield None, ""
        return
    least = context.assumed.number("open_model_least_billion")
    allowed = allowed_models(context)
    tokens = signals.traffic.input_tokens + signals.traffic.output_tokens
    proposed = 0
    for model in sorted(context.catalog.open_weight_models, key=lambda model: (model.params_b, model.id)):
        if pinned is not None:
            bedrock = context.catalog.text_model(pinned)
            if context.catalog.open_weight_model(pinned) is model or (bedrock and bedrock.weights == model.id):
                yield model, ""
            continue
        if allowed and not allowed & {model.id, model.bedrock_id}:
            continue
        if (not allowed and model.params_b < least) or unfit(model, tokens, signals, context):
            continue
        # Hours of training and of serving rise with the parameters: the smallest few hold the cheapest.
        proposed += 1
        if proposed > _MOST_OPEN_MODELS:
            return
        yield model, ""


def _on_sagemaker(approach: str, signals: Signals, context: Context) -> Iterator[Candidate]:
    pinned = context.workload.design
    service = (pinned.training.service if pinned.training else None) or "sagemaker"
    spot_pinned = pinned.training.spot if pinned.training else None
    spot = context.assumed.flag("spot") if spot_pinned is None else spot_pinned
    use = "hyperpod" if service == _HYPERPOD else "training"
    if pinned.inference not in {None, "sagemaker_endpoint", "custom_model_import"}:
        return
    for model, why_not in _open_models(approach, signals, context):
        if model is None:
            own = context.assumed.number("scratch_parameters_billion")
            name, params = pinned.model or _OWN_MODEL, (own, own)
        else:
            name, params = model.id, (model.active_params_b, model.params_b)
        found: set[tuple[str, int]] = set()
        for method in _methods(approach, context):
            epochs = (pinned.training.epochs if pinned.training else None) or _epochs(approach, context)
            tokens = tokens_per_pass(approach, context, signals) * epochs
            chosen = cheapest_training(approach, method, tokens, params, context, use=use)
            if chosen is None or chosen in found:
                continue  # adapters on quantized weights only pay where they fit something cheaper
            found.add(chosen)
            # HyperPod's cluster has no managed spot.
            training = Training(service, method, epochs, chosen[0], chosen[1], spot=spot and service != _HYPERPOD)
            yield from _hosted(approach, name, params, training, signals, context, why_not=why_not)


def _epochs(approach: str, context: Context) -> int:
    return int(context.assumed.number("training_epochs")) if approach == "fine_tuning" else 1


def _hosted(
    approach: str,
    name: str,
    params: tuple[Decimal, Decimal],
    training: Training,
    signals: Signals,
    context: Context,
    *,
    why_not: str,
) -> Iterator[Candidate]:
    pinned = context.workload.design.inference
    retraining = _retraining(context)
    if pinned in {None, "sagemaker_endpoint"}:
        endpoint = cheapest_endpoint(approach, params, context, signals)
        yield Candidate(
            Design(
                approach,
                name,
                "sagemaker_endpoint",
                training=training,
                endpoint_instance=endpoint[0] if endpoint else None,
                endpoint_instances=endpoint[1] if endpoint else None,
                retraining_per_year=retraining,
            ),
            why_not,
        )
    model = context.catalog.open_weight_model(name)
    # Nothing published says what a copy of an imported model serves, so it is priced where it is asked for.
    if pinned == "custom_model_import" and model is not None and model.custom_model_import is not None:
        yield Candidate(
            Design(approach, name, "custom_model_import", training=training, retraining_per_year=retraining), why_not
        )
