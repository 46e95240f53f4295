"""Roles of SageMaker's jobs and endpoints: what both need beside their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.service_role import ServiceRole, allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.constructs.service_role import Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["sagemaker_role"]


def sagemaker_role(
    stack: PlannedStack, construct_id: str, *, image: str, namespace: str, statements: Sequence[Statement]
) -> ServiceRole:
    """Add a role that pulls an image, writes logs and metrics under a namespace, and may do what the statements say."""
    registry, _, path = image.partition("/")
    repository, _, _ = path.partition(":")
    owner, *_ = registry.split(".")
    log_groups = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{namespace}*"
    return ServiceRole(
        stack,
        construct_id,
        service="sagemaker.amazonaws.com",
        statements=[
            *statements,
            allow(["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [stack.key.key_arn]),
            allow(
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                [log_groups],
            ),
            # A token for the registry and metrics know no resources.
            allow(["ecr:GetAuthorizationToken"], ["*"]),
            allow(
                ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                [f"arn:{stack.partition}:ecr:{stack.region}:{owner}:repository/{repository}"],
            ),
            allow(["cloudwatch:PutMetricData"], ["*"], {"StringLike": {"cloudwatch:namespace": f"{namespace}*"}}),
        ],
    )
