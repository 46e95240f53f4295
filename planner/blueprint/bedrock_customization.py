"""A Bedrock customization: training data, the job by tokens × epochs, evaluation, storage of the custom model."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.blueprint.common import bucket, log_group, state_machine
from planner.part import METER, Part
from planner.training.tokens import tokens_per_pass
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals
    from planner.usage import Entry

__all__ = ["bedrock_customization_parts"]

_ONE = Decimal(1)
_GB = Decimal(1_000_000_000)
_FUNCTION_MEMORY_MB = 512  # the stack takes it from here


def _training(design: Design, context: Context, signals: Signals) -> list[Part]:
    training = design.training
    if training is None:
        return []
    tokens, epochs = tokens_per_pass(design.approach, context, signals), Decimal(training.epochs)
    settings: dict[str, Entry] = {"meter": "bedrock.customization_training", "model": design.model, "epochs": epochs}
    parts = [
        Part(
            "training",
            design.model,
            None,
            METER,
            monthly=of(**settings, tokens=Rate(per_retraining=tokens)),
            one_time=of(**settings, tokens=tokens),
        )
    ]
    if training.teacher is not None:
        parts.append(_teacher(training.teacher, signals))
    return parts


def _teacher(teacher: str, signals: Signals) -> Part:
    """Return what the teacher's answers cost: each prompt once, on demand, at each training."""
    examples = signals.examples.labelled
    shape: dict[str, Entry] = {
        "meter": "bedrock.on_demand",
        "model": teacher,
        "input_tokens": signals.traffic.input_tokens,
        "output_tokens": signals.traffic.output_tokens,
    }
    return Part(
        "teacher",
        teacher,
        None,
        METER,
        monthly=of(**shape, requests=Rate(per_retraining=examples)),
        one_time=of(**shape, requests=examples),
    )


def _data(context: Context, design: Design, signals: Signals) -> list[Part]:
    characters = context.assumed.number("characters_per_token")
    gb = tokens_per_pass(design.approach, context, signals) * characters / _GB
    return [
        bucket("training_data", "TrainingData", gb=Rate(fixed=gb), puts=Rate(per_retraining=_ONE), once_puts=_ONE),
        bucket("training_output", "TrainingOutput", gb=Rate(fixed=gb), puts=Rate(per_retraining=_ONE)),
    ]


def bedrock_customization_parts(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return the parts of a customization job with its state machines and evaluation."""
    assumed = context.assumed
    runs = Rate(per_retraining=_ONE)
    transitions = assumed.number("customization_transitions")
    storage = Part(
        "custom_model_storage",
        "custom_model",
        None,
        METER,
        monthly=of(meter="bedrock.custom_model_storage", models=_ONE, months=Rate(fixed=_ONE)),
    )
    score = Part(
        "score_evaluation",
        "python",
        "ScoreEvaluation",
        "AWS::Lambda::Function",
        properties=(("MemorySize", _FUNCTION_MEMORY_MB),),
        monthly=of(requests=runs, duration_ms=assumed.number("score_function_ms")),
        one_time=of(requests=_ONE, duration_ms=assumed.number("score_function_ms")),
    )
    return (
        *_data(context, design, signals),
        *_training(design, context, signals),
        *_evaluation(design, context, signals),
        storage,
        state_machine("customization", "Customization", transitions=runs.times(transitions), once=transitions),
        log_group("CustomizationLogs", context, executions=runs),
        state_machine("teardown", "Teardown", transitions=Rate()),
        log_group("TeardownLogs", context, executions=Rate()),
        score,
        log_group("ScoreEvaluationLogs", context, executions=runs),
    )


def _evaluation(design: Design, context: Context, signals: Signals) -> list[Part]:
    """Return what evaluating a trained model costs: tokens of the held-out examples, or the hours of one model unit."""
    if design.inference == "provisioned_throughput":
        hours = context.assumed.number("evaluation_hours")
        usage: dict[str, Entry] = {
            "meter": "bedrock.provisioned_throughput",
            "model": design.model,
            "term": "no_commitment",
            "model_units": _ONE,
        }
        return [
            Part(
                "evaluation",
                "one_model_unit",
                None,
                METER,
                monthly=of(**usage, hours=Rate(per_retraining=hours)),
                one_time=of(**usage, hours=hours),
            )
        ]
    examples = context.assumed.number("evaluation_examples")
    shape: dict[str, Entry] = {
        "meter": "bedrock.custom_on_demand",
        "model": design.model,
        "input_tokens": signals.traffic.input_tokens,
        "output_tokens": signals.traffic.output_tokens,
    }
    return [
        Part(
            "evaluation",
            design.model,
            None,
            METER,
            monthly=of(**shape, requests=Rate(per_retraining=examples)),
            one_time=of(**shape, requests=examples),
        )
    ]
