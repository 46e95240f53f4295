"""VPC: NAT gateways, endpoints, public addresses; load balancers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import HOURLY, By, by_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]


def _nat_gateway(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("vpc.nat_gateway", idle=True, gateways=1, hours=facts.hours())
    yield from facts.meter(
        "vpc.nat_gateway", idle=False, gateways=0, hours=0, gb=facts.used("monthly_data_processed_gb")
    )


def _kind_of_endpoint(facts: Facts) -> str:
    kind = facts.raw("VpcEndpointType")
    return kind if isinstance(kind, str) else "Gateway" if kind is None else ""


def _endpoint(facts: Facts) -> Iterator[Use]:
    kind = facts.text("VpcEndpointType", default="Gateway")
    if kind is None:
        return
    subnets = facts.items("SubnetIds")
    if kind != "Interface":
        yield from facts.priced(
            ("vpc", f"{kind.lower()}_endpoint.endpoint_hour", "standard"),
            facts.hours() * (len(subnets) or 1),
            "endpoint-hour",
            "zones × hours",
            idle=True,
        )
        return
    zones = Decimal(len(subnets)) if subnets else facts.used("availability_zones")
    yield from facts.meter("vpc.interface_endpoint", idle=True, endpoints=1, azs=zones, hours=facts.hours())
    gb = facts.used("monthly_data_processed_gb")
    yield from facts.meter("vpc.interface_endpoint", idle=False, endpoints=0, azs=0, hours=0, gb=gb)


def _free_endpoint(facts: Facts) -> str | None:
    return "gateway endpoints are free" if _kind_of_endpoint(facts) == "Gateway" else None


def _address(facts: Facts) -> Iterator[Use]:
    key = ("vpc", "public_ipv4.address_hour", "standard")
    yield from facts.priced(key, facts.hours(), "address-hour", "public IPv4 address × hours", idle=True)


KINDS = (
    Kind("AWS::EC2::NatGateway", ("monthly_hours", "monthly_data_processed_gb"), _nat_gateway),
    Kind(
        "AWS::EC2::VPCEndpoint",
        ("monthly_hours", "monthly_data_processed_gb", "availability_zones"),
        _endpoint,
        _free_endpoint,
    ),
    Kind("AWS::EC2::EIP", ("monthly_hours",), _address),
    by_usage(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        By("monthly_capacity_unit_hours", "elb", "load_balancer.capacity_unit_hour", "LCU-hour"),
        hourly=By(HOURLY, "elb", "load_balancer.hour", "load-balancer-hour"),
    ),
)
