"""The list of meters: a name is registered once, and an unknown one is refused with the nearest spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.meters import (
    api_gateway,
    aurora,
    bedrock_applications,
    bedrock_customization,
    bedrock_inference,
    bedrock_knowledge,
    budgets,
    cloudwatch,
    ebs,
    fsx,
    kendra,
    kms,
    lambda_function,
    neptune,
    opensearch,
    s3,
    s3_vectors,
    sagemaker,
    scheduler,
    secrets_manager,
    step_functions,
    vpc,
)
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.meters.spec import Meter
    from planner.usage import MeterUsage, UsageQuantity

__all__ = ["METERS", "meter_named", "quantities"]


def _register(*groups: Iterable[Meter]) -> dict[str, Meter]:
    meters: dict[str, Meter] = {}
    for group in groups:
        for meter in group:
            if meter.name in meters:
                message = f"meter {meter.name} is registered twice"
                raise ValueError(message)
            meters[meter.name] = meter
    return meters


METERS = _register(
    bedrock_inference.METERS,
    bedrock_customization.METERS,
    bedrock_knowledge.METERS,
    bedrock_applications.METERS,
    sagemaker.METERS,
    opensearch.METERS,
    s3_vectors.METERS,
    aurora.METERS,
    kendra.METERS,
    neptune.METERS,
    s3.METERS,
    lambda_function.METERS,
    step_functions.METERS,
    scheduler.METERS,
    api_gateway.METERS,
    cloudwatch.METERS,
    kms.METERS,
    secrets_manager.METERS,
    vpc.METERS,
    ebs.METERS,
    fsx.METERS,
    budgets.METERS,
)


def meter_named(name: str) -> Meter:
    """Return a meter.

    Raises:
        InputError: for one that is not known, with the nearest names.
    """
    meter = METERS.get(name)
    if meter is None:
        message = f"meter {name!r} is not known{did_you_mean(name, METERS)}"
        raise InputError(message)
    return meter


def quantities(usage: MeterUsage) -> list[UsageQuantity]:
    """Return the quantities that a meter's usage comes to, those of zero left out: they need no price.

    Raises:
        InputError: for a meter that is not known, with the nearest names.
    """
    return [quantity for quantity in meter_named(usage.meter).rule(usage.params) if quantity.quantity]
