"""Amazon Bedrock customization: training, storage of custom models, provisioned throughput, imported models."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import IN_REGION, base_model_id
from planner.price_book import PriceKey
from planner.units import MILLION
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

# An active copy of an imported model is billed in windows of this many minutes.
_MINUTES_PER_WINDOW = 5


def _key(item: str, sku: str) -> PriceKey:
    return PriceKey("bedrock", item, base_model_id(sku), IN_REGION)


def _training(params: Params) -> Iterator[UsageQuantity]:
    meter, model = "bedrock.customization_training", word(params, "model")
    if "tokens" in params:
        tokens = number(params, "tokens") * number(params, "epochs", 1)
        key = _key("customization_training.training_mtok", model)
        yield UsageQuantity(
            meter,
            "training_mtok",
            tokens / MILLION,
            "1M tokens",
            key,
            "tokens × epochs: each epoch reads all data again",
        )
    elif "hours" in params:
        key = _key("customization_training.training_hour", model)
        yield UsageQuantity(meter, "training_hour", number(params, "hours"), "training hour", key, "training hours")
    else:
        images = number(params, "steps") * number(params, "batch_size")
        key = _key("customization_training.training_image", model)
        yield UsageQuantity(meter, "training_image", images, "image", key, "steps × batch size")


def _storage(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "bedrock.custom_model_storage",
        "model_month",
        number(params, "models", 1) * number(params, "months"),
        "model-month",
        _key("custom_model_storage.model_month", "custom_model"),
        "custom models × months",
    )


def _provisioned(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "bedrock.provisioned_throughput",
        "model_unit_hour",
        number(params, "model_units") * number(params, "hours"),
        "model-unit hour",
        _key(f"provisioned_throughput.model_unit_hour_{word(params, 'term')}", word(params, "model")),
        "model units × hours until deleted or to the end of the term; the custom price is the base model's",
    )


def _imported(params: Params) -> Iterator[UsageQuantity]:
    meter = "bedrock.custom_model_import"
    units = number(params, "cmus_per_copy") * number(params, "copies", 1)
    if "windows" in params:
        windows = number(params, "windows")
    else:
        windows = (number(params, "active_minutes") / _MINUTES_PER_WINDOW).to_integral_value(ROUND_CEILING)
    version = word(params, "version", "v1.0")
    yield UsageQuantity(
        meter,
        "cmu_minute",
        units * windows * _MINUTES_PER_WINDOW,
        "CMU-minute",
        _key("custom_model_import.cmu_minute", version),
        "copies × model units × minutes, up to whole windows of five minutes",
    )
    # Storage is charged for the model once, however many copies are active.
    yield UsageQuantity(
        meter,
        "cmu_month",
        number(params, "cmus_per_copy") * number(params, "storage_months", 0),
        "CMU-month",
        _key("custom_model_import.cmu_month", version),
        "model units × months stored",
    )


METERS = {
    "bedrock.customization_training": _training,
    "bedrock.custom_model_storage": _storage,
    "bedrock.provisioned_throughput": _provisioned,
    "bedrock.custom_model_import": _imported,
}
