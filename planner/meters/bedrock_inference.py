"""Amazon Bedrock inference: tokens on demand, in batch, by service tier, of customized models, and embeddings.

A price step for long prompts goes by one request's whole prompt, cached tokens included, never by the sum of requests.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import base_model_id, scope_of
from planner.price_book import PriceKey
from planner.units import MILLION
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

_PER_MILLION_TOKENS = "1M tokens"
# The price list calls the ordinary tier on-demand; the others carry their own names.
_ITEM_OF_TIER = {"standard": "on_demand"}
_WRITE_ITEM_OF_TTL = {"5m": "cache_write_mtok", "1h": "cache_write_1h_mtok"}


@lru_cache(maxsize=4096)
def _key(item: str, model: str) -> PriceKey:
    return PriceKey("bedrock", item, base_model_id(model), scope_of(model))


def _tokens(meter: str, params: Params, item: str) -> Iterator[UsageQuantity]:
    model = word(params, "model")
    requests = number(params, "requests", 1)
    read = number(params, "cache_read_tokens", 0)
    written = number(params, "cache_write_tokens", 0)
    fresh = number(params, "input_tokens")
    prompt = fresh + read + written
    write_item = _WRITE_ITEM_OF_TTL[word(params, "cache_ttl", "5m")]
    for dimension, price_item, tokens in (
        ("input_mtok", "input_mtok", fresh),
        ("output_mtok", "output_mtok", number(params, "output_tokens")),
        ("cache_read_mtok", "cache_read_mtok", read),
        ("cache_write_mtok", write_item, written),
    ):
        if tokens:
            yield UsageQuantity(
                meter,
                dimension,
                requests * tokens / MILLION,
                _PER_MILLION_TOKENS,
                _key(f"{item}.{price_item}", model),
                "requests × tokens / 1,000,000",
                prompt,
            )


def _on_demand(params: Params) -> Iterator[UsageQuantity]:
    tier = word(params, "tier", "standard")
    return _tokens("bedrock.on_demand", params, _ITEM_OF_TIER.get(tier, tier))


def _custom_on_demand(params: Params) -> Iterator[UsageQuantity]:
    return _tokens("bedrock.custom_on_demand", params, "custom_on_demand")


def _embedding(params: Params) -> Iterator[UsageQuantity]:
    model = word(params, "model")
    yield UsageQuantity(
        "bedrock.embedding",
        "input_mtok",
        number(params, "requests", 1) * number(params, "input_tokens") / MILLION,
        _PER_MILLION_TOKENS,
        _key("embedding.input_mtok", model),
        "requests × tokens / 1,000,000",
    )


METERS = {
    "bedrock.on_demand": _on_demand,
    "bedrock.custom_on_demand": _custom_on_demand,
    "bedrock.embedding": _embedding,
}
