"""EC2: instances, volumes, Auto Scaling groups with what their launch templates say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from planner.estimate.facts import Facts, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS", "instance_hours", "volume"]

# What a gp3 volume has without a charge: https://aws.amazon.com/ebs/pricing/, 2026-09-24.
_FREE_IOPS: Final = 3000
_FREE_MBPS: Final = 125
_CHARGED_BY_IOPS: Final = frozenset({"io1", "io2"})
_DEFAULT_TYPE: Final = "gp2"  # CloudFormation's, for AWS::EC2::Volume


def instance_hours(facts: Facts, instance: str | None, count: Decimal | None) -> Iterator[Use]:
    """Yield instances × hours of a type, Linux, on demand."""
    if count is not None:
        rule = "instances × hours, Linux, on demand"
        key = ("ec2", "on_demand.instance_hour", instance)
        yield from facts.priced(key, count * facts.hours(), "instance-hour", rule, idle=True)


def volume(facts: Facts, stated: object, count: Decimal = Decimal(1)) -> Iterator[Use]:
    """Yield a volume's storage, and what is provisioned above a gp3 volume's baseline."""
    of = Facts(facts.type, stated if isinstance(stated, dict) else {}, facts.usage, facts.others, facts.gaps)
    kind = of.text("VolumeType", default=_DEFAULT_TYPE)
    size = of.number("Size") if "Size" in of.properties else of.number("VolumeSize")
    if kind is None or size is None:
        return
    if kind != "gp3":
        key = ("ebs", f"{kind}.gb_month", "standard")
        yield from facts.priced(key, size * count, "GB-month", "GB provisioned", idle=True)
        if kind in _CHARGED_BY_IOPS:
            amount = of.number("Iops")
            key = ("ebs", f"{kind}.iops_month", "standard")
            yield from facts.priced(
                key, None if amount is None else amount * count, "IOPS-month", "IOPS provisioned", idle=True
            )
        return
    iops, mbps = of.number("Iops", default=_FREE_IOPS), of.number("Throughput", default=_FREE_MBPS)
    yield from facts.meter(
        "ebs.gp3",
        idle=True,
        gb_months=size * count,
        extra_iops=None if iops is None else max(iops - _FREE_IOPS, Decimal(0)) * count,
        extra_mbps=None if mbps is None else max(mbps - _FREE_MBPS, Decimal(0)) * count,
    )


def _volumes(facts: Facts, mappings: list[Any], count: Decimal = Decimal(1)) -> Iterator[Use]:
    if not mappings:
        facts.gap("BlockDeviceMappings", "the root volume is its image's, whose size is not in the template")
    for mapping in mappings:
        ebs = mapping.get("Ebs") if isinstance(mapping, dict) else None
        if ebs and "VolumeSize" not in ebs:
            facts.gap("Ebs.VolumeSize", "the size of a volume is its snapshot's")
        elif ebs:
            yield from volume(facts, ebs, count)


def _launched(facts: Facts, stated: object) -> Facts | None:
    """Return what a reference to a launch template or configuration leads to within the template."""
    name: object = stated
    if isinstance(stated, dict) and ("LaunchTemplateId" in stated or "LaunchTemplateName" in stated):
        name = stated.get("LaunchTemplateId", stated.get("LaunchTemplateName"))
    return facts.others(name)


def _instance(facts: Facts) -> Iterator[Use]:
    template = _launched(facts, facts.raw("LaunchTemplate")) if facts.raw("LaunchTemplate") else None
    data = template.raw("LaunchTemplateData") if template else None
    data = data if isinstance(data, dict) else {}
    instance = facts.raw("InstanceType") or data.get("InstanceType")
    yield from instance_hours(facts, facts.text_of(instance, "InstanceType"), Decimal(1))
    yield from _volumes(facts, facts.items("BlockDeviceMappings") or data.get("BlockDeviceMappings") or [])


def _group(facts: Facts) -> Iterator[Use]:
    count = facts.number("DesiredCapacity") if facts.raw("DesiredCapacity") is not None else facts.number("MinSize")
    mixed = facts.raw("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification")
    stated = facts.raw("LaunchTemplate") or facts.raw("LaunchConfigurationName") or mixed
    launched = _launched(facts, stated) if stated else None
    if launched is None:
        facts.gap("LaunchTemplate", "its launch template is not in this template")
        return
    data = launched.raw("LaunchTemplateData") or launched.properties
    data = data if isinstance(data, dict) else {}
    if count is None:
        return
    if facts.raw("MixedInstancesPolicy", "InstancesDistribution", "OnDemandPercentageAboveBaseCapacity") is not None:
        facts.gap("MixedInstancesPolicy", "Spot prices move by the minute; all of it is priced on demand")
    yield from instance_hours(facts, facts.text_of(data.get("InstanceType"), "InstanceType"), count)
    mappings = data.get("BlockDeviceMappings")
    yield from _volumes(facts, mappings if isinstance(mappings, list) else [], count)


def _volume(facts: Facts) -> Iterator[Use]:
    yield from volume(facts, facts.properties)


KINDS = (
    Kind("AWS::EC2::Instance", ("monthly_hours",), _instance),
    Kind("AWS::EC2::Volume", (), _volume),
    Kind("AWS::AutoScaling::AutoScalingGroup", ("monthly_hours",), _group),
)
