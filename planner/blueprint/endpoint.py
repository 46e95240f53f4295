"""A SageMaker endpoint: how many instances the peak takes, by a published throughput scaled to model and accelerator.

Two figures of the hardware matter: a model of twice the parameters takes twice the time for a token, an accelerator of
twice the memory bandwidth half of it. It is a first estimate with a wide band; a load test replaces it.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.part import Items, Part
from planner.units import HOURS_PER_MONTH
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.catalog import Catalog, Instance
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["endpoint_instances", "endpoint_parts"]

_SECONDS_PER_MINUTE = 60
_REFERENCE_ACCELERATOR = "a10g"
_REFERENCE_PARAMS_B = Decimal(7)


def _bandwidth(catalog: Catalog, accelerator: str | None) -> Decimal | None:
    known = catalog.accelerators.get(accelerator or "")
    return known.bandwidth_gb_s if known else None


def endpoint_instances(
    instance: Instance, params_b: Decimal, tokens_per_request: Decimal, context: Context, signals: Signals
) -> int:
    """Return how many instances serve the busiest minute at the assumed share of their throughput; at the least one.

    Raises:
        ValueError: for an instance whose accelerator's memory bandwidth is not known; none such is offered.
    """
    assumed = context.assumed
    reference, mine = (
        _bandwidth(context.catalog, _REFERENCE_ACCELERATOR),
        _bandwidth(context.catalog, instance.accelerator),
    )
    if not reference or not mine:
        message = f"the memory bandwidth of {instance.id} is not known"
        raise ValueError(message)
    throughput = assumed.number("serving_tokens_per_second_7b_a10g") * mine / reference * instance.gpus
    throughput = throughput * _REFERENCE_PARAMS_B / params_b * assumed.number("serving_utilization")
    needed = signals.traffic.peak_requests_per_minute / _SECONDS_PER_MINUTE * tokens_per_request
    return max(1, int((needed / throughput).to_integral_value(ROUND_CEILING)))


def endpoint_parts(design: Design) -> tuple[Part, ...]:
    """Return the endpoint configuration's part with the instances' hours, which run with or without traffic."""
    if design.endpoint_instance is None:
        return (Part("model_inference", design.model, None, "meter", unpriced="no instance holds the model"),)
    variant = (("InstanceType", design.endpoint_instance), ("InitialInstanceCount", design.endpoint_instances or 1))
    return (
        Part(
            "model_inference",
            design.endpoint_instance,
            "EndpointConfig",
            "AWS::SageMaker::EndpointConfig",
            properties=(("ProductionVariants", Items((variant,))),),
            monthly=of(hours=Rate(fixed=HOURS_PER_MONTH)),
        ),
    )
