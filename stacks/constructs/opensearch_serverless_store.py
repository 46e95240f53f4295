"""OpenSearch Serverless as a vector store: policies, collection and index, without a function to create the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

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
        self.collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self.name,
            type="VECTORSEARCH",
            description=f"Passages of the workload {scope.plan.name}",
            **capacity,
        )
        self.collection.node.add_dependency(*before)

    def statements(self) -> list[Statement]:
        """Return what a knowledge base's role needs; what it may do there is the data policy's."""
        return [allow(["aoss:APIAccessAll"], [self.collection.attr_arn])]

    def storage(self, role: ServiceRole) -> bedrock.CfnKnowledgeBase.StorageConfigurationProperty:
        """Add data policy and index for a knowledge base's role, and return how the knowledge base names them."""
        access = self._access_policy(role)
        index = self._vector_index()
        index.node.add_dependency(access)
        self.needed_first = [index]
        return bedrock.CfnKnowledgeBase.StorageConfigurationProperty(
            type="OPENSEARCH_SERVERLESS",
            opensearch_serverless_configuration=bedrock.CfnKnowledgeBase.OpenSearchServerlessConfigurationProperty(
                collection_arn=self.collection.attr_arn,
                vector_index_name=_INDEX,
                field_mapping=bedrock.CfnKnowledgeBase.OpenSearchServerlessFieldMappingProperty(
                    vector_field=_VECTOR, text_field=_TEXT, metadata_field=_METADATA
                ),
            ),
        )

    def _encryption_policy(self) -> None:
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self.name}"]}
        aoss.CfnSecurityPolicy(
            self,
            "EncryptionPolicy",
            name=self.name,
            type="encryption",
            policy=self._stack.to_json_string({"Rules": [rule], "KmsARN": self._stack.key.key_arn}),
        )

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
        aoss.CfnSecurityPolicy(
            self, "NetworkPolicy", name=self.name, type="network", policy=cdk.Token.as_string(policy)
        )

    def _access_policy(self, role: ServiceRole) -> aoss.CfnAccessPolicy:
        stack = self._stack
        # The role with which the CDK command has CloudFormation deploy: it creates the index.
        deployer = (
            f"arn:{stack.partition}:iam::{stack.account}:role/"
            f"cdk-{cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER}-cfn-exec-role-{stack.account}-{stack.region}"
        )
        index = f"index/{self.name}/*"
        return aoss.CfnAccessPolicy(
            self,
            "DataPolicy",
            name=self.name,
            type="data",
            policy=stack.to_json_string(
                [
                    {
                        "Rules": [{"ResourceType": "index", "Resource": [index], "Permission": _READ_WRITE}],
                        "Principal": [role.attr_arn],
                    },
                    {
                        "Rules": [{"ResourceType": "index", "Resource": [index], "Permission": _CREATE}],
                        "Principal": [deployer],
                    },
                ]
            ),
        )

    def _vector_index(self) -> aoss.CfnIndex:
        field = aoss.CfnIndex.PropertyMappingProperty
        return aoss.CfnIndex(
            self,
            "Index",
            collection_endpoint=self.collection.attr_collection_endpoint,
            index_name=_INDEX,
            settings=aoss.CfnIndex.IndexSettingsProperty(index=aoss.CfnIndex.IndexProperty(knn=True)),
            mappings=aoss.CfnIndex.MappingsProperty(
                properties={
                    _VECTOR: field(
                        type="knn_vector",
                        dimension=self._stack.plan.settings["embedding_dimensions"],
                        method=aoss.CfnIndex.MethodProperty(name="hnsw", engine="faiss", space_type="l2"),
                    ),
                    _TEXT: field(type="text", index=True),
                    _METADATA: field(type="text", index=False),
                }
            ),
        )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _classic(store: OpenSearchServerlessStore) -> dict[str, Any]:
    """Return a collection with standby replicas where the plan pays for them."""
    redundant = store.plan.settings["redundancy"]
    return {"standby_replicas": "ENABLED" if redundant else "DISABLED"}


def _nextgen(store: OpenSearchServerlessStore) -> dict[str, Any]:
    """Return a collection in a group of the generation that scales to zero; it has no other way to be chosen."""
    aoss.CfnCollectionGroup(
        store,
        "CollectionGroup",
        name=store.name,
        generation="NEXTGEN",
        standby_replicas="ENABLED",  # the only value that this generation takes; it costs nothing at rest
        capacity_limits=aoss.CfnCollectionGroup.CapacityLimitsProperty(
            min_indexing_capacity_in_ocu=0, min_search_capacity_in_ocu=0
        ),
    )
    return {"collection_group_name": store.name}


GENERATIONS = {"classic": _classic, "nextgen": _nextgen}
