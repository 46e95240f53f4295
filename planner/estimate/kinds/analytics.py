"""OpenSearch, Kendra, Glue."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.components.other_vector_stores import kendra_index
from planner.estimate.facts import Facts, Kind, Use
from planner.meters import quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KINDS"]

_DEFAULT_VOLUME: Final = "gp2"  # of a domain's volumes, where no type is stated


def _domain(facts: Facts) -> Iterator[Use]:
    config = "ClusterConfig" if facts.type == "AWS::OpenSearchService::Domain" else "ElasticsearchClusterConfig"
    instance = facts.text(config, "InstanceType")
    count = facts.number(config, "InstanceCount", default=1)
    if count is None:
        return
    yield from facts.meter("opensearch.instance", idle=True, instance=instance, instances=count, hours=facts.hours())
    if facts.flag(config, "DedicatedMasterEnabled"):
        yield from facts.meter(
            "opensearch.instance",
            idle=True,
            instance=facts.text(config, "DedicatedMasterType"),
            instances=facts.number(config, "DedicatedMasterCount"),
            hours=facts.hours(),
        )
    if facts.flag(config, "WarmEnabled"):
        facts.gap(f"{config}.WarmEnabled", "UltraWarm nodes are not priced")
    if facts.flag("EBSOptions", "EBSEnabled"):
        kind, size = (
            facts.text("EBSOptions", "VolumeType", default=_DEFAULT_VOLUME),
            facts.number("EBSOptions", "VolumeSize"),
        )
        if size is not None:
            key = ("opensearch", "instance.gb_month", kind)
            yield from facts.priced(key, size * count, "GB-month", "nodes × GB of volumes", idle=True)


def _collection(facts: Facts) -> Iterator[Use]:
    indexing, search = facts.used("indexing_ocus"), facts.used("search_ocus")
    yield from facts.meter(
        "opensearch_serverless.ocu", idle=True, indexing_ocus=indexing, search_ocus=search, hours=facts.hours()
    )
    yield from facts.meter("opensearch_serverless.storage", idle=True, gb_months=facts.used("storage_gb"))


def _index(facts: Facts) -> Iterator[Use]:
    edition = facts.text("Edition")
    if edition is not None:
        for usage in kendra_index({"Edition": edition}, {"hours": facts.hours()}):
            for quantity in quantities(usage):
                yield Use(quantity, idle=True)


def _job(facts: Facts) -> Iterator[Use]:
    hours = facts.used("monthly_hours")
    workers = facts.number("NumberOfWorkers")
    kind = facts.text("WorkerType")
    if hours is not None and workers is not None and kind is not None:
        key = ("glue", "job.worker_hour", kind)
        yield from facts.priced(key, Decimal(workers) * hours, "worker-hour", "workers × hours of runs", idle=False)


KINDS = (
    Kind("AWS::OpenSearchService::Domain", ("monthly_hours",), _domain),
    Kind("AWS::Elasticsearch::Domain", ("monthly_hours",), _domain),
    Kind(
        "AWS::OpenSearchServerless::Collection",
        ("monthly_hours", "indexing_ocus", "search_ocus", "storage_gb"),
        _collection,
    ),
    Kind("AWS::Kendra::Index", ("monthly_hours",), _index),
    Kind("AWS::Glue::Job", ("monthly_hours",), _job),
)
