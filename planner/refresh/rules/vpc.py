"""AmazonVPC: interface endpoints and public addresses (NAT gateways stand in AmazonEC2's list)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("VpcEndpoint-Hours", ("vpc", "interface_endpoint.endpoint_hour", "standard", "endpoint-hour")),
        Priced("VpcEndpoint-Bytes", ("vpc", "interface_endpoint.gb", "standard", "GB")),
        Priced("PublicIPv4:InUseAddress", ("vpc", "public_ipv4.address_hour", "standard", "address-hour")),
        Unpriced("PublicIPv4:IdleAddress", "idle public addresses: no meter"),
        Unpriced("VpcEndpoint-(?:GWLBE|Resource|ServiceNetwork|CrossRegion).*", "other kinds of endpoints: no meter"),
        Unpriced("TransitGateway.*|VPN-.*|ClientVPN.*|IPAM.*|TrafficMirror.*", "networking without a meter"),
    )
)
