"""Amazon Bedrock around the model: guardrails by text units, reranking, structured and managed knowledge bases."""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from planner.meters.parameters import Name, Quantity, Rows, Words
from planner.meters.params import number, rows, word, words
from planner.meters.spec import Meter
from planner.model_id import IN_REGION, base_model_id, scope_of
from planner.money import ZERO
from planner.price_book import PriceKey
from planner.units import THOUSAND
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.usage import Params

__all__ = ["METERS"]

_CHARACTERS_PER_TEXT_UNIT = 1_000
_DOCUMENTS_PER_QUERY = 100
_POLICIES = ("content", "topic", "pii", "word", "grounding", "regex")
# Regular expressions are not metered. Word lists are, at a price of zero.
_UNMETERED_POLICY = "regex"


def _units(count: Decimal, size: Decimal, per_unit: int) -> Decimal:
    """Return so many things of a size in billing units, each of them rounded up on its own."""
    return count * (size / per_unit).to_integral_value(ROUND_CEILING)


def _guardrails(params: Params) -> Iterator[UsageQuantity]:
    # Each text is rounded up to text units on its own, so a prompt and its answer are two texts.
    units = ZERO
    for text in rows(params, "texts"):
        units += _units(text["count"], text["characters"], _CHARACTERS_PER_TEXT_UNIT)
    for policy in words(params, "policies"):
        if policy != _UNMETERED_POLICY:
            yield UsageQuantity(
                "bedrock.guardrails",
                f"{policy}_k",
                units / THOUSAND,
                "1K text units",
                PriceKey("bedrock", f"guardrails.{policy}_k", "text", IN_REGION),
                "texts × 1,000-character units, up per text, for each policy",
            )


def _rerank(params: Params) -> Iterator[UsageQuantity]:
    model = word(params, "model")
    queries = ZERO
    for row in rows(params, "queries"):
        queries += _units(row["count"], row["documents"], _DOCUMENTS_PER_QUERY)
    yield UsageQuantity(
        "bedrock.rerank",
        "query_k",
        queries / THOUSAND,
        "1K queries",
        PriceKey("bedrock", "rerank.query_k", base_model_id(model), scope_of(model)),
        "queries × hundreds of documents, up per query",
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


def _managed(params: Params) -> Iterator[UsageQuantity]:
    agentic = number(params, "agentic_retrievals") / THOUSAND
    for dimension, quantity, unit, rule in (
        ("index_gb_month", number(params, "index_gb_months"), "GB-month", "GB-months of the managed index"),
        ("retrieval_k", number(params, "retrievals") / THOUSAND, "1K retrievals", "retrievals"),
        ("agentic_k", agentic, "1K agentic retrievals", "agentic retrievals"),
        (
            "retrieve_k",
            agentic * number(params, "retrieves_per_agentic", 1),
            "1K retrieves",
            "agentic retrievals × the retrieves beneath each",
        ),
    ):
        key = PriceKey("bedrock", f"kb_managed.{dimension}", "standard", IN_REGION)
        yield UsageQuantity("bedrock.kb_managed", dimension, quantity, unit, key, rule)


METERS = (
    Meter(
        "bedrock.guardrails",
        (Words("policies", _POLICIES), Rows("texts", (Quantity("count"), Quantity("characters")))),
        tuple(f"{policy}_k" for policy in _POLICIES if policy != _UNMETERED_POLICY),
        _guardrails,
    ),
    Meter(
        "bedrock.rerank",
        (Name("model"), Rows("queries", (Quantity("count"), Quantity("documents")))),
        ("query_k",),
        _rerank,
    ),
    Meter("bedrock.kb_structured", (Quantity("queries"),), ("query",), _structured),
    Meter(
        "bedrock.kb_managed",
        (
            Quantity("index_gb_months"),
            Quantity("retrievals"),
            Quantity("agentic_retrievals"),
            Quantity("retrieves_per_agentic", 1),
        ),
        ("index_gb_month", "retrieval_k", "agentic_k", "retrieve_k"),
        _managed,
    ),
)
