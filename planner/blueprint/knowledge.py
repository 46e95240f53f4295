"""A knowledge base: documents, vectors in a store, embeddings of documents and questions, ingestion on a schedule."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.blueprint.common import bucket
from planner.blueprint.passages import passages
from planner.blueprint.stores import store_parts
from planner.money import ZERO
from planner.part import Part
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.blueprint.passages import Passages
    from planner.catalog import EmbeddingModel
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["knowledge_parts"]

_ONE = Decimal(1)


def _embedding(design: Design, cut: Passages, signals: Signals) -> Part:
    # Documents are embedded once and again as they change; each question is embedded when it is asked.
    per_month = Rate(per_refresh=cut.tokens, per_request=signals.traffic.input_tokens)
    model = design.embedding_model or ""
    return Part(
        "embeddings",
        model,
        "KnowledgeBase",
        "AWS::Bedrock::KnowledgeBase",
        monthly=of(model=model, input_tokens=per_month),
        one_time=of(model=model, input_tokens=cut.tokens),
    )


def _ingestion_schedule(context: Context, signals: Signals) -> tuple[Part, ...]:
    if signals.corpus.changes == "static":
        return ()
    runs = Rate(fixed=context.assumed.number(f"ingestions_per_month_{signals.corpus.changes}"))
    return (
        Part(
            "ingestion",
            signals.corpus.changes,
            "IngestionSchedule",
            "AWS::Scheduler::Schedule",
            monthly=of(invocations=runs),
        ),
    )


def _documents(signals: Signals) -> Part:
    count = signals.corpus.count
    changed = Rate(per_refresh=count)
    return bucket(
        "documents", "Documents", gb=Rate(fixed=signals.corpus.gb), puts=changed, gets=changed, once_puts=count or _ONE
    )


def _structured_parts() -> tuple[Part, ...]:
    return (
        Part(
            "structured_retrieval",
            "sql",
            None,
            "AWS::Bedrock::KnowledgeBase",
            monthly=of(queries=Rate(per_request=_ONE)),
        ),
        Part(
            "query_engine",
            "redshift",
            None,
            "AWS::RedshiftServerless::Workgroup",
            unpriced="the query engine behind structured retrieval has no price in the book",
        ),
    )


def knowledge_parts(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return the parts of a knowledge base on the design's vector store; of generated SQL where there is none."""
    if design.vector_store is None:
        return _structured_parts()
    known = context.catalog.vector_stores.get(design.vector_store)
    cut = passages(context, signals)
    parts: list[Part] = [_documents(signals)]
    if known is None or not known.bundles_embedding:
        parts.append(_embedding(design, cut, signals))
        model: EmbeddingModel | None = context.catalog.embedding_model(design.embedding_model or "")
        dimensions = Decimal(model.dimensions[0]) if model else ZERO
    else:
        dimensions = ZERO
    parts += store_parts(design, cut, dimensions, context, signals)
    parts += _ingestion_schedule(context, signals)
    return tuple(parts)
