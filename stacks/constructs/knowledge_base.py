"""A knowledge base over documents in a bucket, its data source, and ingestion on a schedule."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_scheduler as scheduler

from stacks.constructs.service_role import ServiceRole, allow
from stacks.names import foundation_model_arn, physical_name

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.constructs.opensearch_serverless_store import OpenSearchServerlessStore
    from stacks.constructs.s3_vectors_store import S3VectorsStore
    from stacks.planned_stack import PlannedStack

__all__ = ["add_ingestion_schedule", "add_knowledge_base"]

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


def add_knowledge_base(
    stack: PlannedStack, *, documents: DataBucket, store: OpenSearchServerlessStore | S3VectorsStore
) -> bedrock.CfnDataSource:
    """Add a knowledge base with its role, and return its data source: the documents, cut into passages."""
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
    base = bedrock.CfnKnowledgeBase(
        stack,
        "KnowledgeBase",
        name=name,
        role_arn=role.attr_arn,
        description=f"Documents of the workload {plan.name}",
        knowledge_base_configuration=bedrock.CfnKnowledgeBase.KnowledgeBaseConfigurationProperty(
            type="VECTOR",
            vector_knowledge_base_configuration=bedrock.CfnKnowledgeBase.VectorKnowledgeBaseConfigurationProperty(
                embedding_model_arn=embedding
            ),
        ),
        storage_configuration=store.storage(role),
    )
    base.node.add_dependency(*store.needed_first)
    source = bedrock.CfnDataSource(
        stack,
        "DocumentsSource",
        name=name,
        knowledge_base_id=base.attr_knowledge_base_id,
        # The store goes with the stack; deleting passages one by one before would only be a way to fail.
        data_deletion_policy="RETAIN",
        data_source_configuration=bedrock.CfnDataSource.DataSourceConfigurationProperty(
            type="S3",
            s3_configuration=bedrock.CfnDataSource.S3DataSourceConfigurationProperty(bucket_arn=documents.bucket_arn),
        ),
        server_side_encryption_configuration=bedrock.CfnDataSource.ServerSideEncryptionConfigurationProperty(
            kms_key_arn=stack.key.key_arn
        ),
        vector_ingestion_configuration=bedrock.CfnDataSource.VectorIngestionConfigurationProperty(
            chunking_configuration=_chunking(plan.settings)
        ),
    )
    stack.state("KnowledgeBaseId", base.attr_knowledge_base_id, "Knowledge base to retrieve from")
    stack.state("DocumentsBucket", documents.bucket_name, "Put documents here, then start an ingestion job")
    stack.state("DataSourceId", source.attr_data_source_id, "Data source of an ingestion job")
    return source


def _chunking(settings: dict[str, object]) -> bedrock.CfnDataSource.ChunkingConfigurationProperty:
    overlap = Decimal(str(settings["chunk_overlap"])) * _PERCENT
    return bedrock.CfnDataSource.ChunkingConfigurationProperty(
        chunking_strategy="FIXED_SIZE",
        fixed_size_chunking_configuration=bedrock.CfnDataSource.FixedSizeChunkingConfigurationProperty(
            max_tokens=int(Decimal(str(settings["chunk_tokens"]))),
            overlap_percentage=int(overlap.to_integral_value(ROUND_HALF_UP)),
        ),
    )


def add_ingestion_schedule(stack: PlannedStack, source: bedrock.CfnDataSource) -> None:
    """Add the schedule that ingests changed documents, where documents change."""
    if "IngestionSchedule" not in stack.priced_paths:
        return
    base = f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:knowledge-base/{source.knowledge_base_id}"
    group = f"arn:{stack.partition}:scheduler:{stack.region}:{stack.account}:schedule-group/default"
    role = ServiceRole(
        stack,
        "IngestionScheduleRole",
        service="scheduler.amazonaws.com",
        source_arn=group,
        statements=[
            allow(["bedrock:StartIngestionJob"], [base]),
            allow(["kms:Decrypt"], [stack.key.key_arn]),
        ],
    )
    scheduler.CfnSchedule(
        stack,
        "IngestionSchedule",
        name=physical_name(stack.plan.name, limit=_SCHEDULE_LIMIT, suffix="-ingestion"),
        description=f"Ingests changed documents of the workload {stack.plan.name}",
        schedule_expression=_EXPRESSIONS[stack.plan.settings["changes"]],
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        kms_key_arn=stack.key.key_arn,
        target=scheduler.CfnSchedule.TargetProperty(
            arn=f"arn:{stack.partition}:scheduler:::aws-sdk:bedrockagent:startIngestionJob",
            role_arn=role.attr_arn,
            input=json.dumps({"KnowledgeBaseId": source.knowledge_base_id, "DataSourceId": source.attr_data_source_id}),
        ),
    )
