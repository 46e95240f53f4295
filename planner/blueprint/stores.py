"""Vector stores: what each needs to hold the passages and answer the questions.

Vectors in memory follow the HNSW formula, 1.1 × (4 × dimensions + 8 × m) bytes each, once more per replica.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.part import Part
from planner.units import BYTES_PER_GIB, BYTES_PER_KIB, HOURS_PER_MONTH
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.blueprint.passages import Passages
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals
    from planner.usage import Entry

__all__ = ["hnsw_bytes", "ocus", "store_parts"]

_ONE = Decimal(1)
_TWO = Decimal(2)
_BYTES_PER_FLOAT32 = 4
_BYTES_PER_LINK = 8
_GRAPH_FACTOR = Decimal("1.1")  # the formula's own constant
_GB = Decimal(1_000_000_000)
_FULL_MONTH = Rate(fixed=HOURS_PER_MONTH)


def hnsw_bytes(vectors: Decimal, dimensions: Decimal, m: Decimal) -> Decimal:
    """Return the bytes of memory that an HNSW graph over float vectors takes, one copy of it."""
    return vectors * _GRAPH_FACTOR * (_BYTES_PER_FLOAT32 * dimensions + _BYTES_PER_LINK * m)


def ocus(memory_bytes: Decimal, *, ocu_memory_gib: Decimal, usable_share: Decimal, least: Decimal) -> Decimal:
    """Return OCUs for one copy of the graph: halves up to one, whole ones above, at the least the floor."""
    needed = memory_bytes / BYTES_PER_GIB / (ocu_memory_gib * usable_share)
    if needed <= _ONE:
        return max((needed * 2).to_integral_value(ROUND_CEILING) / 2, least)
    return max(needed.to_integral_value(ROUND_CEILING), least)


def _stored_gb(cut: Passages, dimensions: Decimal) -> Decimal:
    each = _BYTES_PER_FLOAT32 * dimensions + cut.text_bytes + cut.metadata_bytes + cut.key_bytes
    return cut.vectors * each / _GB


def _limit(context: Context, name: str) -> Decimal:
    value = context.catalog.limit(name).value
    if value is None:
        message = f"limit {name} has no value"
        raise ValueError(message)
    return Decimal(value)


def _opensearch_serverless(
    cut: Passages, dimensions: Decimal, context: Context, signals: Signals, *, generation: str
) -> list[Part]:
    assumed = context.assumed
    redundancy = assumed.flag("redundancy")
    # The floor is shared evenly by indexing and search.
    floor = _limit(context, "opensearch_serverless.classic_floor_ocus_without_redundancy") / _TWO
    one_copy = ocus(
        hnsw_bytes(cut.vectors, dimensions, assumed.number("hnsw_m")),
        ocu_memory_gib=_limit(context, "opensearch_serverless.ocu_memory_gib"),
        usable_share=assumed.number("ocu_usable_share"),
        least=floor,
    )
    indexing = floor
    hours = _FULL_MONTH
    if generation == "nextgen":
        # It sleeps without traffic; awake it starts at its own number of OCUs and needs no standby.
        awake = assumed.number(f"awake_share_{signals.traffic.pattern}") * HOURS_PER_MONTH
        requests = signals.traffic.requests_per_month
        hours = Rate(per_request=awake / requests) if requests else Rate()
        indexing = _ONE
        one_copy = max(one_copy, _limit(context, "opensearch_serverless.nextgen_wake_ocus") - indexing)
    elif redundancy:
        indexing, one_copy = indexing * _TWO, one_copy * _TWO
    gb = _stored_gb(cut, dimensions)
    return [
        Part(
            "vector_store",
            f"opensearch_serverless_{generation}",
            "VectorStore/Collection",
            "AWS::OpenSearchServerless::Collection",
            monthly=of(
                generation=generation,
                indexing_ocus=indexing,
                search_ocus=one_copy,
                hours=hours,
                storage_gb_months=Rate(fixed=gb),
            ),
        )
    ]


def _s3_vectors(cut: Passages, dimensions: Decimal, context: Context, _signals: Signals) -> list[Part]:
    shape: dict[str, Entry] = {
        "vectors": cut.vectors,
        "key_kb": cut.key_bytes / BYTES_PER_KIB,
        "filterable_kb": cut.metadata_bytes / BYTES_PER_KIB,
        "nonfilterable_kb": cut.text_bytes / BYTES_PER_KIB,
        "top_k": context.assumed.number("retrieved_passages"),
    }
    return [
        Part(
            "vector_store",
            "s3_vectors",
            "VectorStore/Index",
            "AWS::S3Vectors::Index",
            properties=(("Dimension", int(dimensions)),),
            monthly=of(
                **shape,
                months=Rate(fixed=_ONE),
                queries=Rate(per_request=_ONE),
                overwritten_fraction=Rate(per_refresh=_ONE),
            ),
            # The first load writes all vectors and is no month of storage.
            one_time=of(**shape, months=Decimal(0), queries=Decimal(0), overwritten_fraction=_ONE),
        )
    ]


def _opensearch_domain(cut: Passages, dimensions: Decimal, context: Context, _signals: Signals) -> list[Part]:
    assumed = context.assumed
    copies = _TWO if assumed.flag("redundancy") else _ONE
    memory_gib = hnsw_bytes(cut.vectors, dimensions, assumed.number("hnsw_m")) * copies / BYTES_PER_GIB
    # Graphs live outside the heap: half of the memory, of which the circuit breaker leaves its share.
    usable = assumed.number("opensearch_domain_node_gib") / _TWO * assumed.number("ocu_usable_share")
    nodes = max((memory_gib / usable).to_integral_value(ROUND_CEILING), copies)
    gb = _stored_gb(cut, dimensions) * copies * assumed.number("opensearch_storage_factor")
    instance = assumed.word("opensearch_domain_instance")
    return [
        Part(
            "vector_store",
            "opensearch",
            None,
            "AWS::OpenSearchService::Domain",
            monthly=of(instance=instance, instances=nodes, hours=_FULL_MONTH, storage_gb=gb),
        )
    ]


def _aurora(cut: Passages, dimensions: Decimal, context: Context, _signals: Signals) -> list[Part]:
    assumed = context.assumed
    memory_gib = hnsw_bytes(cut.vectors, dimensions, assumed.number("hnsw_m")) / BYTES_PER_GIB
    halves = memory_gib / _limit(context, "aurora_serverless.acu_memory_gib") * 2
    # Capacity comes in steps of half a unit, and the graph must be in memory.
    acu = halves.to_integral_value(ROUND_CEILING) / 2
    awake = (_ONE - assumed.number("aurora_idle_share")) * HOURS_PER_MONTH
    return [
        Part(
            "vector_store",
            "aurora_pgvector",
            None,
            "AWS::RDS::DBCluster",
            monthly=of(
                acu=acu,
                hours=Rate(fixed=awake),
                storage_gb_months=Rate(fixed=_stored_gb(cut, dimensions) * assumed.number("aurora_storage_factor")),
                io_million=Rate(per_refresh=cut.vectors / 1_000_000),
            ),
        )
    ]


def _kendra(_cut: Passages, _dimensions: Decimal, _context: Context, _signals: Signals) -> list[Part]:
    return [
        Part(
            "vector_store",
            "kendra",
            None,
            "AWS::Kendra::Index",
            properties=(("Edition", "GEN_AI_ENTERPRISE_EDITION"),),
            monthly=of(hours=_FULL_MONTH),
        )
    ]


def _neptune(_cut: Passages, _dimensions: Decimal, context: Context, _signals: Signals) -> list[Part]:
    return [
        Part(
            "vector_store",
            "neptune_analytics",
            None,
            "AWS::NeptuneGraph::Graph",
            monthly=of(m_ncus=context.assumed.number("neptune_m_ncus"), hours=_FULL_MONTH),
        )
    ]


_STORES = {
    "s3_vectors": _s3_vectors,
    "opensearch": _opensearch_domain,
    "aurora_pgvector": _aurora,
    "kendra": _kendra,
    "neptune_analytics": _neptune,
}


def store_parts(design: Design, cut: Passages, dimensions: Decimal, context: Context, signals: Signals) -> list[Part]:
    """Return the parts of a design's vector store for these passages.

    Raises:
        KeyError: for a store that the workload file does not know either.
    """
    store = design.vector_store or ""
    if store == "opensearch_serverless":
        generation = design.opensearch_generation or "classic"
        return _opensearch_serverless(cut, dimensions, context, signals, generation=generation)
    return _STORES[store](cut, dimensions, context, signals)
