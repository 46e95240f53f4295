"""Amazon Bedrock customization: training, storage of custom models, provisioned throughput, imported models."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Name, Quantity, Switch
from planner.meters.params import number, word
from planner.meters.spec import Meter
from planner.model_id import IN_REGION, base_model_id, scope_of
from planner.price_book import PriceKey
from planner.units import MILLION
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

# An active copy of an imported model is billed in windows of this many minutes.
_MINUTES_PER_WINDOW = 5
_NO_COMMITMENT = "no_commitment"
_TERMS = (_NO_COMMITMENT, "1_month", "6_months")


def _key(item: str, sku: str) -> PriceKey:
    # Training and provisioned throughput are bought in one region; a profile's id finds no price.
    return PriceKey("bedrock", item, base_model_id(sku), scope_of(sku))


def _training(params: Params) -> Iterator[UsageQuantity]:
    meter, model = "bedrock.customization_training", word(params, "model")
    if "tokens" in params:
        tokens = number(params, "tokens") * number(params, "epochs")
        key = _key("customization_training.training_mtok", model)
        rule = "tokens × epochs: each epoch reads all data again"
        yield UsageQuantity(meter, "training_mtok", tokens / MILLION, "1M tokens", key, rule)
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
        PriceKey("bedrock", "custom_model_storage.model_month", "custom_model", IN_REGION),
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


def _one_uncommitted_unit(params: Params) -> str | None:
    units = number(params, "model_units")
    if params.get("custom") is True and params["term"] == _NO_COMMITMENT and units > 1:
        return (
            f"model_units: {units} units of a custom model need a commitment; without one it gets a single unit: "
            "state term 1_month or 6_months, or one unit for each custom model"
        )
    return None


def _imported(params: Params) -> Iterator[UsageQuantity]:
    meter = "bedrock.custom_model_import"
    per_copy = number(params, "cmus_per_copy")
    if "windows" in params:
        windows = number(params, "windows")
    else:
        windows = (number(params, "active_minutes") / _MINUTES_PER_WINDOW).to_integral_value(ROUND_CEILING)
    version = word(params, "version", "v1.0")
    yield UsageQuantity(
        meter,
        "cmu_minute",
        per_copy * number(params, "copies", 1) * windows * _MINUTES_PER_WINDOW,
        "CMU-minute",
        PriceKey("bedrock", "custom_model_import.cmu_minute", version, IN_REGION),
        "copies × model units × minutes, up to whole windows of five minutes",
    )
    # Storage is charged for the model once, however many copies are active.
    yield UsageQuantity(
        meter,
        "cmu_month",
        per_copy * number(params, "storage_months", 0),
        "CMU-month",
        PriceKey("bedrock", "custom_model_import.cmu_month", version, IN_REGION),
        "model units × months stored",
    )


METERS = (
    Meter(
        "bedrock.customization_training",
        (
            Name("model"),
            Quantity("tokens", optional=True),
            Quantity("epochs", optional=True),
            Quantity("steps", optional=True),
            Quantity("batch_size", optional=True),
            Quantity("hours", optional=True),
        ),
        ("training_mtok", "training_image", "training_hour"),
        _training,
        ways=(("tokens", "epochs"), ("steps", "batch_size"), ("hours",)),
    ),
    Meter("bedrock.custom_model_storage", (Quantity("models", 1), Quantity("months")), ("model_month",), _storage),
    Meter(
        "bedrock.provisioned_throughput",
        (
            Name("model"),
            Choice("term", _TERMS),
            Quantity("model_units", whole=True),
            Quantity("hours"),
            Switch("custom"),
        ),
        ("model_unit_hour",),
        _provisioned,
        check=_one_uncommitted_unit,
    ),
    Meter(
        "bedrock.custom_model_import",
        (
            Quantity("cmus_per_copy"),
            Quantity("copies", 1),
            Quantity("windows", optional=True, whole=True),
            Quantity("active_minutes", optional=True),
            Quantity("storage_months", 0),
            Name("version", "v1.0"),
        ),
        ("cmu_minute", "cmu_month"),
        _imported,
        ways=(("windows",), ("active_minutes",)),
    ),
)
