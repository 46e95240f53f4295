"""Which store and which embedding model retrieval can use: what the data and its place say, before any cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.ladder.base_models import allowed_models
from planner.model_id import IN_REGION, scope_of, with_scope
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.catalog import EmbeddingModel, VectorStore
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["RetrievalChoice", "embedding_models", "retrieval_choices", "stores", "wake_seconds"]


_SECONDS_PER_MINUTE = 60
_OPENSEARCH_SERVERLESS = "opensearch_serverless"
# Stores that need nothing beside them: no cluster to size, no database to run.
_DEFAULT_STORES = ("opensearch_serverless", "s3_vectors")


@dataclass(frozen=True, slots=True)
class RetrievalChoice:
    """A store with an embedding model; neither where the facts sit in tables and are asked by SQL."""

    vector_store: str | None
    embedding_model: str | None
    why_not: str = ""
    opensearch_generation: str | None = None
    misses: str = ""  # a constraint of the workload that a pinned embedding model does not meet

    def onto(self, design: Design) -> Design:
        """Return a design with this choice in it."""
        return design._replace(
            vector_store=self.vector_store,
            embedding_model=self.embedding_model,
            opensearch_generation=self.opensearch_generation,
        )


def wake_seconds(context: Context) -> str:
    """Return how long a nextgen collection takes to wake, in words."""
    return " to ".join(str(seconds) for seconds in context.catalog.vector_stores[_OPENSEARCH_SERVERLESS].wake_seconds)


def _against_generations(context: Context) -> dict[str, str]:
    """Return each generation with what speaks against it where the other is wanted (opensearch_generation)."""
    idle = context.catalog.limit("opensearch_serverless.nextgen_idle_minutes").value
    return {
        "classic": "the classic generation keeps its floor of OCUs running day and night",
        "nextgen": (
            f"the nextgen generation sleeps after {idle} minutes without requests "
            f"and takes {wake_seconds(context)} seconds to wake"
        ),
    }


def _available(model: EmbeddingModel, region: str) -> str | None:
    """Return the id by which an embedding model is called from a region: in it if it can be, else by geography."""
    scopes = model.scopes(region)
    for scope in sorted(scopes, key=lambda scope: (scope != "in_region", scope == "global", scope)):
        return with_scope(model.id, scope)
    return None


def embedding_models(signals: Signals, context: Context) -> Iterator[tuple[str, str]]:
    """Yield embedding models' ids, each with why it isn't chosen or nothing.

    Where the workload allows certain models and an embedding model is among them, it is one of those.

    Raises:
        InputError: for a pinned embedding model that can't be used in the region.
    """
    pinned = context.workload.design.embedding_model
    wanted = signals.modality if signals.modality in {"image", "video", "audio"} else "text"
    allowed = allowed_models(context) & {model.id for model in context.catalog.embedding_models}
    found = False
    for model in context.catalog.embedding_models:
        called = _available(model, context.region)
        if pinned is not None:
            if context.catalog.embedding_model(pinned) is not model:
                continue
            if called is None:
                message = f"design.embedding_model: {pinned} can't be called from {context.region}"
                raise InputError(message)
            found = True
            yield called, ""
            continue
        if called is None or wanted not in model.modalities_in or (allowed and model.id not in allowed):
            continue
        if _leaves_the_region(called, context):
            continue
        found = True
        usable = model.knowledge_base and model.lifecycle == "active"
        yield called, "" if usable else "Bedrock Knowledge Bases do not take this embedding model"
    if not found and pinned is not None:
        known = [model.id for model in context.catalog.embedding_models]
        message = f"design.embedding_model: {pinned}: not an embedding model{did_you_mean(pinned, known)}"
        raise InputError(message)


def _leaves_the_region(called: str, context: Context) -> bool:
    return bool(context.workload.constraints.regions) and scope_of(called) != IN_REGION


def _store_of_existing(context: Context) -> str | None:
    existing = context.workload.data.existing_store
    if existing is None:
        return None
    stores = [store for store in context.catalog.vector_stores.values() if store.existing_store == existing]
    # A cluster of one's own is what exists already; a serverless collection would be another store beside it.
    stores.sort(key=lambda store: store.id in _DEFAULT_STORES)
    return stores[0].id if stores else None


def _why_not(store: VectorStore, signals: Signals, context: Context) -> str:
    knowledge = context.workload.need.knowledge
    if store.lifecycle != "active":
        return f"{store.name} takes no new customers"
    if knowledge is not None and knowledge.relations:
        return "" if store.relations else "it does not follow relations between entities"
    existing = _store_of_existing(context)
    if existing is not None:
        return "" if store.id == existing else f"the data lives in {context.workload.data.existing_store} already"
    if store.relations:
        return "a graph is only called for where answers follow relations"
    if store.id not in _DEFAULT_STORES:
        return f"it pays where the data lives in {store.existing_store or store.name} already"
    per_second = signals.traffic.peak_requests_per_minute / _SECONDS_PER_MINUTE
    if store.id == "s3_vectors" and per_second > context.assumed.number("in_memory_store_above_queries_per_second"):
        return "it suits infrequent queries; this traffic wants a store that holds its vectors in memory"
    if store.id == "s3_vectors" and signals.modality != "text":
        return "search over images, audio or video wants a search engine's own filters and speed"
    return ""


def stores(signals: Signals, context: Context) -> Iterator[tuple[str, str]]:
    """Yield vector stores, each with why it isn't chosen or nothing.

    Raises:
        InputError: for a pinned store that doesn't exist in the region.
    """
    pinned = context.workload.design.vector_store
    for store in context.catalog.vector_stores.values():
        here = not store.regions or context.region in store.regions
        if pinned is not None:
            if store.id == pinned:
                if not here:
                    where = ", ".join(store.regions)
                    message = f"design.vector_store: {pinned} is not offered in {context.region}; it is in {where}"
                    raise InputError(message)
                yield store.id, ""
            continue
        if store.bundles_embedding and signals.modality != "text":
            continue  # what embeds by itself reads text
        if here:
            yield store.id, _why_not(store, signals, context)


def retrieval_choices(signals: Signals, context: Context) -> Iterator[RetrievalChoice]:
    """Yield each store with each embedding model; generated SQL alone where the facts sit in tables."""
    knowledge = context.workload.need.knowledge
    if knowledge is not None and knowledge.structured and context.workload.design.vector_store is None:
        yield RetrievalChoice(None, None)
        return
    embeddings = list(embedding_models(signals, context))
    for store, why_not in stores(signals, context):
        if context.catalog.vector_stores[store].bundles_embedding:
            yield RetrievalChoice(store, None, why_not)
            continue
        for embedding, reason in embeddings:
            misses = "constraints.regions" if _leaves_the_region(embedding, context) else ""
            if store != _OPENSEARCH_SERVERLESS:
                yield RetrievalChoice(store, embedding, why_not or reason, misses=misses)
                continue
            wanted = context.assumed.word("opensearch_generation")
            for generation, other_reason in _against_generations(context).items():
                excluded = "" if generation == wanted else other_reason
                yield RetrievalChoice(store, embedding, why_not or reason or excluded, generation, misses)
