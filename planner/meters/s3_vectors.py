"""Amazon S3 Vectors: storage, uploads, queries, and the data that each query works through.

All units are binary, as in AWS's own worked example. What a query processes depends on the size of the index and not
on what it finds; its tiers count vectors by their position in the index, for each index anew.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity, Rows
from planner.meters.params import number, rows
from planner.meters.spec import Meter
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
# A request is charged for at least this much, which is why vectors are put in batches: as many as one request takes.
_LEAST_PUT_KB = Decimal(128)
_VECTORS_PER_PUT = Decimal(500)
_TOP_K = Decimal(10)
_ONE = Decimal(1)


def _key(item: str) -> PriceKey:
    return PriceKey("s3_vectors", item, "standard", IN_REGION)


class _Index:
    """One index: the sizes of a record, in KiB."""

    __slots__ = ("queries", "record_kb", "result_kb", "searched_kb", "top_k", "vectors")

    def __init__(self, row: dict[str, Decimal]) -> None:
        vector_kb = row["vector_kb"] if "vector_kb" in row else row["dimensions"] * _BYTES_PER_FLOAT32 / _BYTES_PER_KIB
        metadata_kb = row["filterable_kb"] + row["nonfilterable_kb"]
        self.vectors, self.queries = row["vectors"], row["queries"]
        self.top_k = row.get("top_k", _TOP_K)
        self.searched_kb = vector_kb + row["key_kb"] + row["filterable_kb"]
        self.record_kb = vector_kb + row["key_kb"] + metadata_kb
        # A result is a key with its metadata and the distance, never the vector itself.
        self.result_kb = max(row["key_kb"] + metadata_kb, _LEAST_RESULT_KB)

    def stored_gb(self) -> Decimal:
        """Return what is kept: vectors, keys, all metadata."""
        return self.vectors * self.record_kb / _KIB_PER_GIB

    def put_gb(self, share: Decimal) -> Decimal:
        """Return what is charged for writing a share of the vectors, in full batches and one that takes the rest."""
        written = self.vectors * share
        batches = (written / _VECTORS_PER_PUT).to_integral_value(ROUND_FLOOR)
        rest = written - batches * _VECTORS_PER_PUT
        kb = batches * max(_VECTORS_PER_PUT * self.record_kb, _LEAST_PUT_KB)
        if rest:
            kb += max(rest * self.record_kb, _LEAST_PUT_KB)
        return kb / _KIB_PER_GIB

    def returned_gb(self) -> Decimal:
        """Return what queries give back beyond what is free with each."""
        found = min(self.top_k, self.vectors)
        return self.queries * max(found * self.result_kb - _FREE_KB_PER_QUERY, ZERO) / _KIB_PER_GIB


def _vectors(params: Params) -> Iterator[UsageQuantity]:
    meter = "s3_vectors"
    indexes = [_Index(row) for row in rows(params, "indexes")]
    share, months = number(params, "overwritten_fraction", 0), number(params, "months", 1)
    loads = months or _ONE
    stored = put = queries = returned = ZERO
    for index in indexes:
        stored += index.stored_gb()
        # Each month's uploads are batches of their own.
        put += index.put_gb(share / loads) * loads
        queries += index.queries
        returned += index.returned_gb()
    for dimension, quantity, unit, rule in (
        ("storage_gb_month", stored * months, "GB-month", "vectors × (vector + key + all metadata)"),
        ("put_gb", put, "GB", "share of the stored bytes written, in requests of 128 KB or more"),
        ("query_million", queries / MILLION, "1M queries", "queries"),
    ):
        yield UsageQuantity(meter, dimension, quantity, unit, _key(dimension), rule)
    for index in indexes:
        yield UsageQuantity(
            meter,
            "processed_tb",
            index.queries * index.vectors * index.searched_kb / _KIB_PER_TIB,
            "TB",
            _key("processed_tb"),
            "queries × vectors in the index × (vector + key + filterable metadata), tiers by a vector's position",
            tier_by=index.vectors,
        )
    rule = "queries × (results of at least 256 B, beyond the first 512 KB)"
    yield UsageQuantity(meter, "returned_gb", returned, "GB", _key("returned_gb"), rule)


METERS = (
    Meter(
        "s3_vectors",
        (
            Rows(
                "indexes",
                (
                    Quantity("vectors"),
                    Quantity("vector_kb", optional=True),
                    Quantity("dimensions", optional=True),
                    Quantity("key_kb"),
                    Quantity("filterable_kb"),
                    Quantity("nonfilterable_kb"),
                    Quantity("queries"),
                    Quantity("top_k", _TOP_K),
                ),
                ways=(("vector_kb",), ("dimensions",)),
            ),
            Quantity("overwritten_fraction", 0),
            Quantity("months", 1),
        ),
        ("storage_gb_month", "put_gb", "query_million", "processed_tb", "returned_gb"),
        _vectors,
    ),
)
