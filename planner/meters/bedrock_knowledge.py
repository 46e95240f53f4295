"""Amazon Bedrock around the model: guardrails by text units, structured retrieval by generated queries."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import IN_REGION
from planner.money import ZERO
from planner.price_book import PriceKey
from planner.units import THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

_CHARACTERS_PER_TEXT_UNIT = 1_000
# Regular expressions and word lists are not charged.
_FREE_POLICIES = {"regex", "word"}


def _guardrails(params: Params) -> Iterator[UsageQuantity]:
    texts = params["texts"]
    if not isinstance(texts, tuple):
        message = f"texts must be pairs of count and characters, not {texts!r}"
        raise TypeError(message)
    # Each text is rounded up to text units on its own, so a prompt and its answer are two texts.
    units = sum(
        (
            count * (characters / _CHARACTERS_PER_TEXT_UNIT).to_integral_value(ROUND_CEILING)
            for count, characters in texts
        ),
        ZERO,
    )
    for policy in word(params, "policies").split(","):
        if policy in _FREE_POLICIES:
            continue
        yield UsageQuantity(
            "bedrock.guardrails",
            f"{policy}_k",
            units / THOUSAND,
            "1K text units",
            PriceKey("bedrock", f"guardrails.{policy}_k", "text", IN_REGION),
            "texts × 1,000-character units, up per text, for each policy",
        )


def _structured(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "bedrock.kb_structured",
        "query",
        number(params, "queries"),
        "query",
        PriceKey("bedrock", "kb_structured.query", "standard", IN_REGION),
        "each generated query",
    )


METERS = {"bedrock.guardrails": _guardrails, "bedrock.kb_structured": _structured}
