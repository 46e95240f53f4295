"""Services whose prices the book doesn't have: charged by usage, and unpriced by name until somebody states a price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import MILLIONS, THOUSANDS, By, by_usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]


def _stage(facts: Facts) -> Iterator[Use]:
    size = facts.text("CacheClusterSize", default="0.5")
    key = ("api_gateway", "rest.cache_hour", None if size is None else f"{size}_gb")
    yield from facts.priced(key, facts.hours(), "hour", "hours of a cache of this size", idle=True)


def _stage_without_cache(facts: Facts) -> str | None:
    cached = facts.raw("CacheClusterEnabled")
    return "its requests are the API's" if cached in {None, False, "false"} else None


KINDS = (
    Kind("AWS::ApiGateway::Stage", ("monthly_hours",), _stage, _stage_without_cache),
    by_usage(
        "AWS::AppConfig::ConfigurationProfile",
        By("monthly_requests", "appconfig", "request_million", "1M requests", MILLIONS),
    ),
    by_usage("AWS::Athena::WorkGroup", By("monthly_data_scanned_tb", "athena", "scanned_tb", "TB")),
    by_usage("AWS::Backup::BackupVault", By("storage_gb", "backup", "gb_month", "GB-month", idle=True)),
    by_usage(
        "AWS::BedrockAgentCore::Gateway",
        By("monthly_requests", "bedrock_agentcore", "gateway.request_thousand", "1K requests", THOUSANDS),
    ),
    by_usage(
        "AWS::BedrockAgentCore::Memory",
        By("monthly_events", "bedrock_agentcore", "memory.event_thousand", "1K events", THOUSANDS),
    ),
    by_usage(
        "AWS::BedrockAgentCore::Runtime",
        By("monthly_vcpu_hours", "bedrock_agentcore", "runtime.vcpu_hour", "vCPU-hour"),
        By("monthly_gb_hours", "bedrock_agentcore", "runtime.gb_hour", "GB-hour"),
    ),
    by_usage("AWS::CodeBuild::Project", By("monthly_build_minutes", "codebuild", "build_minute", "minute")),
    by_usage("AWS::CodePipeline::Pipeline", monthly=By("", "codepipeline", "pipeline_month", "pipeline-month")),
    by_usage("AWS::Cognito::UserPool", By("monthly_active_users", "cognito", "active_user", "user")),
    by_usage(
        "AWS::Events::Archive",
        By("monthly_ingest_gb", "eventbridge", "archive.gb", "GB"),
        By("storage_gb", "eventbridge", "archive.gb_month", "GB-month", idle=True),
    ),
    by_usage(
        "AWS::Events::ApiDestination",
        By("monthly_requests", "eventbridge", "api_destination.request_million", "1M requests", MILLIONS),
    ),
    by_usage("AWS::Glue::Crawler", By("monthly_dpu_hours", "glue", "crawler.dpu_hour", "DPU-hour")),
    by_usage(
        "AWS::Pipes::Pipe", By("monthly_requests", "eventbridge", "pipe.request_million", "1M requests", MILLIONS)
    ),
    by_usage("AWS::SES::EmailIdentity", By("monthly_emails", "ses", "email_thousand", "1K e-mails", THOUSANDS)),
    by_usage(
        "AWS::SageMaker::FeatureGroup",
        By("monthly_read_units", "sagemaker", "feature_store.read_unit_million", "1M read units", MILLIONS),
        By("monthly_write_units", "sagemaker", "feature_store.write_unit_million", "1M write units", MILLIONS),
        By("storage_gb", "sagemaker", "feature_store.gb_month", "GB-month", idle=True),
    ),
    by_usage("AWS::WAFv2::RuleGroup", monthly=By("", "waf", "rule_group.month", "rule-group-month")),
)
