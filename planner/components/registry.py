"""Which component serves which CloudFormation type, and which types cost nothing by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from planner.components.api_meter import METER, api_meter
from planner.components.bedrock_guardrail import bedrock_guardrail
from planner.components.bedrock_inference_profile import bedrock_inference_profile
from planner.components.bedrock_knowledge_base import bedrock_knowledge_base
from planner.components.kms_key import kms_key
from planner.components.lambda_function import lambda_function
from planner.components.log_group import log_group
from planner.components.opensearch_serverless_collection import opensearch_serverless_collection
from planner.components.other_vector_stores import aurora_cluster, kendra_index, neptune_graph, opensearch_domain
from planner.components.s3_bucket import s3_bucket
from planner.components.s3_vectors_index import s3_vectors_index
from planner.components.sagemaker_endpoint_config import sagemaker_endpoint_config
from planner.components.schedule import schedule
from planner.components.state_machine import state_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.usage import MeterUsage, Params

__all__ = ["COMPONENTS", "FREE", "Component", "meter_usages"]


class Component(Protocol):
    """Properties of a resource and its usage → usage of billing meters."""

    def __call__(self, properties: Mapping[str, object], usage: Params, /) -> Iterable[MeterUsage]:
        """Yield the usage."""


def _register(*entries: tuple[str, Component]) -> dict[str, Component]:
    components: dict[str, Component] = {}
    for resource_type, component in entries:
        if resource_type in components:
            message = f"component for {resource_type} is registered twice"
            raise ValueError(message)
        components[resource_type] = component
    return components


COMPONENTS = _register(
    (METER, api_meter),
    ("AWS::Bedrock::ApplicationInferenceProfile", bedrock_inference_profile),
    ("AWS::Bedrock::Guardrail", bedrock_guardrail),
    ("AWS::Bedrock::KnowledgeBase", bedrock_knowledge_base),
    ("AWS::KMS::Key", kms_key),
    ("AWS::Kendra::Index", kendra_index),
    ("AWS::Lambda::Function", lambda_function),
    ("AWS::Logs::LogGroup", log_group),
    ("AWS::NeptuneGraph::Graph", neptune_graph),
    ("AWS::OpenSearchServerless::Collection", opensearch_serverless_collection),
    ("AWS::OpenSearchService::Domain", opensearch_domain),
    ("AWS::RDS::DBCluster", aurora_cluster),
    ("AWS::S3::Bucket", s3_bucket),
    ("AWS::S3Vectors::Index", s3_vectors_index),
    ("AWS::SageMaker::EndpointConfig", sagemaker_endpoint_config),
    ("AWS::Scheduler::Schedule", schedule),
    ("AWS::StepFunctions::StateMachine", state_machine),
)

# Types without a charge of their own, each with the reason: what they lead to is charged where it happens.
FREE: dict[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "added instances are the endpoint configuration's",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "added instances are the endpoint configuration's",
    "AWS::Bedrock::DataSource": "no charge of its own; embedding its documents is the knowledge base's",
    "AWS::Bedrock::GuardrailVersion": "a version of a guardrail; text units are the guardrail's",
    "AWS::Bedrock::Prompt": "prompt management has no price in any source; tokens are the inference profile's",
    "AWS::Bedrock::PromptVersion": "prompt management has no price in any source; tokens are the inference profile's",
    "AWS::Budgets::Budget": "budgets with notifications are free; only budget actions are charged",
    "AWS::IAM::ManagedPolicy": "IAM is free",
    "AWS::IAM::Policy": "IAM is free",
    "AWS::IAM::Role": "IAM is free",
    "AWS::KMS::Alias": "aliases of a key are free",
    "AWS::Lambda::Permission": "a policy statement",
    "AWS::OpenSearchServerless::AccessPolicy": "a policy document",
    "AWS::OpenSearchServerless::CollectionGroup": "a limit on capacity; OCUs are the collections'",
    "AWS::OpenSearchServerless::Index": "part of a collection, which is charged",
    "AWS::OpenSearchServerless::SecurityPolicy": "a policy document",
    "AWS::S3::BucketPolicy": "a policy document",
    "AWS::S3Vectors::VectorBucket": "storage and requests are its indexes'",
    "AWS::S3Vectors::VectorBucketPolicy": "a policy document",
    "AWS::SNS::Subscription": "e-mail of a budget's few alarms a month",
    "AWS::SNS::Topic": "no charge for a topic; a budget publishes a few messages a month",
    "AWS::SNS::TopicPolicy": "a policy document",
    "AWS::SageMaker::Endpoint": "its instances are the endpoint configuration's",
    "AWS::SageMaker::Model": "a reference to an image and an artifact",
}


def meter_usages(resource_type: str, properties: Mapping[str, object], usage: Params) -> list[MeterUsage]:
    """Return what a resource uses of each billing meter.

    Raises:
        KeyError: for a type that no component serves: callers ask `COMPONENTS` first.
    """
    return list(COMPONENTS[resource_type](properties, usage))
