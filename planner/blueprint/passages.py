"""The corpus cut into passages: how many vectors, of what size, a knowledge base has to hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["Passages", "passages"]

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Passages:
    """The corpus cut into passages: how many vectors, of how many tokens in all, with how many bytes each."""

    vectors: Decimal
    tokens: Decimal  # overlap counted: what is embedded
    text_bytes: Decimal
    metadata_bytes: Decimal
    key_bytes: Decimal


def passages(context: Context, signals: Signals) -> Passages:
    """Return the passages of the corpus: chunks of a size, each repeating a share of the one before."""
    assumed = context.assumed
    chunk, overlap = assumed.number("chunk_tokens"), assumed.number("chunk_overlap")
    fresh = chunk * (_ONE - overlap) if overlap < _ONE else chunk
    vectors = (signals.corpus.tokens / fresh).to_integral_value(ROUND_CEILING)
    # Each document has at the least one passage, however short it is.
    vectors = max(vectors, signals.corpus.count.to_integral_value(ROUND_CEILING))
    return Passages(
        vectors,
        signals.corpus.tokens * chunk / fresh,
        chunk * assumed.number("characters_per_token"),
        assumed.number("passage_metadata_bytes"),
        assumed.number("passage_key_bytes"),
    )
