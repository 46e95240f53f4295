"""Kinds of resource, from a table with the arithmetic; and what holds for each kind that is registered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.components import COMPONENTS
from planner.errors import InputError
from planner.estimate import estimate_json, estimate_template, parse_usage_by_resource
from planner.estimate.kinds import FREE_TYPES, KINDS
from planner.part import METER
from planner.price_book import PriceBook
from planner.yaml12 import load_yaml

AS_OF = date(2026, 11, 20)
CASES_FILE = Path(__file__).parents[2] / "cases" / "estimate_resources.yaml"
CASES: Any = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source="cases")
BOOK = PriceBook()

# What the README says is known at the least, priced or not.
PROMISED = [
    "EC2::Instance",
    "EC2::Volume",
    "EC2::EIP",
    "EC2::NatGateway",
    "EC2::VPCEndpoint",
    "EC2::LaunchTemplate",
    "AutoScaling::AutoScalingGroup",
    "RDS::DBInstance",
    "RDS::DBCluster",
    "DynamoDB::Table",
    "Lambda::Function",
    "ApiGateway::RestApi",
    "ApiGatewayV2::Api",
    "S3::Bucket",
    "SQS::Queue",
    "SNS::Topic",
    "Kinesis::Stream",
    "KinesisFirehose::DeliveryStream",
    "StepFunctions::StateMachine",
    "Events::EventBus",
    "Events::Rule",
    "Scheduler::Schedule",
    "Logs::LogGroup",
    "CloudWatch::Alarm",
    "CloudWatch::Dashboard",
    "ECS::Service",
    "ECS::TaskDefinition",
    "ECS::Cluster",
    "EKS::Cluster",
    "ECR::Repository",
    "ElasticLoadBalancingV2::LoadBalancer",
    "CloudFront::Distribution",
    "Route53::HostedZone",
    "KMS::Key",
    "SecretsManager::Secret",
    "SSM::Parameter",
    "ElastiCache::CacheCluster",
    "ElastiCache::ReplicationGroup",
    "OpenSearchService::Domain",
    "OpenSearchServerless::Collection",
    "OpenSearchServerless::CollectionGroup",
    "Kendra::Index",
    "Neptune::DBCluster",
    "Neptune::DBInstance",
    "NeptuneGraph::Graph",
    "Glue::Job",
    "SageMaker::EndpointConfig",
    "SageMaker::InferenceComponent",
    "SageMaker::NotebookInstance",
    "SageMaker::Domain",
    "SageMaker::Pipeline",
    "Bedrock::KnowledgeBase",
    "Bedrock::DataSource",
    "Bedrock::Agent",
    "Bedrock::Guardrail",
    "Bedrock::Prompt",
    "Bedrock::Flow",
    "Bedrock::ApplicationInferenceProfile",
    "Budgets::Budget",
]


def estimated(
    kind: str,
    properties: dict[str, Any],
    usage: dict[str, Any] | None = None,
    others: dict[str, Any] | None = None,
) -> dict[str, Any]:
    template = {"Resources": {"Thing": {"Type": kind, "Properties": properties}, **(others or {})}}
    stated = {"version": 1, "resource_usage": {"Thing": usage}} if usage else {"version": 1}
    read = parse_usage_by_resource(stated, source="usage")
    found = estimate_template(template, source="t", book=BOOK, region="us-east-1", as_of=AS_OF, usage=read)
    return estimate_json(found)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_resource_costs_what_its_case_says(case: dict[str, Any]) -> None:
    document = estimated(case["type"], case["properties"], case.get("usage"), case.get("others"))
    resource = document["resources"][0]
    assert resource["status"] == case["status"]
    assert resource["monthly_usd"] == case["monthly_usd"]
    assert resource["idle_monthly_usd"] == case.get("idle_monthly_usd", resource["idle_monthly_usd"])
    assert [item["dimension"] for item in document["unpriced"]] == case.get("missing", [])
    assert document["coverage"][case["status"]] == 1
    assert document["cost"]["monthly_usd"] == case["monthly_usd"]
    assert sum(Decimal(line["usd"]) for line in resource["lines"]) == Decimal(case["monthly_usd"])


def test_each_kind_with_a_price_has_a_case() -> None:
    # With some usage of all keys: whichever kind then has a line has its arithmetic in the table.
    priced = {
        kind
        for kind, known in KINDS.items()
        if estimated(kind, {}, {key: 1 for key in known.usage if key != "model"})["resources"][0]["lines"]
    }
    assert len(priced) > 20
    assert sorted(priced - {case["type"] for case in CASES if case["monthly_usd"] != "0"}) == []


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_type_is_known(name: str) -> None:
    assert f"AWS::{name}" in {**KINDS, **FREE_TYPES}


def test_each_component_of_plans_is_a_kind_here() -> None:
    assert set(COMPONENTS) - {METER} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_without_properties_and_usage_is_covered(kind: str) -> None:
    document = estimated(kind, {})
    (resource,) = document["resources"]
    assert resource["status"] in {"estimated", "unpriced", "free"}
    # Nothing costs 0 by omission.
    assert resource["status"] != "estimated" or resource["monthly_usd"] != "0"
    assert resource["status"] == "estimated" or resource["reason"]


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.usage])
def test_more_usage_never_costs_less(kind: str) -> None:
    keys = [key for key in KINDS[kind].usage if key != "model"]
    little, much = (estimated(kind, {}, dict.fromkeys(keys, size)) for size in (1, 1000) if keys)
    assert float(much["cost"]["monthly_usd"]) >= float(little["cost"]["monthly_usd"])


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["g5.xlarge", "gp3", "-1", "1e99"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Ref", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::Odd", "Ebs", "Size"]), inner)
    ),
    max_leaves=6,
)
_NAMES = st.sampled_from(
    [
        "InstanceType",
        "Size",
        "VolumeType",
        "Engine",
        "DBInstanceClass",
        "ProductionVariants",
        "BlockDeviceMappings",
        "LaunchTemplate",
        "EBSOptions",
        "ClusterConfig",
        "Edition",
        "Dimension",
        "TaskDefinition",
        "Architectures",
        "MemorySize",
        "SubnetIds",
        "VpcEndpointType",
        "KnowledgeBaseConfiguration",
        "ServerlessV2ScalingConfiguration",
        "ContentPolicyConfig",
        "Period",
        "Metrics",
    ]
)


@given(kind=st.sampled_from(sorted(KINDS)), properties=st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_no_properties_crash_it(kind: str, properties: dict[str, Any]) -> None:
    try:
        document = estimated(kind, properties)
    except InputError as error:
        assert "is not defined" in str(error)  # noqa: PT017  (an Fn::If of no condition; anything else is a defect)
    else:
        assert sum(document["coverage"].values()) == 1
