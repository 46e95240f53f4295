"""Amazon S3 Vectors: storage, uploads, queries, and the data that each query works through.

All units are binary, as in AWS's own worked example. What a query processes depends on the size of the index and not
on what it finds; its tiers count vectors by their position in the index.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.meters.params import number
from planner.model_id import IN_REGION
from planner.money import ZERO
from planner.price_book import PriceKey
from planner.units import MILLION
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]

_KIB_PER_GIB = Decimal(1 << 20)
_KIB_PER_TIB = Decimal(1 << 30)
_BYTES_PER_FLOAT32 = 4
_BYTES_PER_KIB = 1 << 10
_LEAST_RESULT_KB = Decimal("0.25")
_FREE_KB_PER_QUERY = 512


def _key(item: str) -> PriceKey:
    return PriceKey("s3_vectors", item, "standard", IN_REGION)


def _vectors(params: Params) -> Iterator[UsageQuantity]:
    meter = "s3_vectors"
    vectors = number(params, "vectors")
    vector_kb = number(params, "dimensions") * _BYTES_PER_FLOAT32 / _BYTES_PER_KIB
    searched_kb = vector_kb + number(params, "key_kb") + number(params, "filterable_kb")
    stored_gb = vectors * (searched_kb + number(params, "nonfilterable_kb")) / _KIB_PER_GIB
    months = number(params, "months", 1)
    queries = number(params, "queries")
    yield UsageQuantity(
        meter,
        "storage_gb_month",
        stored_gb * months,
        "GB-month",
        _key("storage_gb_month"),
        "vectors × (vector + key + all metadata)",
    )
    yield UsageQuantity(
        meter,
        "put_gb",
        stored_gb * number(params, "overwritten_fraction", 0),
        "GB",
        _key("put_gb"),
        "share of the stored bytes written, in requests of 128 KB or more",
    )
    yield UsageQuantity(meter, "query_million", queries / MILLION, "1M queries", _key("query_million"), "queries")
    if queries:
        yield UsageQuantity(
            meter,
            "processed_tb",
            queries * vectors * searched_kb / _KIB_PER_TIB,
            "TB",
            _key("processed_tb"),
            "queries × vectors in the index × (vector + key + filterable metadata), tiers by a vector's position",
            tier_by=vectors,
        )
        result_kb = max(searched_kb + number(params, "nonfilterable_kb"), _LEAST_RESULT_KB)
        returned_kb = max(number(params, "top_k", 10) * result_kb - _FREE_KB_PER_QUERY, ZERO)
        yield UsageQuantity(
            meter,
            "returned_gb",
            queries * returned_kb / _KIB_PER_GIB,
            "GB",
            _key("returned_gb"),
            "queries × (results of at least 256 B, beyond the first 512 KB)",
        )


METERS = {"s3_vectors": _vectors}
