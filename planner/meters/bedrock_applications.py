"""Amazon Bedrock's tools beside models: flows, data automation, evaluation by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Quantity
from planner.meters.params import number, word
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.money import ZERO
from planner.price_book import PriceKey
from planner.units import THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

# So many fields of a custom blueprint are in the unit's price; each above costs extra, for each unit.
_FIELDS_INCLUDED = 30
_UNIT_OF_KIND = {"document": "page", "image": "image", "audio": "minute", "video": "minute"}


def _flows(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "bedrock.flows",
        "transition_k",
        number(params, "transitions") / THOUSAND,
        "1K transitions",
        PriceKey("bedrock", "flows.transition_k", "standard", IN_REGION),
        "node transitions",
    )


def _data_automation(params: Params) -> Iterator[UsageQuantity]:
    meter, kind, units = "bedrock.data_automation", word(params, "kind"), number(params, "units")
    yield UsageQuantity(
        meter,
        "unit",
        units,
        _UNIT_OF_KIND[kind],
        PriceKey("bedrock", "data_automation.unit", f"{kind}_{word(params, 'mode')}", IN_REGION),
        "pages, images or minutes",
    )
    extra = max(number(params, "fields", _FIELDS_INCLUDED) - _FIELDS_INCLUDED, ZERO)
    yield UsageQuantity(
        meter,
        "extra_field",
        units * extra,
        "field",
        PriceKey("bedrock", "data_automation.extra_field", "standard", IN_REGION),
        "units × fields above 30",
    )


def _evaluation(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "bedrock.evaluation_human",
        "task",
        number(params, "tasks"),
        "task",
        PriceKey("bedrock", "evaluation_human.task", "standard", IN_REGION),
        "human tasks; the models' inference is on its own meter",
    )


METERS = (
    Meter("bedrock.flows", (Quantity("transitions"),), ("transition_k",), _flows),
    Meter(
        "bedrock.data_automation",
        (
            Choice("kind", tuple(_UNIT_OF_KIND)),
            Choice("mode", ("standard", "custom", "parser")),
            Quantity("units"),
            Quantity("fields", _FIELDS_INCLUDED, whole=True),
        ),
        ("unit", "extra_field"),
        _data_automation,
    ),
    Meter("bedrock.evaluation_human", (Quantity("tasks"),), ("task",), _evaluation),
)
