"""What estimates ask a price for and the shipped book has none of: rows of one's own (--prices) may have these.

By service and item, with the unit that it is counted in; SKUs are `standard`, or a class or type of resource.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PRICED_ITEMS"]

PRICED_ITEMS: Final[dict[str, dict[str, str]]] = {
    "api_gateway": {
        "rest.cache_hour": "hour",
        "websocket.connection_minute_million": "1M connection-minutes",
    },
    "appconfig": {
        "request_million": "1M requests",
    },
    "athena": {
        "scanned_tb": "TB",
    },
    "backup": {
        "gb_month": "GB-month",
    },
    "bedrock_agentcore": {
        "gateway.request_thousand": "1K requests",
        "memory.event_thousand": "1K events",
        "runtime.gb_hour": "GB-hour",
        "runtime.vcpu_hour": "vCPU-hour",
    },
    "cloudfront": {
        "distribution.gb": "GB",
        "distribution.https_10k": "10K requests",
        "function.invocation_million": "1M invocations",
    },
    "codebuild": {
        "build_minute": "minute",
    },
    "codepipeline": {
        "pipeline_month": "pipeline-month",
    },
    "cognito": {
        "active_user": "user",
    },
    "dynamodb": {
        "on_demand.read_million": "1M request units",
        "on_demand.write_million": "1M request units",
        "provisioned.rcu_hour": "unit-hour",
        "provisioned.wcu_hour": "unit-hour",
        "storage.gb_month": "GB-month",
    },
    "ebs": {
        "gp2.gb_month": "GB-month",
        "io2.gb_month": "GB-month",
        "io2.iops_month": "IOPS-month",
    },
    "efs": {
        "standard.gb_month": "GB-month",
    },
    "eks": {
        "cluster.hour": "cluster-hour",
    },
    "elb": {
        "load_balancer.capacity_unit_hour": "LCU-hour",
        "load_balancer.hour": "load-balancer-hour",
    },
    "eventbridge": {
        "api_destination.request_million": "1M requests",
        "archive.gb": "GB",
        "archive.gb_month": "GB-month",
        "pipe.request_million": "1M requests",
    },
    "fargate": {
        "linux_x86.gb_hour": "GB-hour",
        "linux_x86.vcpu_hour": "vCPU-hour",
    },
    "firehose": {
        "direct_put.gb": "GB",
    },
    "glue": {
        "crawler.dpu_hour": "DPU-hour",
    },
    "kinesis": {
        "on_demand.ingest_gb": "GB",
        "on_demand.retrieval_gb": "GB",
        "on_demand.stream_hour": "stream-hour",
        "provisioned.put_unit_million": "1M PUT units",
        "provisioned.shard_hour": "shard-hour",
    },
    "neptune": {
        "instance.instance_hour": "instance-hour",
        "storage.gb_month": "GB-month",
        "storage.io_million": "1M requests",
    },
    "rds": {
        "multi_az.gb_month": "GB-month",
        "multi_az.instance_hour": "instance-hour",
        "single_az.gb_month": "GB-month",
        "single_az.instance_hour": "instance-hour",
    },
    "route53": {
        "health_check.check_month": "health-check-month",
        "hosted_zone.query_million": "1M queries",
        "hosted_zone.zone_month": "zone-month",
    },
    "sagemaker": {
        "feature_store.gb_month": "GB-month",
        "feature_store.read_unit_million": "1M read units",
        "feature_store.write_unit_million": "1M write units",
        "serverless.gb_second": "GB-second",
    },
    "ses": {
        "email_thousand": "1K e-mails",
    },
    "sns": {
        "topic.delivery_million": "1M deliveries",
        "topic.request_million": "1M requests",
    },
    "sqs": {
        "queue.request_million": "1M requests",
    },
    "ssm": {
        "parameter.parameter_month": "parameter-month",
    },
    "waf": {
        "rule_group.month": "rule-group-month",
        "web_acl.acl_month": "web-ACL-month",
        "web_acl.request_million": "1M requests",
    },
}
