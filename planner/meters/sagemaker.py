"""Amazon SageMaker: instance hours by component, and the volumes beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Name, Quantity
from planner.meters.params import number, word
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import HOURS_PER_MONTH
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.meters.parameters import Parameter
    from planner.meters.spec import Rule
    from planner.usage import Params

__all__ = ["METERS"]

_SECONDS_PER_HOUR = 3600
_COMPONENTS = ("training", "hosting", "processing", "batch_transform", "warm_pool", "hyperpod", "notebook")
# A retained warm pool is billed as the training job that it waits for.
_PRICED_AS = {"warm_pool": "training"}
_WITH_VOLUMES = ("training", "hosting", "processing", "notebook")


def _hours(params: Params) -> Decimal:
    if "billable_seconds" in params:
        # Managed Spot is billed as fewer billable seconds at the on-demand rate: they are counted already.
        return number(params, "billable_seconds") / _SECONDS_PER_HOUR
    return number(params, "hours") * (1 - number(params, "spot_saving", 0))


def _instances(component: str) -> Rule:
    item = f"{_PRICED_AS.get(component, component)}.instance_hour"

    def rule(params: Params) -> Iterator[UsageQuantity]:
        yield UsageQuantity(
            f"sagemaker.{component}",
            "instance_hour",
            number(params, "instances", 1) * _hours(params),
            "instance-hour",
            PriceKey("sagemaker", item, word(params, "instance"), IN_REGION),
            "instances × billable hours, by the second",
        )

    return rule


def _saved_once(params: Params) -> str | None:
    if "billable_seconds" in params and params.get("spot_saving"):
        return "spot_saving: billable_seconds have the saving already; leave one of the two out"
    return None


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


def _component(component: str) -> Meter:
    name, rule = f"sagemaker.{component}", _instances(component)
    common: tuple[Parameter, ...] = (Name("instance"), Quantity("instances", 1))
    if component != "training":
        return Meter(name, (*common, Quantity("hours")), ("instance_hour",), rule)
    training = (
        Quantity("hours", optional=True),
        Quantity("billable_seconds", optional=True),
        Quantity("spot_saving", 0, most=Decimal(1)),
    )
    ways = (("hours",), ("billable_seconds",))
    return Meter(name, (*common, *training), ("instance_hour",), rule, ways=ways, check=_saved_once)


METERS = (
    *(_component(component) for component in _COMPONENTS),
    Meter(
        "sagemaker.storage",
        (
            Choice("component", _WITH_VOLUMES),
            Quantity("gb", optional=True),
            Quantity("hours", optional=True),
            Quantity("gb_months", optional=True),
        ),
        ("gb_month",),
        _storage,
        ways=(("gb", "hours"), ("gb_months",)),
    ),
    Meter("sagemaker.ground_truth", (Quantity("objects"),), ("object",), _ground_truth),
)
