"""Vector stores that are priced but have no stack: an OpenSearch domain, Aurora, Kendra, a Neptune graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["aurora_cluster", "kendra_index", "neptune_graph", "opensearch_domain"]


def opensearch_domain(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield a domain's instance hours and volumes."""
    yield MeterUsage("opensearch.instance", usage)


def aurora_cluster(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield a Serverless v2 cluster's capacity, storage and requests."""
    yield MeterUsage("aurora_serverless", usage)


def kendra_index(properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield an index's hours by its edition."""
    edition = str(properties.get("Edition", "GEN_AI_ENTERPRISE_EDITION"))
    named = {"GEN_AI_ENTERPRISE_EDITION": "genai_enterprise"}
    yield MeterUsage("kendra.index", {"edition": named.get(edition, edition.removesuffix("_EDITION").lower()), **usage})


def neptune_graph(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield a graph's capacity hours."""
    yield MeterUsage("neptune_analytics", usage)
