"""Amazon OpenSearch: Serverless by OCU-hour and stored GB, domains by instance-hour and volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Name, Quantity
from planner.meters.params import number, word
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import HOURS_PER_MONTH
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _ocus(params: Params) -> Iterator[UsageQuantity]:
    ocus = number(params, "indexing_ocus") + number(params, "search_ocus")
    return plain_quantities(
        "opensearch_serverless.ocu",
        (("ocu_hour", ocus * number(params, "hours"), "OCU-hour", "(indexing + search OCUs) × hours"),),
        sku=word(params, "generation", "classic"),
    )


def _serverless_storage(params: Params) -> Iterator[UsageQuantity]:
    return plain_quantities(
        "opensearch_serverless.storage",
        (("gb_month", number(params, "gb_months"), "GB-month", "GB-months of managed storage"),),
    )


def _instance(params: Params) -> Iterator[UsageQuantity]:
    meter, hours = "opensearch.instance", number(params, "hours")
    yield UsageQuantity(
        meter,
        "instance_hour",
        number(params, "instances", 1) * hours,
        "instance-hour",
        PriceKey("opensearch", "instance.instance_hour", word(params, "instance"), IN_REGION),
        "instances × hours",
    )
    yield UsageQuantity(
        meter,
        "gb_month",
        number(params, "storage_gb", 0) * hours / HOURS_PER_MONTH,
        "GB-month",
        PriceKey("opensearch", "instance.gb_month", "gp3", IN_REGION),
        "GB of gp3 volumes × hours / 730",
    )


METERS = (
    Meter(
        "opensearch_serverless.ocu",
        (
            Quantity("indexing_ocus"),
            Quantity("search_ocus"),
            Quantity("hours"),
            Choice("generation", ("classic", "nextgen"), "classic"),
        ),
        ("ocu_hour",),
        _ocus,
    ),
    Meter("opensearch_serverless.storage", (Quantity("gb_months"),), ("gb_month",), _serverless_storage),
    Meter(
        "opensearch.instance",
        (Name("instance"), Quantity("instances", 1), Quantity("hours"), Quantity("storage_gb", 0)),
        ("instance_hour", "gb_month"),
        _instance,
    ),
)
