"""S3 Vectors as a vector store: an encrypted vector bucket with one index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from constructs import Construct

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
from stacks.constructs.service_role import allow

if TYPE_CHECKING:
    from constructs import IDependable

    from stacks.constructs.service_role import ServiceRole, Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["S3VectorsStore"]

# What Bedrock stores beside a vector; both are too large to be filtered by.
_NON_FILTERABLE = ["AMAZON_BEDROCK_METADATA", "AMAZON_BEDROCK_TEXT"]
_ACTIONS = [
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:QueryVectors",
]


class S3VectorsStore(Construct):
    """A vector bucket that costs by what it holds and is asked; nothing runs in it."""

    def __init__(self, scope: PlannedStack, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        # S3 Vectors reads the bucket by itself to keep the index in order.
        scope.key.allow_service(
            "indexing.s3vectors.amazonaws.com",
            actions=["kms:Decrypt"],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
        tags = tag_list(scope.plan.name)
        bucket = plain_resource(
            self,
            "Bucket",
            "AWS::S3Vectors::VectorBucket",
            {"EncryptionConfiguration": {"SseType": "aws:kms", "KmsKeyArn": scope.key.key_arn}, "Tags": tags},
        )
        index = plain_resource(
            self,
            "Index",
            "AWS::S3Vectors::Index",
            {
                "VectorBucketArn": attribute(bucket, "VectorBucketArn"),
                "DataType": "float32",
                "Dimension": scope.plan.settings["embedding_dimensions"],
                "DistanceMetric": "cosine",
                "MetadataConfiguration": {"NonFilterableMetadataKeys": _NON_FILTERABLE},
                "Tags": tags,
            },
        )
        self._index_arn = attribute(index, "IndexArn")

    @property
    def needed_first(self) -> list[IDependable]:
        """Return what a knowledge base must wait for beside what it refers to."""
        return []

    def statements(self) -> list[Statement]:
        """Return what a knowledge base's role needs."""
        return [allow(_ACTIONS, [self._index_arn])]

    def storage(self, _role: ServiceRole) -> dict[str, Any]:
        """Return how a knowledge base names the store."""
        return {"Type": "S3_VECTORS", "S3VectorsConfiguration": {"IndexArn": self._index_arn}}
