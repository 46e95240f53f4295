"""Log groups with an end: encrypted, and kept no longer than the plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list

if TYPE_CHECKING:
    from stacks.planned_stack import PlannedStack

__all__ = ["add_log_group"]

# What CloudWatch Logs takes as days, up to a year and in years up to ten.
_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def add_log_group(stack: PlannedStack, construct_id: str, *, name: str) -> str:
    """Add the log group of a state machine or a function, which goes with the stack, and return its ARN."""
    wanted = stack.plan.settings["log_retention_days"]
    days = next((days for days in _RETENTION_DAYS if days >= wanted), _RETENTION_DAYS[-1])
    group = plain_resource(
        stack,
        construct_id,
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": name,
            "KmsKeyId": stack.key.key_arn,
            "RetentionInDays": days,
            "Tags": tag_list(stack.plan.name),
        },
    )
    group.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
    return attribute(group, "Arn")
