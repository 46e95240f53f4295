"""A knowledge base over documents in a bucket, its data source, and ingestion on a schedule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from stacks.constructs.plain_resource import attribute, plain_resource, tag_map
from stacks.constructs.service_role import ServiceRole, allow
from stacks.names import foundation_model_arn, physical_name

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.constructs.opensearch_serverless_store import OpenSearchServerlessStore
    from stacks.constructs.s3_vectors_store import S3VectorsStore
    from stacks.planned_stack import PlannedStack

__all__ = ["Ingestion", "add_ingestion_schedule", "add_knowledge_base"]

_NAME_LIMIT = 100
_SCHEDULE_LIMIT = 64
_PERCENT = 100
# Documents change so often → they are ingested so often; UTC, at an hour when nobody waits.
_EXPRESSIONS = {
    "monthly": "cron(0 3 1 * ? *)",
    "weekly": "cron(0 3 ? * SUN *)",
    "daily": "cron(0 3 * * ? *)",
    "realtime": "rate(1 hour)",
}


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What an ingestion job is started for."""

    knowledge_base_id: str
    data_source_id: str


def add_knowledge_base(
    stack: PlannedStack, *, documents: DataBucket, store: OpenSearchServerlessStore | S3VectorsStore
) -> Ingestion:
    """Add a knowledge base with its role and its data source, the documents cut into passages."""
    plan = stack.plan
    embedding = foundation_model_arn(stack, plan.design["embedding_model"])
    role = ServiceRole(
        stack,
        "KnowledgeBaseRole",
        service="bedrock.amazonaws.com",
        source_arn=f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:knowledge-base/*",
        statements=[
            allow(["bedrock:InvokeModel"], [embedding]),
            allow(["s3:ListBucket"], [documents.bucket_arn]),
            allow(["s3:GetObject"], [documents.arn_for_objects("*")]),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], [stack.key.key_arn]),
            *store.statements(),
        ],
    )
    name = physical_name(plan.name, limit=_NAME_LIMIT)
    base = plain_resource(
        stack,
        "KnowledgeBase",
        "AWS::Bedrock::KnowledgeBase",
        {
            "Name": name,
            "RoleArn": role.attr_arn,
            "Description": f"Documents of the workload {plan.name}",
            "KnowledgeBaseConfiguration": {
                "Type": "VECTOR",
                "VectorKnowledgeBaseConfiguration": {"EmbeddingModelArn": embedding},
            },
            "StorageConfiguration": store.storage(role),
            "Tags": tag_map(plan.name),
        },
    )
    base.node.add_dependency(*store.needed_first)
    base_id = attribute(base, "KnowledgeBaseId")
    source = plain_resource(
        stack,
        "DocumentsSource",
        "AWS::Bedrock::DataSource",
        {
            "Name": name,
            "KnowledgeBaseId": base_id,
            # The store goes with the stack; deleting passages one by one before would only be a way to fail.
            "DataDeletionPolicy": "RETAIN",
            "DataSourceConfiguration": {"Type": "S3", "S3Configuration": {"BucketArn": documents.bucket_arn}},
            "ServerSideEncryptionConfiguration": {"KmsKeyArn": stack.key.key_arn},
            "VectorIngestionConfiguration": {"ChunkingConfiguration": _chunking(plan.settings)},
        },
    )
    source_id = attribute(source, "DataSourceId")
    stack.state("KnowledgeBaseId", base_id, "Knowledge base to retrieve from")
    stack.state("DocumentsBucket", documents.bucket_name, "Put documents here, then start an ingestion job")
    stack.state("DataSourceId", source_id, "Data source of an ingestion job")
    return Ingestion(base_id, source_id)


def _chunking(settings: dict[str, Any]) -> dict[str, Any]:
    overlap = Decimal(settings["chunk_overlap"]) * _PERCENT
    return {
        "ChunkingStrategy": "FIXED_SIZE",
        "FixedSizeChunkingConfiguration": {
            "MaxTokens": settings["chunk_tokens"],
            "OverlapPercentage": int(overlap.to_integral_value(ROUND_HALF_UP)),
        },
    }


def add_ingestion_schedule(stack: PlannedStack, ingestion: Ingestion) -> None:
    """Add the schedule that ingests changed documents, where documents change."""
    if "IngestionSchedule" not in stack.priced_paths:
        return
    here = f"{stack.region}:{stack.account}"
    role = ServiceRole(
        stack,
        "IngestionScheduleRole",
        service="scheduler.amazonaws.com",
        source_arn=f"arn:{stack.partition}:scheduler:{here}:schedule-group/default",
        statements=[
            allow(
                ["bedrock:StartIngestionJob"],
                [f"arn:{stack.partition}:bedrock:{here}:knowledge-base/{ingestion.knowledge_base_id}"],
            ),
            allow(["kms:Decrypt"], [stack.key.key_arn]),
        ],
    )
    job = {"KnowledgeBaseId": ingestion.knowledge_base_id, "DataSourceId": ingestion.data_source_id}
    plain_resource(
        stack,
        "IngestionSchedule",
        "AWS::Scheduler::Schedule",
        {
            "Name": physical_name(stack.plan.name, limit=_SCHEDULE_LIMIT, suffix="-ingestion"),
            "Description": f"Ingests changed documents of the workload {stack.plan.name}",
            "ScheduleExpression": _EXPRESSIONS[stack.plan.settings["changes"]],
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "KmsKeyArn": stack.key.key_arn,
            "Target": {
                "Arn": f"arn:{stack.partition}:scheduler:::aws-sdk:bedrockagent:startIngestionJob",
                "RoleArn": role.attr_arn,
                "Input": json.dumps(job),
            },
        },
    )
