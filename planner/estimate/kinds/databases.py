"""RDS, Aurora, DynamoDB, ElastiCache, Neptune."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import MILLIONS
from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]

_DEFAULT_RDS_VOLUME: Final = "gp2"  # CloudFormation's, where no type is stated
_SERVERLESS: Final = "db.serverless"


def _instance(facts: Facts) -> Iterator[Use]:
    engine, size = facts.text("Engine", default="aurora" if facts.raw("DBClusterIdentifier") else None), None
    if engine is not None:
        size = facts.text("DBInstanceClass")
    if engine is None or size is None:
        return
    hours = facts.hours()
    if engine.startswith("aurora"):
        yield from facts.priced(
            ("aurora", "instance.instance_hour", size), hours, "instance-hour", "instance × hours", idle=True
        )
        return
    zones = 2 if facts.flag("MultiAZ") else 1
    placed = "multi_az" if zones > 1 else "single_az"
    key = ("rds", f"{placed}.instance_hour", f"{engine}/{size}")
    yield from facts.priced(key, hours, "instance-hour", "instance × hours", idle=True)
    storage = facts.number("AllocatedStorage")
    kind = facts.text("StorageType", default=_DEFAULT_RDS_VOLUME)
    if kind is not None:
        key = ("rds", f"{placed}.gb_month", kind)
        yield from facts.priced(key, storage, "GB-month", "GB allocated", idle=True)


def _free_instance(facts: Facts) -> str | None:
    serverless = facts.raw("DBInstanceClass") == _SERVERLESS
    return "Serverless v2: its capacity units are the cluster's usage" if serverless else None


def _cluster(facts: Facts) -> Iterator[Use]:
    storage = "io_optimized" if facts.raw("StorageType") == "aurora-iopt1" else "standard"
    serverless = facts.raw("ServerlessV2ScalingConfiguration") is not None
    acu_hours: Decimal | None = ZERO
    if serverless:
        average = facts.usage.get("average_capacity_units")
        if not isinstance(average, Decimal):
            facts.used("average_capacity_units")
            acu_hours = None
        else:
            acu_hours = average * facts.hours()
    least = facts.number("ServerlessV2ScalingConfiguration", "MinCapacity", default=0) if serverless else ZERO
    if acu_hours is not None and least is not None:
        # The least capacity stands without traffic; what is above it follows the load.
        standing = min(least * facts.hours(), acu_hours)
        for part, idle in ((standing, True), (acu_hours - standing, False)):
            yield from facts.meter("aurora_serverless", idle=idle, acu_hours=part, storage=storage)
    gb = facts.used("storage_gb")
    yield from facts.meter("aurora_serverless", idle=True, acu_hours=ZERO, storage_gb_months=gb, storage=storage)
    if storage == "standard":
        requests = facts.used("monthly_io_requests")
        millions = None if requests is None else requests / MILLIONS
        yield from facts.meter("aurora_serverless", idle=False, acu_hours=ZERO, io_million=millions, storage=storage)


def _table(facts: Facts) -> Iterator[Use]:
    mode = facts.text("BillingMode", default="PROVISIONED")
    if mode == "PAY_PER_REQUEST":
        for key, item in (("monthly_write_requests", "write_million"), ("monthly_read_requests", "read_million")):
            used = facts.used(key)
            asked = ("dynamodb", f"on_demand.{item}", "standard")
            amount = None if used is None else used / MILLIONS
            yield from facts.priced(asked, amount, "1M request units", key.replace("_", " "), idle=False)
    elif mode is not None:
        for name, item in (("ReadCapacityUnits", "rcu_hour"), ("WriteCapacityUnits", "wcu_hour")):
            units = facts.number("ProvisionedThroughput", name)
            asked = ("dynamodb", f"provisioned.{item}", "standard")
            amount = None if units is None else units * facts.hours()
            yield from facts.priced(asked, amount, "unit-hour", "capacity units × hours", idle=True)
    asked = ("dynamodb", "storage.gb_month", "standard")
    yield from facts.priced(asked, facts.used("storage_gb"), "GB-month", "GB stored", idle=True)


def _cache_nodes(facts: Facts, count: Decimal | None) -> Iterator[Use]:
    engine, node = facts.text("Engine", default="redis"), facts.text("CacheNodeType")
    if engine is not None and node is not None and count is not None:
        key = ("elasticache", "node.node_hour", f"{engine.lower()}/{node}")
        yield from facts.priced(key, count * facts.hours(), "node-hour", "nodes × hours", idle=True)


def _cache(facts: Facts) -> Iterator[Use]:
    yield from _cache_nodes(facts, facts.number("NumCacheNodes"))


def _replication_group(facts: Facts) -> Iterator[Use]:
    if facts.raw("NumCacheClusters") is not None:
        yield from _cache_nodes(facts, facts.number("NumCacheClusters"))
        return
    groups = facts.number("NumNodeGroups", default=1)
    replicas = facts.number("ReplicasPerNodeGroup", default=0)
    yield from _cache_nodes(facts, None if groups is None or replicas is None else groups * (1 + replicas))


def _neptune(facts: Facts) -> Iterator[Use]:
    key = ("neptune", "instance.instance_hour", facts.text("DBInstanceClass"))
    yield from facts.priced(key, facts.hours(), "instance-hour", "instance × hours", idle=True)


def _neptune_cluster(facts: Facts) -> Iterator[Use]:
    key = ("neptune", "storage.gb_month", "standard")
    yield from facts.priced(key, facts.used("storage_gb"), "GB-month", "GB stored", idle=True)
    requests = facts.used("monthly_io_requests")
    amount = None if requests is None else requests / MILLIONS
    key = ("neptune", "storage.io_million", "standard")
    yield from facts.priced(key, amount, "1M requests", "reads and writes of storage", idle=False)


def _graph(facts: Facts) -> Iterator[Use]:
    yield from facts.meter(
        "neptune_analytics", idle=True, m_ncus=facts.number("ProvisionedMemory"), hours=facts.hours()
    )
    if (facts.number("ReplicaCount", default=0) or ZERO) > 0:
        facts.gap("ReplicaCount", "replicas of a graph are not priced")


KINDS = (
    Kind("AWS::RDS::DBInstance", ("monthly_hours",), _instance, _free_instance),
    Kind(
        "AWS::RDS::DBCluster",
        ("monthly_hours", "average_capacity_units", "storage_gb", "monthly_io_requests"),
        _cluster,
    ),
    Kind(
        "AWS::DynamoDB::Table",
        ("monthly_hours", "monthly_write_requests", "monthly_read_requests", "storage_gb"),
        _table,
    ),
    Kind(
        "AWS::DynamoDB::GlobalTable",
        ("monthly_hours", "monthly_write_requests", "monthly_read_requests", "storage_gb"),
        _table,
    ),
    Kind("AWS::ElastiCache::CacheCluster", ("monthly_hours",), _cache),
    Kind("AWS::ElastiCache::ReplicationGroup", ("monthly_hours",), _replication_group),
    Kind("AWS::Neptune::DBInstance", ("monthly_hours",), _neptune),
    Kind("AWS::Neptune::DBCluster", ("storage_gb", "monthly_io_requests"), _neptune_cluster),
    Kind("AWS::NeptuneGraph::Graph", ("monthly_hours",), _graph),
)
