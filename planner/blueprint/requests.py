"""The size of one request: what is written into the prompt, what of it is cached, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.model_id import base_model_id, scope_of
from planner.money import ZERO
from planner.price_book import PriceKey, PriceNotFound

if TYPE_CHECKING:
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["RequestShape", "prompt_tokens", "request_shape"]

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class RequestShape:
    """Tokens of one request on average: fresh input, input read from and written to the cache, output."""

    input_tokens: Decimal
    output_tokens: Decimal
    cache_read_tokens: Decimal = ZERO
    cache_write_tokens: Decimal = ZERO

    @property
    def prompt(self) -> Decimal:
        """All tokens of the prompt, cached ones included: what long-context price steps go by."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens


def prompt_tokens(approach: str, context: Context, signals: Signals, *, retrieves: bool) -> Decimal:
    """Return a prompt's tokens: the stated ones, passages where it retrieves, examples where a prompt must show."""
    tokens = signals.traffic.input_tokens
    if retrieves:
        tokens += context.assumed.number("retrieved_passages") * context.assumed.number("chunk_tokens")
    if signals.behavior is not None and approach in {"prompt_engineering", "rag"}:
        tokens += context.assumed.number("few_shot_examples") * signals.examples.tokens_per_example
    return tokens


def _is_priced(context: Context, model: str, item: str) -> bool:
    key = PriceKey("bedrock", item, base_model_id(model), scope_of(model))
    return not isinstance(context.book.price(key, region=context.region, as_of=context.as_of), PriceNotFound)


def request_shape(
    approach: str, model: str, context: Context, signals: Signals, *, retrieves: bool, tier: str = "on_demand"
) -> RequestShape:
    """Return the shape of a request, its shared prefix cached where the model can and where that has a price.

    The price is the tier's that serves the request: `on_demand`, `batch` or `custom_on_demand`. A model whose cache can
    be read but has no charge for writing (Amazon Nova) is written to at the input rate.
    """
    tokens = prompt_tokens(approach, context, signals, retrieves=retrieves)
    output, prefix = signals.traffic.output_tokens, signals.traffic.shared_prefix_tokens
    known = context.catalog.text_model(model)
    if not prefix or known is None or not known.prompt_caching or signals.traffic.pattern == "bulk":
        return RequestShape(tokens, output)
    if prefix < (known.prompt_caching_min_tokens or 0) or not _is_priced(context, model, f"{tier}.cache_read_mtok"):
        return RequestShape(tokens, output)
    hits = context.assumed.number("prompt_cache_hit_share")
    read, written = prefix * hits, prefix * (_ONE - hits)
    if not _is_priced(context, model, f"{tier}.cache_write_mtok"):
        return RequestShape(tokens - read, output, read)
    return RequestShape(tokens - prefix, output, read, written)
