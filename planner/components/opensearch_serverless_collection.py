"""AWS::OpenSearchServerless::Collection: OCU-hours at least at the floor, and managed storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["opensearch_serverless_collection"]


def opensearch_serverless_collection(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the collection's OCU-hours and stored GB-months."""
    # Hours may be given per kind: a generation that scales to zero runs fewer than a month has.
    yield MeterUsage(
        "opensearch_serverless.ocu",
        {key: usage[key] for key in ("indexing_ocus", "search_ocus", "hours", "generation") if key in usage},
    )
    yield MeterUsage("opensearch_serverless.storage", {"gb_months": usage["storage_gb_months"]})
