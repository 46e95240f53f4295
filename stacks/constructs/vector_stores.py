"""Vector stores by the name that a plan gives them; each is loaded when a plan has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.constructs.opensearch_serverless_store import OpenSearchServerlessStore
    from stacks.constructs.s3_vectors_store import S3VectorsStore
    from stacks.planned_stack import PlannedStack

__all__ = ["VECTOR_STORES"]


def _opensearch_serverless(stack: PlannedStack) -> OpenSearchServerlessStore:
    from stacks.constructs.opensearch_serverless_store import OpenSearchServerlessStore

    return OpenSearchServerlessStore(stack, "VectorStore")


def _s3_vectors(stack: PlannedStack) -> S3VectorsStore:
    from stacks.constructs.s3_vectors_store import S3VectorsStore

    return S3VectorsStore(stack, "VectorStore")


VECTOR_STORES: dict[str, Callable[[PlannedStack], OpenSearchServerlessStore | S3VectorsStore]] = {
    "opensearch_serverless": _opensearch_serverless,
    "s3_vectors": _s3_vectors,
}
