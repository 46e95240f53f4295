"""The list of meters: a name is registered once, and an unknown one is refused with the nearest spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from planner.errors import InputError
from planner.meters import (
    aurora,
    bedrock_customization,
    bedrock_inference,
    bedrock_knowledge,
    cloudwatch,
    kendra,
    kms,
    neptune,
    opensearch,
    s3,
    s3_vectors,
    sagemaker,
    serverless,
)
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.usage import MeterUsage, Params, UsageQuantity

__all__ = ["METERS", "quantities"]


class Meter(Protocol):
    """A billing rule: parameters of one meter → quantities of its price dimensions."""

    def __call__(self, params: Params, /) -> Iterable[UsageQuantity]: ...


def _register(*groups: Mapping[str, Meter]) -> dict[str, Meter]:
    meters: dict[str, Meter] = {}
    for group in groups:
        for name, meter in group.items():
            if name in meters:
                message = f"meter {name} is registered twice"
                raise ValueError(message)
            meters[name] = meter
    return meters


METERS = _register(
    bedrock_inference.METERS,
    bedrock_customization.METERS,
    bedrock_knowledge.METERS,
    sagemaker.METERS,
    opensearch.METERS,
    s3_vectors.METERS,
    aurora.METERS,
    kendra.METERS,
    neptune.METERS,
    s3.METERS,
    serverless.METERS,
    cloudwatch.METERS,
    kms.METERS,
)


def quantities(usage: MeterUsage) -> list[UsageQuantity]:
    """Return the quantities that a meter's usage comes to, those of zero left out: they need no price.

    Raises:
        InputError: for a meter that is not known, with the nearest names.
    """
    meter = METERS.get(usage.meter)
    if meter is None:
        message = f"meter {usage.meter!r} is not known{did_you_mean(usage.meter, METERS)}"
        raise InputError(message)
    return [quantity for quantity in meter(usage.params) if quantity.quantity]
