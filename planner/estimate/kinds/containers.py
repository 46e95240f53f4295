"""ECS and EKS."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.compute import instance_hours
from planner.estimate.kinds.table import HOURLY, By, by_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]

_CPU_UNITS_OF_VCPU: Final = 1024
_MB_PER_GB: Final = 1024


def _service(facts: Facts) -> Iterator[Use]:
    tasks = facts.number("DesiredCount", default=1)
    task = facts.others(facts.raw("TaskDefinition"))
    if task is None:
        facts.gap("TaskDefinition", "its task definition is not in this template")
        return
    cpu, memory = task.number("Cpu"), task.number("Memory")
    facts.gaps.extend(task.gaps)
    if tasks is None or cpu is None or memory is None:
        return
    hours = tasks * facts.hours()
    for item, amount, unit in (
        ("vcpu_hour", cpu / _CPU_UNITS_OF_VCPU * hours, "vCPU-hour"),
        ("gb_hour", memory / _MB_PER_GB * hours, "GB-hour"),
    ):
        asked = ("fargate", f"linux_x86.{item}", "standard")
        yield from facts.priced(asked, amount, unit, "tasks × size × hours, Linux on x86", idle=True)


def _free_service(facts: Facts) -> str | None:
    on_instances = facts.raw("LaunchType") == "EC2"
    return "it runs on instances, which are charged themselves" if on_instances else None


def _nodes(facts: Facts) -> Iterator[Use]:
    if facts.raw("LaunchTemplate") is not None and facts.raw("InstanceTypes") is None:
        facts.gap("InstanceTypes", "its instance type stands in a launch template")
        return
    instance = facts.text("InstanceTypes", 0)
    count = facts.number("ScalingConfig", "DesiredSize", default=1)
    yield from instance_hours(facts, instance, Decimal(count) if count is not None else None)
    facts.gap("DiskSize", "the type of the nodes' volumes is not stated")


KINDS = (
    Kind("AWS::ECS::Service", ("monthly_hours",), _service, _free_service),
    by_usage("AWS::EKS::Cluster", hourly=By(HOURLY, "eks", "cluster.hour", "cluster-hour")),
    Kind("AWS::EKS::Nodegroup", ("monthly_hours",), _nodes),
)
