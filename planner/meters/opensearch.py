"""Amazon OpenSearch: Serverless by OCU-hour and stored GB, domains by instance-hour and volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.params import number, word
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _ocus(params: Params) -> Iterator[UsageQuantity]:
    ocus = number(params, "indexing_ocus") + number(params, "search_ocus")
    yield UsageQuantity(
        "opensearch_serverless.ocu",
        "ocu_hour",
        ocus * number(params, "hours"),
        "OCU-hour",
        PriceKey("opensearch_serverless", "ocu.ocu_hour", word(params, "generation", "classic"), IN_REGION),
        "(indexing + search OCUs) × hours",
    )


def _serverless_storage(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "opensearch_serverless.storage",
        "gb_month",
        number(params, "gb_months"),
        "GB-month",
        PriceKey("opensearch_serverless", "storage.gb_month", "standard", IN_REGION),
        "GB-months of managed storage",
    )


def _instance(params: Params) -> Iterator[UsageQuantity]:
    instances = number(params, "instances", 1)
    hours = number(params, "hours")
    yield UsageQuantity(
        "opensearch.instance",
        "instance_hour",
        instances * hours,
        "instance-hour",
        PriceKey("opensearch", "instance.instance_hour", word(params, "instance"), IN_REGION),
        "instances × hours",
    )
    yield UsageQuantity(
        "opensearch.instance",
        "gb_month",
        number(params, "storage_gb", 0),
        "GB-month",
        PriceKey("opensearch", "instance.gb_month", "gp3", IN_REGION),
        "GB of gp3 volumes",
    )


METERS = {
    "opensearch_serverless.ocu": _ocus,
    "opensearch_serverless.storage": _serverless_storage,
    "opensearch.instance": _instance,
}
