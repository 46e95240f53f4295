"""Which price list has which rules: one file a service code; what a rule does not know is listed, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.refresh.rules import (
    api_gateway,
    bedrock,
    bedrock_marketplace,
    cloudwatch,
    data_transfer,
    ec2,
    fsx,
    kendra,
    kms,
    lambda_,
    opensearch,
    rds,
    s3,
    sagemaker,
    secrets_manager,
    states,
    vpc,
)

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["SERVICES", "PriceList"]


class PriceList(NamedTuple):
    """AWS's list of one service code: the book's files that it prices, its rule, and what get_products is asked for."""

    code: str
    prices: tuple[str, ...]
    rule: Rule
    queries: tuple[dict[str, str], ...] = ({},)
    region_field: str = "regionCode"


SERVICES: Final[tuple[PriceList, ...]] = (
    PriceList("AmazonBedrock", ("bedrock",), bedrock.RULE),
    PriceList("AmazonBedrockFoundationModels", ("bedrock",), bedrock_marketplace.RULE),
    PriceList("AmazonBedrockService", ("bedrock",), bedrock.RULE),
    PriceList("AmazonSageMaker", ("sagemaker",), sagemaker.RULE),
    PriceList("AmazonES", ("opensearch", "opensearch_serverless"), opensearch.RULE),
    PriceList("AmazonS3", ("s3", "s3_vectors"), s3.RULE),
    PriceList("AWSLambda", ("lambda",), lambda_.RULE),
    PriceList("AmazonRDS", ("aurora", "aurora_serverless"), rds.RULE),
    PriceList("AmazonStates", ("step_functions",), states.RULE),
    PriceList("AmazonApiGateway", ("api_gateway",), api_gateway.RULE),
    PriceList("AmazonCloudWatch", ("cloudwatch",), cloudwatch.RULE),
    PriceList("awskms", ("kms",), kms.RULE),
    PriceList("AWSSecretsManager", ("secrets_manager",), secrets_manager.RULE),
    PriceList("AmazonVPC", ("vpc",), vpc.RULE),
    PriceList("AmazonEC2", ("ebs", "ec2", "vpc"), ec2.RULE, ec2.QUERIES),
    PriceList("AWSDataTransfer", ("data_transfer",), data_transfer.RULE, data_transfer.QUERIES, "fromRegionCode"),
    PriceList("AmazonFSx", ("fsx",), fsx.RULE),
    PriceList("AmazonKendra", ("kendra",), kendra.RULE),
)
