"""Amazon Kendra: an index is charged by the hour from its creation to its deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Choice, Quantity
from planner.meters.params import number, word
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]

_EDITIONS = ("developer", "enterprise", "genai_enterprise")


def _index(params: Params) -> Iterator[UsageQuantity]:
    hours = number(params, "hours")
    return plain_quantities(
        "kendra.index",
        (("index_hour", hours, "index-hour", "hours from creation to deletion"),),
        sku=word(params, "edition"),
    )


METERS = (Meter("kendra.index", (Choice("edition", _EDITIONS), Quantity("hours")), ("index_hour",), _index),)
