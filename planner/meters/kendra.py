"""Amazon Kendra: an index is charged by the hour from creation to deletion."""

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


def _index(params: Params) -> Iterator[UsageQuantity]:
    yield UsageQuantity(
        "kendra.index",
        "index_hour",
        number(params, "hours"),
        "index-hour",
        PriceKey("kendra", "index.index_hour", word(params, "edition"), IN_REGION),
        "hours from creation until deletion",
    )


METERS = {"kendra.index": _index}
