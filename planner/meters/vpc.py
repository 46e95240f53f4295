"""Amazon VPC: interface endpoints by Availability Zone and hour, NAT gateways by hour, the data through both.

A part of an hour is charged as a whole one, for each endpoint in each zone and for each gateway.
"""

from __future__ import annotations

from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.plain import plain_quantities
from planner.meters.spec import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.usage import Params, UsageQuantity

__all__ = ["METERS"]


def _whole_hours(params: Params) -> Decimal:
    return number(params, "hours").to_integral_value(ROUND_CEILING)


def _interface_endpoint(params: Params) -> Iterator[UsageQuantity]:
    hours = number(params, "endpoints") * number(params, "azs") * _whole_hours(params)
    return plain_quantities(
        "vpc.interface_endpoint",
        (
            ("endpoint_hour", hours, "endpoint-hour", "endpoints × Availability Zones × whole hours"),
            ("gb", number(params, "gb", 0), "GB", "GB through the endpoints, either way"),
        ),
    )


def _nat_gateway(params: Params) -> Iterator[UsageQuantity]:
    hours = number(params, "gateways") * _whole_hours(params)
    return plain_quantities(
        "vpc.nat_gateway",
        (
            ("gateway_hour", hours, "gateway-hour", "gateways × whole hours"),
            ("gb", number(params, "gb", 0), "GB", "GB through the gateways, either way"),
        ),
    )


METERS = (
    Meter(
        "vpc.interface_endpoint",
        (Quantity("endpoints"), Quantity("azs"), Quantity("hours"), Quantity("gb", 0)),
        ("endpoint_hour", "gb"),
        _interface_endpoint,
    ),
    Meter(
        "vpc.nat_gateway",
        (Quantity("gateways"), Quantity("hours"), Quantity("gb", 0)),
        ("gateway_hour", "gb"),
        _nat_gateway,
    ),
)
