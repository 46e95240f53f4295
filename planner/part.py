"""A part of an architecture: a CloudFormation resource or an API meter, with what it uses; still without a price."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.components.api_meter import METER
from planner.usage import Rate, Usage

if TYPE_CHECKING:
    from decimal import Decimal

    from planner.usage import Load, Params

__all__ = ["METER", "Items", "Part", "Properties", "property_value", "usage_at"]


class Items(tuple[object, ...]):
    """A list in a resource's properties; a plain tuple of pairs is a mapping."""

    __slots__ = ()


Properties = tuple[tuple[str, object], ...]


def property_value(value: object) -> object:
    """Return hashable properties as CloudFormation has them: mappings and lists."""
    if isinstance(value, Items):
        return [property_value(item) for item in value]
    if isinstance(value, tuple):
        return {key: property_value(item) for key, item in value}
    return value


def usage_at(usage: Usage, load: Load) -> Params:
    """Return usage under a load: rates become decimals, settings stay."""
    return {key: value.at(load) if isinstance(value, Rate) else value for key, value in usage}


class Part(NamedTuple):
    """One resource or meter: who it is, which properties its cost depends on, and its usage by kind of charge.

    `path` is the construct path below the stack (what a template shows as `aws:cdk:path`), None for what no resource
    owns. `monthly` follows the load; `one_time` happens once. `unpriced` says why a charge can't be stated.
    """

    component: str
    variant: str
    path: str | None
    type: str
    properties: Properties = ()
    monthly: Usage = ()
    one_time: Usage = ()
    given_usd: tuple[tuple[str, Decimal], ...] = ()  # dimension → the user's own rate, USD a unit
    unpriced: str = ""
