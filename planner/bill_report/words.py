"""Words for the identifiers of a usage bill: meters, dimensions, tiers; one without an entry is its own words."""

from __future__ import annotations

from typing import Final

from planner.model_id import IN_REGION, with_scope
from planner.report import words as say

__all__ = ["detail", "dimension", "meter"]

_METERS: Final = {
    "bedrock.on_demand": "Bedrock on demand",
    "bedrock.custom_on_demand": "Bedrock custom model on demand",
    "bedrock.embedding": "Bedrock embedding",
    "bedrock.image_generation": "Bedrock image generation",
    "bedrock.customization_training": "Bedrock customization training",
    "bedrock.custom_model_storage": "Bedrock custom model storage",
    "bedrock.provisioned_throughput": "Bedrock provisioned throughput",
    "bedrock.custom_model_import": "Bedrock Custom Model Import",
    "bedrock.guardrails": "Bedrock Guardrails",
    "bedrock.rerank": "Bedrock rerank",
    "bedrock.kb_structured": "Bedrock Knowledge Bases, structured data",
    "bedrock.kb_managed": "Bedrock Knowledge Bases, managed",
    "bedrock.flows": "Bedrock Flows",
    "bedrock.data_automation": "Bedrock Data Automation",
    "bedrock.evaluation_human": "Bedrock evaluation by people",
    "sagemaker.training": "SageMaker training",
    "sagemaker.hosting": "SageMaker hosting",
    "sagemaker.processing": "SageMaker processing",
    "sagemaker.batch_transform": "SageMaker batch transform",
    "sagemaker.warm_pool": "SageMaker warm pool",
    "sagemaker.hyperpod": "SageMaker HyperPod",
    "sagemaker.notebook": "SageMaker notebook",
    "sagemaker.storage": "SageMaker storage",
    "sagemaker.ground_truth": "SageMaker Ground Truth",
    "opensearch_serverless.ocu": "OpenSearch Serverless compute",
    "opensearch_serverless.storage": "OpenSearch Serverless storage",
    "opensearch.instance": "OpenSearch Service",
    "s3_vectors": "S3 Vectors",
    "aurora_serverless": "Aurora Serverless",
    "kendra.index": "Amazon Kendra index",
    "neptune_analytics": "Neptune Analytics",
    "s3.standard": "S3 Standard",
    "lambda": "Lambda",
    "step_functions.standard": "Step Functions, standard workflows",
    "step_functions.express": "Step Functions, express workflows",
    "scheduler": "EventBridge Scheduler",
    "api_gateway.http": "API Gateway, HTTP API",
    "api_gateway.rest": "API Gateway, REST API",
    "cloudwatch.logs": "CloudWatch Logs",
    "cloudwatch.dashboards": "CloudWatch dashboards",
    "cloudwatch.alarms": "CloudWatch alarms",
    "cloudwatch.metrics": "CloudWatch metrics",
    "kms.key": "KMS key",
    "secrets_manager": "Secrets Manager",
    "vpc.interface_endpoint": "VPC interface endpoint",
    "vpc.nat_gateway": "NAT gateway",
    "ebs.gp3": "EBS gp3",
    "fsx.lustre": "FSx for Lustre",
    "budgets.action": "AWS Budgets",
}
# Beside those that reports of plans have words for.
_DIMENSIONS: Final = {
    "call_10k": "API calls",
    "extra_field": "fields above the included ones",
    "gateway_hour": "gateways",
    "gb": "data processed",
    "gb_hour": "memory time",
    "index_gb_month": "index storage",
    "iops_month": "IOPS above the included ones",
    "mbps_month": "throughput above the included one",
    "object": "labelled objects",
    "provisioned_gb_second": "provisioned concurrency",
    "secret_month": "secrets",
    "task": "tasks",
    "unit": "processed units",
}
# Where the dimension's word alone says less than the meter knows.
_OF_METER: Final = {
    ("bedrock.flows", "transition_k"): "node transitions",
    ("cloudwatch.alarms", "unit_month"): "alarms",
    ("cloudwatch.dashboards", "unit_month"): "dashboards",
    ("cloudwatch.metrics", "unit_month"): "metrics",
}
# Prices of the same model and dimension that differ by how a request was sent or a unit was bought.
_OF_ITEM: Final = {
    "batch": "batch",
    "flex": "flex tier",
    "priority": "priority tier",
    "cache_write_1h_mtok": "kept for an hour",
    "model_unit_hour_no_commitment": "no commitment",
    "model_unit_hour_1_month": "1-month term",
    "model_unit_hour_6_months": "6-month term",
}
# Said of a line, these tell nothing: it is the only variant that there is.
_PLAIN_SKUS: Final = frozenset({"", "standard"})


def meter(identifier: object) -> str:
    """Return a meter's name."""
    known = _METERS.get(str(identifier))
    return known or say.sentence(say.words(identifier).replace(".", " "))


def dimension(meter_id: object, identifier: object, item: object = "") -> str:
    """Return what a dimension counts, with what the price's item adds to it: batch, a term."""
    name = str(identifier)
    words = _OF_METER.get((str(meter_id), name)) or _DIMENSIONS.get(name) or say.dimension(identifier)
    added = [_OF_ITEM[part] for part in str(item).split(".") if part in _OF_ITEM]
    return ", ".join((words, *added))


def detail(meter_id: object, sku: object, scope: object) -> str:
    """Return which variant a line is of: a model under the id that asks for the scope, an instance, an edition."""
    name = say.plain_text(sku)
    if name in _PLAIN_SKUS:
        return ""
    where = say.plain_text(scope) or IN_REGION
    if where == IN_REGION:
        return name
    if not str(meter_id).startswith("bedrock."):
        return f"{name}, {where}"
    try:
        return with_scope(name, where)
    except KeyError:
        return f"{name}, {where}"
