"""Queues, topics and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import MILLIONS, By, by_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]


def _stream(facts: Facts) -> Iterator[Use]:
    mode = facts.text("StreamModeDetails", "StreamMode", default="PROVISIONED")
    if mode == "ON_DEMAND":
        for key, item in (("monthly_ingest_gb", "ingest_gb"), ("monthly_retrieval_gb", "retrieval_gb")):
            asked = ("kinesis", f"on_demand.{item}", "standard")
            yield from facts.priced(asked, facts.used(key), "GB", key.replace("_", " "), idle=False)
        asked = ("kinesis", "on_demand.stream_hour", "standard")
        yield from facts.priced(asked, facts.hours(), "stream-hour", "hours of a month", idle=True)
        return
    shards = facts.number("ShardCount", default=1)
    if mode is None or shards is None:
        return
    asked = ("kinesis", "provisioned.shard_hour", "standard")
    yield from facts.priced(asked, shards * facts.hours(), "shard-hour", "shards × hours", idle=True)
    units = facts.used("monthly_put_payload_units")
    asked = ("kinesis", "provisioned.put_unit_million", "standard")
    yield from facts.priced(
        asked, None if units is None else units / MILLIONS, "1M PUT units", "payload units of 25 KB", idle=False
    )


KINDS = (
    by_usage("AWS::SQS::Queue", By("monthly_requests", "sqs", "queue.request_million", "1M requests", MILLIONS)),
    by_usage(
        "AWS::SNS::Topic",
        By("monthly_requests", "sns", "topic.request_million", "1M requests", MILLIONS),
        By("monthly_deliveries", "sns", "topic.delivery_million", "1M deliveries", MILLIONS),
    ),
    Kind(
        "AWS::Kinesis::Stream",
        ("monthly_hours", "monthly_put_payload_units", "monthly_ingest_gb", "monthly_retrieval_gb"),
        _stream,
    ),
    by_usage("AWS::KinesisFirehose::DeliveryStream", By("monthly_ingest_gb", "firehose", "direct_put.gb", "GB")),
)
