"""Roles that AWS services take on, each with exactly the statements it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

__all__ = ["ServiceRole", "Statement", "allow"]

Statement = dict[str, Any]  # as IAM's JSON has it

_VERSION = "2012-10-17"


def allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Mapping[str, str]] | None = None
) -> Statement:
    """Return a statement that allows actions on resources."""
    statement: Statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return {**statement, "Condition": conditions} if conditions else statement


class ServiceRole(iam.CfnRole):
    """A role for one service, for this account's resources alone.

    Its statements are inline, so that what uses the role can't be created before its permissions are.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        statements: Sequence[Statement],
        source_arn: str | None = None,
    ) -> None:
        conditions = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
        if source_arn is not None:
            conditions["ArnLike"] = {"aws:SourceArn": source_arn}
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": conditions,
        }
        super().__init__(
            scope,
            construct_id,
            assume_role_policy_document={"Version": _VERSION, "Statement": [trust]},
            policies=[
                iam.CfnRole.PolicyProperty(
                    policy_name="Access",
                    policy_document={"Version": _VERSION, "Statement": list(statements)},
                )
            ],
        )
