"""The size of a request: what a prompt carries, and how much of its shared prefix is read from a cache."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.blueprint.requests import RequestShape, prompt_tokens, request_shape
from tests.planner.builders import MadeUpBook, both_of

if TYPE_CHECKING:
    from planner.price_book import PriceBook

SONNET = "us.anthropic.claude-sonnet-5"  # caches prefixes of 1,024 tokens and more, writes have a price
NOVA = "us.amazon.nova-lite-v1:0"  # caches prefixes of 1,000 tokens and more, writes have none
# Of 5 passages of 300 tokens and 3 examples of 900
WORKLOAD: dict[str, Any] = {
    "data": {"labelled": {"tokens_per_example": 900}},
    "traffic": {"input_tokens_per_request": 3000, "output_tokens_per_request": 250},
}


@pytest.mark.parametrize(
    ("approach", "retrieves", "behavior", "tokens"),
    [
        ("prompt_engineering", False, None, 3000),
        # 3,000 + 5 × 300
        ("rag", True, None, 4500),
        # 3,000 + 3 × 900: examples show what a base model gets wrong
        ("prompt_engineering", False, "format", 5700),
        ("rag", True, "tone", 7200),
        # A tuned model needs none.
        ("fine_tuning", False, "format", 3000),
        ("continued_pretraining", False, "narrow_skill", 3000),
    ],
)
def test_a_prompt_carries_passages_and_examples(
    approach: str, retrieves: bool, behavior: str | None, tokens: int
) -> None:
    context, signals = both_of({**WORKLOAD, "need": {"behavior": behavior} if behavior else {}})
    assert prompt_tokens(approach, context, signals, retrieves=retrieves) == tokens


def shape_of(
    model: str, prefix: int | None, *, pattern: str = "steady", tier: str = "on_demand", book: PriceBook | None = None
) -> tuple[object, ...]:
    """Return the tokens of a request of 3,000 tokens: input, read from the cache, written to it."""
    traffic = {**WORKLOAD["traffic"], "pattern": pattern}
    if prefix is not None:
        traffic["shared_prefix_tokens"] = prefix
    context, signals = both_of({"traffic": traffic}, book=book)
    shape = request_shape("prompt_engineering", model, context, signals, retrieves=False, tier=tier)
    assert shape.prompt == 3000
    assert shape.output_tokens == 250
    return shape.input_tokens, shape.cache_read_tokens, shape.cache_write_tokens


@pytest.mark.parametrize(
    ("model", "prefix", "tokens"),
    [
        (SONNET, None, (3000, 0, 0)),
        (SONNET, 0, (3000, 0, 0)),
        # Four of five requests find the prefix, the fifth writes it: 2,000 × 0.8 and 2,000 × 0.2
        (SONNET, 2000, (1000, 1600, 400)),
        (SONNET, 3000, (0, 2400, 600)),
        # A prefix below the least that is cached is not.
        (SONNET, 1023, (3000, 0, 0)),
        (SONNET, 1024, (1976, Decimal("819.2"), Decimal("204.8"))),
        # Where writing has no charge of its own, what is written is ordinary input.
        (NOVA, 2000, (1400, 1600, 0)),
        (NOVA, 999, (3000, 0, 0)),
        (NOVA, 1000, (2200, 800, 0)),
        # Models that cache nothing, and those that Bedrock doesn't serve on demand
        ("us.meta.llama3-3-70b-instruct-v1:0", 2000, (3000, 0, 0)),
        ("meta-llama/Llama-3.1-8B-Instruct", 2000, (3000, 0, 0)),
    ],
)
def test_a_shared_prefix_is_cached_where_the_model_can(
    model: str, prefix: int | None, tokens: tuple[Decimal | int, ...]
) -> None:
    assert shape_of(model, prefix) == tokens


def test_a_bulk_of_requests_is_not_cached() -> None:
    assert shape_of(SONNET, 2000, pattern="bulk") == (3000, 0, 0)
    assert shape_of(SONNET, 2000, pattern="spiky") == (1000, 1600, 400)


@pytest.mark.parametrize(
    ("prices", "tier", "tokens"),
    [
        ({}, "on_demand", (3000, 0, 0)),
        ({"cache_read_mtok": "0.3"}, "on_demand", (1400, 1600, 0)),
        ({"cache_read_mtok": "0.3", "cache_write_mtok": "3.75"}, "on_demand", (1000, 1600, 400)),
        # A price to write alone caches nothing.
        ({"cache_write_mtok": "3.75"}, "on_demand", (3000, 0, 0)),
        # What the ordinary tier caches another tier may not.
        ({"cache_read_mtok": "0.3"}, "custom_on_demand", (3000, 0, 0)),
        ({"cache_read_mtok": "0.3"}, "batch", (3000, 0, 0)),
    ],
)
def test_what_has_no_price_in_the_tier_is_not_cached(
    prices: dict[str, str], tier: str, tokens: tuple[int, ...]
) -> None:
    book = MadeUpBook({f"bedrock.on_demand.{item}": usd for item, usd in prices.items()})
    assert shape_of(SONNET, 2000, tier=tier, book=book) == tokens
    mine = MadeUpBook({f"bedrock.{tier}.{item}": usd for item, usd in prices.items()})
    assert shape_of(SONNET, 2000, tier=tier, book=mine) == (tokens if tier == "on_demand" else (1400, 1600, 0))


def test_a_prompt_is_no_shorter_than_the_prefix_that_is_stated_alone() -> None:
    context, signals = both_of({"traffic": {"shared_prefix_tokens": 2000}})
    assert signals.traffic.input_tokens == 2000
    shape = request_shape("prompt_engineering", SONNET, context, signals, retrieves=False)
    assert shape == RequestShape(Decimal(0), Decimal(250), Decimal(1600), Decimal(400))
    # The default is longer than this one.
    _, signals = both_of({"traffic": {"shared_prefix_tokens": 500}})
    assert signals.traffic.input_tokens == 600
