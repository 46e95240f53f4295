"""Amazon Bedrock inference: tokens on demand, in batch, by service tier, of customized models; embeddings; images.

A price step for long prompts goes by one request's whole prompt, cached tokens included, never by the sum of requests.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Name, Quantity
from planner.meters.params import number, word
from planner.meters.spec import Meter
from planner.model_id import base_model_id, scope_of
from planner.price_book import PriceKey
from planner.units import MILLION
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

_PER_MILLION_TOKENS = "1M tokens"
_TOKENS_RULE = "requests × tokens / 1,000,000"
_TIERS = ("standard", "batch", "flex", "priority")
# The price list calls the ordinary tier on-demand; the others carry their own names.
_ITEM_OF_TIER = {"standard": "on_demand"}
_WRITE_ITEM_OF_TTL = {"5m": "cache_write_mtok", "1h": "cache_write_1h_mtok"}
_DIMENSIONS = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok")


@lru_cache(maxsize=4096)
def _keys(item: str, model: str, ttl: str) -> tuple[PriceKey, ...]:
    """Return the keys of fresh input, output, cache reads and cache writes."""
    sku, scope = base_model_id(model), scope_of(model)
    items = ("input_mtok", "output_mtok", "cache_read_mtok", _WRITE_ITEM_OF_TTL[ttl])
    return tuple(PriceKey("bedrock", f"{item}.{name}", sku, scope) for name in items)


def _tokens(meter: str, params: Params, item: str) -> Iterator[UsageQuantity]:
    requests = number(params, "requests", 1)
    read = number(params, "cache_read_tokens", 0)
    written = number(params, "cache_write_tokens", 0)
    fresh = number(params, "input_tokens")
    prompt = fresh + read + written
    keys = _keys(item, word(params, "model"), word(params, "cache_ttl", "5m"))
    counts = (fresh, number(params, "output_tokens"), read, written)
    for dimension, key, tokens in zip(_DIMENSIONS, keys, counts, strict=True):
        if tokens:
            quantity = requests * tokens / MILLION
            yield UsageQuantity(meter, dimension, quantity, _PER_MILLION_TOKENS, key, _TOKENS_RULE, prompt)


def _on_demand(params: Params) -> Iterator[UsageQuantity]:
    tier = word(params, "tier", "standard")
    return _tokens("bedrock.on_demand", params, _ITEM_OF_TIER.get(tier, tier))


def _custom_on_demand(params: Params) -> Iterator[UsageQuantity]:
    tier = word(params, "tier", "standard")
    # No price list has another tier for a customized model: such usage has no price, and is said to.
    item = "custom_on_demand" if tier == "standard" else f"custom_{tier}"
    return _tokens("bedrock.custom_on_demand", params, item)


def _embedding(params: Params) -> Iterator[UsageQuantity]:
    model = word(params, "model")
    yield UsageQuantity(
        "bedrock.embedding",
        "input_mtok",
        number(params, "requests", 1) * number(params, "input_tokens") / MILLION,
        _PER_MILLION_TOKENS,
        PriceKey("bedrock", "embedding.input_mtok", base_model_id(model), scope_of(model)),
        _TOKENS_RULE,
    )


def _images(params: Params) -> Iterator[UsageQuantity]:
    model = word(params, "model")
    # A price that differs by size or quality has them in its SKU.
    sku = "/".join([base_model_id(model), *(word(params, name) for name in ("size", "quality") if name in params)])
    yield UsageQuantity(
        "bedrock.image_generation",
        "image",
        number(params, "images"),
        "image",
        PriceKey("bedrock", "image_generation.image", sku, scope_of(model)),
        "images",
    )


_TOKEN_PARAMETERS = (
    Name("model"),
    Choice("tier", _TIERS, "standard"),
    Quantity("requests", 1),
    Quantity("input_tokens"),
    Quantity("output_tokens"),
    Quantity("cache_read_tokens", 0),
    Quantity("cache_write_tokens", 0),
    Choice("cache_ttl", tuple(_WRITE_ITEM_OF_TTL), "5m"),
)

METERS = (
    Meter("bedrock.on_demand", _TOKEN_PARAMETERS, _DIMENSIONS, _on_demand),
    Meter("bedrock.custom_on_demand", _TOKEN_PARAMETERS, _DIMENSIONS, _custom_on_demand),
    Meter(
        "bedrock.embedding",
        (Name("model"), Quantity("requests", 1), Quantity("input_tokens")),
        ("input_mtok",),
        _embedding,
    ),
    Meter(
        "bedrock.image_generation",
        (Name("model"), Quantity("images"), Name("size", optional=True), Name("quality", optional=True)),
        ("image",),
        _images,
    ),
)
