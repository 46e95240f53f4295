"""Each template is created through CloudFormation, in moto: references, attributes and their order resolve.

It proves nothing of what AWS accepts: types that moto lacks are stood for by a model that takes anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from moto.core.common_models import CloudFormationModel

from tests.stacks.workloads import NAMES, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
# boto3 and moto have no types.
Client = Any
Untyped = Any

# What moto's own models refuse although CloudFormation takes it.
TOO_NARROW = {
    "AWS::KMS::Key",  # its tags
    "AWS::Lambda::Function",  # code in a bucket that moto does not have
}


class AnyResource(CloudFormationModel):
    """A resource of any type; each of its attributes is its name and the attribute's."""

    __module__ = "moto.cloudformation.models"  # moto asks a model's module which account and region it is in

    def __init__(self, name: str) -> None:
        self.name = name
        self.type = "Any"

    @property
    def physical_resource_id(self) -> str:
        return self.name

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return f"{self.name}.{attribute_name}"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Untyped, account_id: str, region_name: str, **kwargs: Untyped
    ) -> AnyResource:
        return cls(resource_name)

    @classmethod
    def delete_from_cloudformation_json(cls, *args: Untyped, **kwargs: Untyped) -> None:
        """Nothing is there to be deleted."""


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    import boto3  # type: ignore[import-untyped]
    from moto.cloudformation import parsing

    known = parsing.resource_class_from_type

    def any_type(resource_type: str) -> Untyped:
        return AnyResource if resource_type in TOO_NARROW else known(resource_type) or AnyResource

    monkeypatch.setattr(parsing, "resource_class_from_type", any_type)
    # moto's instances end at g4dn and p3.
    monkeypatch.setattr("moto.sagemaker.models.FakeEndpointConfig.validate_instance_type", lambda *_: None)
    with mock_aws():
        yield boto3.client("cloudformation", region_name="us-east-1")


def created(cloudformation: Client, template: Json, **parameters: str) -> tuple[set[str], dict[str, str]]:
    """Create a stack and return the logical ids of its resources, and its outputs."""
    cloudformation.create_stack(
        StackName="it",
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    (stack,) = cloudformation.describe_stacks(StackName="it")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    resources = cloudformation.list_stack_resources(StackName="it")["StackResourceSummaries"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    # moto lists what a condition leaves out too, without a name.
    return {resource["LogicalResourceId"] for resource in resources} - {""}, outputs


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_created(cloudformation: Client, templates: dict[str, Json], name: str) -> None:
    template = templates[name]

    resources, outputs = created(cloudformation, template)

    made = {key for key, resource in template["Resources"].items() if "Condition" not in resource}
    assert resources == made
    assert outputs["EstimatedMonthlyCost"] == plan_of(name).cost["monthly_usd"]
    assert all(outputs.values())


def test_an_artifact_brings_the_endpoint(cloudformation: Client, templates: dict[str, Json]) -> None:
    template = templates["sagemaker-lora"]

    resources, outputs = created(cloudformation, template, ModelArtifactUri="s3://bucket/models/job/model.tar.gz")

    assert resources == set(template["Resources"])
    assert outputs["EndpointName"]


def test_the_collections_endpoint_can_be_opened(cloudformation: Client, templates: dict[str, Json]) -> None:
    created(cloudformation, templates["rag-opensearch"], OpenCollectionEndpoint="true")
