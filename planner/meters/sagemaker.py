"""Amazon SageMaker: instance hours by component, and the volumes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import HOURS_PER_MONTH
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from planner.usage import Params

__all__ = ["METERS"]

_SECONDS_PER_HOUR = 3600
_COMPONENTS = ("training", "hosting", "processing", "batch_transform", "warm_pool", "hyperpod", "notebook")


def _hours(params: Params) -> Decimal:
    if "billable_seconds" in params:
        # Managed Spot is billed as fewer billable seconds at the on-demand rate: they are counted already.
        return number(params, "billable_seconds") / _SECONDS_PER_HOUR
    return number(params, "hours") * (1 - number(params, "spot_saving", 0))


def _instances(component: str) -> Callable[[Params], Iterator[UsageQuantity]]:
    def meter(params: Params) -> Iterator[UsageQuantity]:
        yield UsageQuantity(
            f"sagemaker.{component}",
            "instance_hour",
            number(params, "instances", 1) * _hours(params),
            "instance-hour",
            PriceKey("sagemaker", f"{component}.instance_hour", word(params, "instance"), IN_REGION),
            "instances × billable hours, by the second",
        )

    return meter


def _storage(params: Params) -> Iterator[UsageQuantity]:
    if "gb_months" in params:
        gb_months = number(params, "gb_months")
    else:
        gb_months = number(params, "gb") * number(params, "hours") / HOURS_PER_MONTH
    yield UsageQuantity(
        "sagemaker.storage",
        "gb_month",
        gb_months,
        "GB-month",
        PriceKey("sagemaker", "storage.gb_month", word(params, "component"), IN_REGION),
        "GB × hours / 730",
    )


def _ground_truth(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "sagemaker.ground_truth",
        "object",
        number(params, "objects"),
        "object",
        PriceKey("sagemaker", "ground_truth.object", "standard", IN_REGION),
        "labelled objects",
    )


METERS = {f"sagemaker.{component}": _instances(component) for component in _COMPONENTS} | {
    "sagemaker.storage": _storage,
    "sagemaker.ground_truth": _ground_truth,
}
