"""Hours of a training run and the memory it needs: FLOPs over sustained FLOP/s, bytes a parameter.

A simple estimate: 6 floating-point operations per parameter and token (2 forward, 4 backward; adapters save the weight
gradients but are run with recomputation, which costs as much again), at an assumed share of the hardware's 16-bit peak.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.money import ZERO
from planner.training.tokens import tokens_per_pass

if TYPE_CHECKING:
    from planner.catalog import Instance
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = [
    "hours_on",
    "instances_needed",
    "least_hours",
    "parameters_billion",
    "peak_tflops",
    "training_hours",
    "training_memory_gb",
]

_FLOPS_PER_PARAMETER_AND_TOKEN = 6
# Methods that leave the base weights as they are, and how those are held.
_FROZEN = {"lora": "frozen_16_bit", "qlora": "frozen_4_bit"}
_BILLION = Decimal(10**9)
_TERA = Decimal(10**12)
_SECONDS_PER_HOUR = 3600
_GB_PER_GIB = Decimal(1 << 30) / _BILLION
_HOURS_PER_WEEK = 168
_HOURS_PER_DAY = 24
_MINUTES_PER_HOUR = 60


def parameters_billion(design: Design, context: Context) -> tuple[Decimal, Decimal]:
    """Return the billions of parameters that are active for a token, and those in all."""
    model = context.catalog.open_weight_model(design.model)
    if design.approach == "train_from_scratch" or model is None:
        own = context.assumed.number("scratch_parameters_billion")
        return own, own
    return model.active_params_b, model.params_b


def _bytes_per_parameter(kind: str, context: Context) -> Decimal:
    value = context.catalog.limit(f"training.bytes_per_parameter_{kind}").value
    if value is None:
        message = f"training.bytes_per_parameter_{kind} has no value"
        raise ValueError(message)
    return Decimal(value)


def training_memory_gb(method: str, params_b: Decimal, context: Context) -> Decimal:
    """Return the GB of accelerator memory, over all accelerators, that training a model takes."""
    assumed = context.assumed
    per_parameter = _bytes_per_parameter("full", context)
    if method in _FROZEN:
        adapters = per_parameter * assumed.number("lora_parameter_share")
        per_parameter = _bytes_per_parameter(_FROZEN[method], context) + adapters
    return params_b * per_parameter * assumed.number("training_memory_headroom")


def peak_tflops(instance: Instance, context: Context) -> Decimal:
    """Return the 16-bit peak of all accelerators of an instance, in TFLOP/s; zero where no source states it."""
    accelerator = context.catalog.accelerators.get(instance.accelerator or "")
    if accelerator is None or accelerator.bf16_tflops is None:
        return ZERO
    return accelerator.bf16_tflops * instance.gpus


def _hours_on_one(tokens: Decimal, active_b: Decimal, instance: Instance, context: Context) -> Decimal | None:
    sustained = peak_tflops(instance, context) * context.assumed.number("training_utilization") * _TERA
    if not sustained:
        return None
    flops = _FLOPS_PER_PARAMETER_AND_TOKEN * active_b * _BILLION * tokens
    return flops / sustained / _SECONDS_PER_HOUR


def least_hours(tokens: Decimal, active_b: Decimal, context: Context) -> Decimal:
    """Return the hours of a run on hardware whose 16-bit peak is one TFLOP/s: by so much a faster one divides them."""
    sustained = context.assumed.number("training_utilization") * _TERA
    return _FLOPS_PER_PARAMETER_AND_TOKEN * active_b * _BILLION * tokens / sustained / _SECONDS_PER_HOUR


def hours_on(
    tokens: Decimal, active_b: Decimal, instance: Instance, instances: int, context: Context
) -> Decimal | None:
    """Return the hours of a run over tokens on instances, or None where the hardware's peak is not known."""
    on_one = _hours_on_one(tokens, active_b, instance, context)
    if on_one is None:
        return None
    return on_one / instances + context.assumed.number("training_fixed_hours")


def training_hours(design: Design, context: Context, signals: Signals) -> Decimal | None:
    """Return the wall-clock hours of one training run, start and upload included; None where the peak is not known.

    Raises:
        ValueError: for a design that isn't trained on instances of the catalogue.
    """
    training = design.training
    instance = context.catalog.instances.get(training.instance or "") if training else None
    if training is None or instance is None:
        message = f"{design.model} is not trained on known instances"
        raise ValueError(message)
    active_b, _ = parameters_billion(design, context)
    tokens = tokens_per_pass(design.approach, context, signals) * training.epochs
    hours = hours_on(tokens, active_b, instance, training.instances or 1, context)
    return hours if hours is None or not training.spot else _with_interruptions(hours, context)


def _with_interruptions(hours: Decimal, context: Context) -> Decimal:
    """Return the hours with what spot interruptions cost: each loses half a checkpoint's interval and a new start.

    No rate of interruptions is published, so they count where the workload states one.
    """
    per_day = context.assumed.number_if_known("spot_interruptions_per_day")
    if per_day is None:
        return hours
    lost = context.assumed.number("checkpoint_minutes") / _MINUTES_PER_HOUR / 2 + context.assumed.number(
        "training_fixed_hours"
    )
    return hours + hours / _HOURS_PER_DAY * per_day * lost


def instances_needed(
    approach: str,
    method: str,
    tokens: Decimal,
    active_b: Decimal,
    memory_gb: Decimal,
    instance: Instance,
    context: Context,
) -> int | None:
    """Return how many instances hold the training and finish it in the assumed time, or None where too many would.

    Sharding spreads memory over all accelerators of all instances for full training; adapters stay on one instance.
    """
    assumed = context.assumed
    # Quantized weights can't be sharded: each accelerator holds them all.
    sharing = 1 if method == "qlora" else instance.gpus
    memory = sharing * (instance.gpu_memory_gib or ZERO) * _GB_PER_GIB
    if not memory:
        return None
    for_memory = (memory_gb / memory).to_integral_value(ROUND_CEILING)
    if method in {"lora", "qlora"} and for_memory > 1:
        return None
    on_one = _hours_on_one(tokens, active_b, instance, context)
    if on_one is None:
        return None
    weeks = assumed.number("training_weeks_limit")
    for_time = (on_one / (weeks * _HOURS_PER_WEEK)).to_integral_value(ROUND_CEILING)
    count = max(for_memory, for_time, Decimal(1))
    # Gradients of several instances cross the network: without EFA they would wait for it more than they compute.
    if count > 1 and not instance.efa_interfaces:
        return None
    # A job that one proposes without being asked has a limit; training from scratch is allowed as many as it takes.
    if approach != "train_from_scratch" and count > assumed.number("training_instance_limit"):
        return None
    return int(count)
