"""S3 Vectors as a vector store: an encrypted vector bucket with one index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_s3vectors as s3vectors
from constructs import Construct

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
        bucket = s3vectors.CfnVectorBucket(
            self,
            "Bucket",
            encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(
                sse_type="aws:kms", kms_key_arn=scope.key.key_arn
            ),
        )
        self.index = s3vectors.CfnIndex(
            self,
            "Index",
            vector_bucket_arn=bucket.attr_vector_bucket_arn,
            data_type="float32",
            dimension=scope.plan.settings["embedding_dimensions"],
            distance_metric="cosine",
            metadata_configuration=s3vectors.CfnIndex.MetadataConfigurationProperty(
                non_filterable_metadata_keys=_NON_FILTERABLE
            ),
        )

    @property
    def needed_first(self) -> list[IDependable]:
        """Return what a knowledge base must wait for beside what it refers to."""
        return []

    def statements(self) -> list[Statement]:
        """Return what a knowledge base's role needs."""
        return [allow(_ACTIONS, [self.index.attr_index_arn])]

    def storage(self, _role: ServiceRole) -> bedrock.CfnKnowledgeBase.StorageConfigurationProperty:
        """Return how a knowledge base names the store."""
        return bedrock.CfnKnowledgeBase.StorageConfigurationProperty(
            type="S3_VECTORS",
            s3_vectors_configuration=bedrock.CfnKnowledgeBase.S3VectorsConfigurationProperty(
                index_arn=self.index.attr_index_arn
            ),
        )
