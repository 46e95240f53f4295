"""AWS::SageMaker::EndpointConfig: instances that run until the endpoint is deleted.

The configuration says which instances and how many, so the hours of the endpoint that uses it are counted here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params, Value

__all__ = ["sagemaker_endpoint_config"]


def sagemaker_endpoint_config(properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield instance hours of each variant, and of what scaling adds."""
    variants = properties["ProductionVariants"]
    if not isinstance(variants, list | tuple):
        message = f"ProductionVariants is a list in CloudFormation, not {variants!r}"
        raise TypeError(message)
    for variant in variants:
        instance = str(variant["InstanceType"])
        count = Decimal(str(variant["InitialInstanceCount"]))
        hours: dict[str, Value] = {"instance": instance, "instances": count, "hours": usage["hours"]}
        yield MeterUsage("sagemaker.hosting", hours)
        if "added_instance_hours" in usage:
            yield MeterUsage("sagemaker.hosting", {"instance": instance, "hours": usage["added_instance_hours"]})
