"""AmazonEC2: NAT gateways, gp3 volumes and Linux instances on demand, from AWS's largest list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.refresh.outcome import Outcome, Rule, Skip, Target
from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.product import Product

__all__ = ["QUERIES", "RULE"]

# What get_products is asked for; the bulk file holds everything, and the same rule reads both.
QUERIES: Final[tuple[dict[str, str], ...]] = (
    {"productFamily": "NAT Gateway"},
    {"productFamily": "Storage", "volumeApiName": "gp3"},
    {"productFamily": "System Operation", "volumeApiName": "gp3"},
    {"productFamily": "Provisioned Throughput", "volumeApiName": "gp3"},
    {
        "productFamily": "Compute Instance",
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
    },
)
_LINUX: Final = {
    "operatingSystem": ("Linux", "another operating system than Linux"),
    "tenancy": ("Shared", "dedicated tenancy"),
    "preInstalledSw": ("NA|", "with preinstalled software"),
    "capacitystatus": ("Used|", "capacity reservations"),
    "licenseModel": ("No License required|NA|", "bring your own licence"),
    "marketoption": ("OnDemand|", "another market than on demand"),
}
_INSTANCE: Final = re.compile(r"BoxUsage:(?P<instance>[a-z0-9-]+\.[a-z0-9-]+)", re.ASCII)

_REST: Final[Rule] = rule_of(
    (
        # Their group (NGW:NatGateway) also holds provisioned bandwidth, which costs many times as much.
        Priced("NatGateway-Hours", ("vpc", "nat_gateway.gateway_hour", "standard", "gateway-hour")),
        Priced("NatGateway-Bytes", ("vpc", "nat_gateway.gb", "standard", "GB")),
        Unpriced("NatGateway-Prvd-.*", "provisioned NAT bandwidth: another product of the same group"),
        Priced("EBS:VolumeUsage[.]gp3", ("ebs", "gp3.gb_month", "standard", "GB-month")),
        Priced("EBS:VolumeP-IOPS[.]gp3", ("ebs", "gp3.iops_month", "standard", "IOPS-month")),
        Priced("EBS:VolumeP-Throughput[.]gp3", ("ebs", "gp3.mbps_month", "standard", "MB/s-month")),
        Unpriced("EBS:.*", "other volumes and snapshots: no meter"),
        Unpriced(
            "(?:Dedicated|Host|Unused|UnusedDed|Reservation|DedicatedRes)[A-Za-z]*:.*", "dedicated or reserved capacity"
        ),
        Unpriced("SpotUsage:.*", "Spot prices are not in the price list"),
        Unpriced("(?:CPUCredits|ElasticIP|LoadBalancer|LCU|CarrierIP|EC2SP).*", "EC2 without a meter"),
    )
)


def _rule(product: Product) -> Outcome:
    found = _INSTANCE.fullmatch(product.usage)
    if found is None:
        return _REST(product)
    for name, (expected, reason) in _LINUX.items():
        if not re.fullmatch(expected, product.attribute(name), re.ASCII):
            return Skip(f"EC2 instances: {reason}")
    if product.attribute("instanceType") != found["instance"]:
        return None
    # The list has a thousand types; the book keeps those that something here can use.
    return Target("ec2", "on_demand.instance_hour", found["instance"], "instance-hour", known_only=True)


RULE: Final[Rule] = _rule
