"""A SageMaker training: data, instance hours (spot as fewer billable hours), artifacts, the state machine."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.blueprint.common import bucket, log_group, state_machine
from planner.money import ZERO
from planner.part import METER, Part
from planner.training.hours import training_hours
from planner.training.storage import training_volume
from planner.training.tokens import tokens_per_pass
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.context import Context
    from planner.design import Design, Training
    from planner.signals import Signals
    from planner.usage import Entry

__all__ = ["sagemaker_training_parts"]

_ONE = Decimal(1)
_GB = Decimal(1_000_000_000)
_BYTES_PER_PARAMETER_STORED = Decimal(2)


def _job(training: Training, hours: Decimal | None, context: Context) -> Part:
    instance = training.instance or ""
    if hours is None:
        reason = f"how long {instance} trains can't be told: the peak of its accelerator is in no source"
        return Part("training", instance, None, METER, unpriced=reason)
    settings: dict[str, Entry] = {
        "meter": "sagemaker.hyperpod" if training.service == "sagemaker_hyperpod" else "sagemaker.training",
        "instance": instance,
        "instances": Decimal(training.instances or 1),
        "spot_saving": context.assumed.number("spot_saving") if training.spot else ZERO,
    }
    return Part(
        "training",
        instance,
        None,
        METER,
        monthly=of(**settings, hours=Rate(per_retraining=hours)),
        one_time=of(**settings, hours=hours),
    )


def _volume(design: Design, hours: Decimal | None, context: Context) -> tuple[Part, ...]:
    """Return the volumes of the training instances, while they run; a local disk is part of the instance's price."""
    training, volume = design.training, training_volume(design, context)
    if hours is None or training is None or volume is None or volume["local_storage"]:
        return ()
    gb = Decimal(volume["volume_gb"]) * (training.instances or 1)
    settings: dict[str, Entry] = {"meter": "sagemaker.storage", "component": "training", "gb": gb}
    return (
        Part(
            "training_volume",
            "training",
            None,
            METER,
            monthly=of(**settings, hours=Rate(per_retraining=hours)),
            one_time=of(**settings, hours=hours),
        ),
    )


def sagemaker_training_parts(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return the parts of a training job on SageMaker's instances."""
    training, assumed = design.training, context.assumed
    if training is None or training.instance is None or training.instances is None:
        return (Part("training", design.model, None, METER, unpriced="no instance holds the training of this model"),)
    hours = training_hours(design, context, signals)
    runs = Rate(per_retraining=_ONE)
    model = context.catalog.open_weight_model(design.model)
    params_b = model.params_b if model else assumed.number("scratch_parameters_billion")
    artifact_gb = params_b * _BYTES_PER_PARAMETER_STORED
    data_gb = tokens_per_pass(design.approach, context, signals) * assumed.number("characters_per_token") / _GB
    transitions = assumed.number("training_transitions")
    return (
        bucket("training_data", "TrainingData", gb=Rate(fixed=data_gb), puts=runs, once_puts=_ONE),
        bucket("training_output", "TrainingOutput", gb=Rate(fixed=artifact_gb), puts=runs, once_puts=_ONE),
        _job(training, hours, context),
        *_volume(design, hours, context),
        state_machine("training_workflow", "TrainingWorkflow", transitions=runs.times(transitions), once=transitions),
        log_group("TrainingWorkflowLogs", context, executions=runs),
    )
