"""OpenSearch Serverless as a vector store: policies, collection and index, without a function to create the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from constructs import Construct

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
from stacks.constructs.service_role import allow
from stacks.names import physical_name

if TYPE_CHECKING:
    from constructs import IDependable

    from stacks.constructs.service_role import ServiceRole, Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["OpenSearchServerlessStore"]

_NAME_LIMIT = 32  # of collections, groups and policies
_INDEX = "passages"
_VECTOR, _TEXT, _METADATA = "vector", "text", "metadata"
_READ_WRITE = ["aoss:DescribeIndex", "aoss:ReadDocument", "aoss:WriteDocument"]
_CREATE = ["aoss:CreateIndex", "aoss:DeleteIndex", "aoss:DescribeIndex", "aoss:UpdateIndex"]


class OpenSearchServerlessStore(Construct):
    """An encrypted collection with a vector index, reachable by Bedrock alone."""

    def __init__(self, scope: PlannedStack, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._stack = scope
        self.needed_first: list[IDependable] = []  # what a knowledge base must wait for beside what it refers to
        self.plan = scope.plan
        self.name = physical_name(scope.plan.name, limit=_NAME_LIMIT, suffix="-kb")
        self._encryption_policy()
        self._network_policy()
        capacity = GENERATIONS[scope.plan.settings["opensearch_generation"]](self)
        before = self.node.children
        self._collection = plain_resource(
            self,
            "Collection",
            "AWS::OpenSearchServerless::Collection",
            {
                "Name": self.name,
                "Type": "VECTORSEARCH",
                "Description": f"Passages of the workload {scope.plan.name}",
                **capacity,
                "Tags": tag_list(scope.plan.name),
            },
        )
        self._collection.node.add_dependency(*before)

    def statements(self) -> list[Statement]:
        """Return what a knowledge base's role needs; what it may do there is the data policy's."""
        return [allow(["aoss:APIAccessAll"], [attribute(self._collection, "Arn")])]

    def storage(self, role: ServiceRole) -> dict[str, Any]:
        """Add data policy and index for a knowledge base's role, and return how the knowledge base names them."""
        access = self._access_policy(role)
        index = self._vector_index()
        index.node.add_dependency(access)
        self.needed_first = [index]
        return {
            "Type": "OPENSEARCH_SERVERLESS",
            "OpensearchServerlessConfiguration": {
                "CollectionArn": attribute(self._collection, "Arn"),
                "VectorIndexName": _INDEX,
                "FieldMapping": {"VectorField": _VECTOR, "TextField": _TEXT, "MetadataField": _METADATA},
            },
        }

    def _encryption_policy(self) -> None:
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}
        policy = _json({"Rules": [rule], "KmsARN": self._stack.key.key_arn})
        self._policy("EncryptionPolicy", "SecurityPolicy", kind="encryption", policy=policy)

    def _policy(self, construct_id: str, noun: str, *, kind: str, policy: str) -> cdk.CfnResource:
        """Add a policy; they all bear the collection's name."""
        properties = {"Name": self.name, "Type": kind, "Policy": policy}
        return plain_resource(self, construct_id, f"AWS::OpenSearchServerless::{noun}", properties)

    def _network_policy(self) -> None:
        opened = cdk.CfnParameter(
            self._stack,
            "OpenCollectionEndpoint",
            type="String",
            allowed_values=["false", "true"],
            default="false",
            description="CloudFormation creates the index through the collection's endpoint. Where it is refused, "
            "deploy once with true and then again with false; the data policy holds in both cases",
        )
        is_open = cdk.CfnCondition(
            self._stack,
            "CollectionEndpointIsOpen",
            expression=cdk.Fn.condition_equals(opened.value_as_string, "true"),
        )
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}
        for_all = {"Rules": [rule], "AllowFromPublic": True}
        for_bedrock = {"Rules": [rule], "AllowFromPublic": False, "SourceServices": ["bedrock.amazonaws.com"]}
        policy = cdk.Fn.condition_if(is_open.logical_id, _json([for_all]), _json([for_bedrock]))
        self._policy("NetworkPolicy", "SecurityPolicy", kind="network", policy=cdk.Token.as_string(policy))

    def _access_policy(self, role: ServiceRole) -> cdk.CfnResource:
        stack = self._stack
        # The role with which the CDK command has CloudFormation deploy: it creates the index.
        deployer = (
            f"arn:{stack.partition}:iam::{stack.account}:role/"
            f"cdk-{cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER}-cfn-exec-role-{stack.account}-{stack.region}"
        )
        index = {"ResourceType": "index", "Resource": [f"index/{self.name}/*"]}
        may_use = {"Rules": [{**index, "Permission": _READ_WRITE}], "Principal": [role.attr_arn]}
        may_create = {"Rules": [{**index, "Permission": _CREATE}], "Principal": [deployer]}
        return self._policy("DataPolicy", "AccessPolicy", kind="data", policy=_json([may_use, may_create]))

    def _vector_index(self) -> cdk.CfnResource:
        fields = {
            _VECTOR: {
                "Type": "knn_vector",
                "Dimension": self.plan.settings["embedding_dimensions"],
                "Method": {"Name": "hnsw", "Engine": "faiss", "SpaceType": "l2"},
            },
            _TEXT: {"Type": "text", "Index": True},
            _METADATA: {"Type": "text", "Index": False},
        }
        return plain_resource(
            self,
            "Index",
            "AWS::OpenSearchServerless::Index",
            {
                "CollectionEndpoint": attribute(self._collection, "CollectionEndpoint"),
                "IndexName": _INDEX,
                "Settings": {"Index": {"Knn": True}},
                "Mappings": {"Properties": fields},
            },
        )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _classic(store: OpenSearchServerlessStore) -> dict[str, Any]:
    """Return a collection with standby replicas where the plan pays for them."""
    redundant = store.plan.settings["redundancy"]
    return {"StandbyReplicas": "ENABLED" if redundant else "DISABLED"}


def _nextgen(store: OpenSearchServerlessStore) -> dict[str, Any]:
    """Return a collection in a group of the generation that scales to zero; it has no other way to be chosen."""
    plain_resource(
        store,
        "CollectionGroup",
        "AWS::OpenSearchServerless::CollectionGroup",
        {
            "Name": store.name,
            "Generation": "NEXTGEN",
            "StandbyReplicas": "ENABLED",  # the only value that this generation takes; it costs nothing at rest
            "CapacityLimits": {"MinIndexingCapacityInOcu": 0, "MinSearchCapacityInOcu": 0},
            "Tags": tag_list(store.plan.name),
        },
    )
    return {"CollectionGroupName": store.name}


GENERATIONS = {"classic": _classic, "nextgen": _nextgen}
