"""The workload's own key: everything that a stack stores is encrypted with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

__all__ = ["EncryptionKey"]


class EncryptionKey(kms.Key):
    """A customer-managed key that rotates each year and that services may use for this account's resources alone."""

    def __init__(self, scope: Construct, construct_id: str, *, workload: str) -> None:
        super().__init__(scope, construct_id, description=f"Data of the workload {workload}", enable_key_rotation=True)
        stack = cdk.Stack.of(self)
        log_groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
        self.allow_service(
            f"logs.{stack.region}.amazonaws.com",
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )

    def allow_service(
        self, service: str, *, actions: Sequence[str], conditions: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """Let a service use the key; conditions tie it to this account's resources."""
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=list(actions),
                resources=["*"],
                conditions=conditions,
            )
        )
