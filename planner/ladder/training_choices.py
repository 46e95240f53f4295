"""How a model can be trained and served: on Bedrock as the catalogue allows, on SageMaker with open weights."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from planner.design import Design, Training
from planner.errors import InputError
from planner.instances import cheapest_endpoint, cheapest_training
from planner.ladder.base_models import model_units, terms
from planner.ladder.rung import Candidate, Reason
from planner.ladder.sources import WORKLOAD
from planner.model_id import base_model_id, with_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.catalog import OpenWeightModel, TextModel
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["training_candidates", "training_obstacles"]

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
    found_on_bedrock = False
    if service in {None, "bedrock"} and approach != "train_from_scratch":
        for candidate in _on_bedrock(approach, signals, context):
            found_on_bedrock = found_on_bedrock or not candidate.why_not
            yield Candidate(candidate.design, candidate.why_not or (why_sagemaker if service is None else ""))
    if service != "bedrock":
        # Where the least is to be operated, Bedrock goes first: it has no infrastructure to run.
        least = context.workload.constraints.operations == "least" and service is None and not why_sagemaker
        why_not = "Bedrock customizes a model here without infrastructure to run" if least and found_on_bedrock else ""
        proposals = _on_sagemaker(approach, signals, context)
        # What is only shown beside the choice needs one example.
        for candidate in islice(proposals, 1) if why_not else proposals:
            yield Candidate(candidate.design, candidate.why_not or why_not)


def refuse_impossible_training(approach: str, context: Context, found: bool) -> None:  # noqa: FBT001
    """Refuse pinned training choices for which no design exists.

    Raises:
        InputError: naming the pinned model, service and region.
    """
    pinned = context.workload.design
    if found:
        return
    service = pinned.training.service if pinned.training else None
    trainable = sorted(
        model.id for model in context.catalog.text_models if model.can_be_trained(_method_of(approach), context.region)
    )
    open_models = sorted(model.id for model in context.catalog.open_weight_models)
    if pinned.model is None:
        message = (
            f"design: nothing in the catalogue can be used for {approach}{f' on {service}' if service else ''}"
            f"{f' with inference {pinned.inference}' if pinned.inference else ''} in {context.region}"
        )
        raise InputError(message)
    message = (
        f"design.model: {pinned.model} can't be used for {approach}{f' on {service}' if service else ''}"
        f"{f' with inference {pinned.inference}' if pinned.inference else ''} in {context.region}; "
        f"Bedrock customizes here: {', '.join(trainable) or 'no model'}; "
        f"SageMaker trains open weights: {', '.join(open_models[:6])}, …"
    )
    raise InputError(message)


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


def _method_of(approach: str) -> str:
    return "continued_pretraining" if approach == "continued_pretraining" else "fine_tuning"


def _on_bedrock(approach: str, signals: Signals, context: Context) -> Iterator[Candidate]:
    pinned = context.workload.design
    distils = approach == "fine_tuning" and (
        pinned.training.method == "distillation"
        if pinned.training and pinned.training.method
        else signals.smaller_model and pinned.training is None
    )
    for model in context.catalog.text_models:
        if pinned.model is not None and context.catalog.text_model(pinned.model) is not model:
            continue
        allowed = {base_model_id(name) for name in context.workload.constraints.models}
        why_not = "" if pinned.model is not None else _unfit(model, allowed)
        if distils and model.can_be_trained("distillation", context.region):
            yield from _served(approach, model, _distillation(model, context), signals, context, why_not=why_not)
            continue
        method = _method_of(approach)
        way = getattr(model.customization, method) if model.customization else None
        if way is None or context.region not in way.regions or way.billing != "tokens":
            continue
        wants_distillation = distils and pinned.training is not None
        if wants_distillation:
            continue
        epochs = pinned.training.epochs if pinned.training else None
        training = Training("bedrock", None, epochs or way.epochs_default or int(context.assumed.number("training_epochs")))
        if epochs and way.epochs_max and epochs > way.epochs_max:
            message = f"design.training.epochs: {epochs} is more than {model.id} allows; at the most {way.epochs_max}"
            raise InputError(message)
        yield from _served(approach, model, training, signals, context, why_not=why_not)


def _unfit(model: TextModel, allowed: set[str]) -> str:
    if allowed and model.id not in allowed:
        return "not among constraints.models"
    return "" if model.takes_new_customers else f"its lifecycle is {model.lifecycle}: it takes no new customization"


def _distillation(model: TextModel, context: Context) -> Training:
    teachers = model.customization.distillation.teachers if model.customization and model.customization.distillation else ()
    known = (context.catalog.text_model(name) for name in teachers)
    teacher = next((teacher for teacher in known if teacher and teacher.scopes(context.region) and teacher.available_on(context.as_of)), None)
    way = model.customization.fine_tuning if model.customization else None
    epochs = context.workload.design.training.epochs if context.workload.design.training else None
    called = None
    if teacher is not None:
        scopes = sorted(teacher.scopes(context.region), key=lambda scope: (scope != "in_region", scope == "global"))
        called = with_scope(teacher.id, scopes[0])
    default = way.epochs_default if way else None
    return Training("bedrock", "distillation", epochs or default or int(context.assumed.number("training_epochs")), teacher=called)


def _served(
    approach: str, model: TextModel, training: Training, signals: Signals, context: Context, *, why_not: str
) -> Iterator[Candidate]:
    pinned = context.workload.design
    retraining = _retraining(context)
    tokens = signals.traffic.input_tokens + signals.traffic.output_tokens
    guaranteed = bool(context.workload.constraints.guaranteed_capacity) or pinned.model_units is not None
    ways = model.custom_serving(context.region)
    if pinned.inference in {None, "custom_on_demand"} and "custom_on_demand" in ways:
        reason = "capacity must be guaranteed" if guaranteed and pinned.inference is None else ""
        yield Candidate(
            Design(approach, model.id, "custom_on_demand", training=training, retraining_per_year=retraining),
            why_not or reason,
        )
    if pinned.inference in {None, "provisioned_throughput"} and "provisioned_throughput" in ways:
        units = model_units(signals, context, tokens)
        for term in terms(signals):
            # A custom model gets one uncommitted unit; more of them need a commitment.
            too_many = term == "no_commitment" and units > 1
            yield Candidate(
                Design(
                    approach,
                    model.id,
                    "provisioned_throughput",
                    training=training,
                    model_units=units,
                    term=term,
                    retraining_per_year=retraining,
                ),
                why_not or ("more than one model unit of a custom model needs a commitment" if too_many else ""),
            )


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
    allowed = {base_model_id(name) for name in context.workload.constraints.models}
    proposed = 0
    for model in sorted(context.catalog.open_weight_models, key=lambda model: (model.params_b, model.id)):
        if pinned is not None:
            bedrock = context.catalog.text_model(pinned)
            if context.catalog.open_weight_model(pinned) is model or (bedrock and bedrock.weights == model.id):
                yield model, ""
            continue
        names = {model.id, model.bedrock_id}
        if allowed and not names & allowed:
            continue
        if (not allowed and model.params_b < least) or signals.modality not in model.modalities_in:
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
            per_pass = (
                signals.examples.labelled * signals.examples.tokens_per_example
                if approach == "fine_tuning"
                else signals.examples.unlabelled_tokens
            )
            chosen = cheapest_training(approach, method, per_pass * epochs, params, context, use=use)
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
