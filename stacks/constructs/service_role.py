"""Roles that AWS services take on, each with exactly the statements it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

__all__ = ["ServiceRole", "allow"]


def allow(
    actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, Mapping[str, str]] | None = None
) -> iam.PolicyStatement:
    """Return a statement that allows actions on resources."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)


class ServiceRole(iam.Role):
    """A role for one service, for this account's resources alone.

    Its statements are inline, so that what uses the role can't be created before its permissions are.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        statements: Sequence[iam.PolicyStatement],
        source_arn: str | None = None,
    ) -> None:
        conditions = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
        if source_arn is not None:
            conditions["ArnLike"] = {"aws:SourceArn": source_arn}
        super().__init__(
            scope,
            construct_id,
            assumed_by=iam.ServicePrincipal(service, conditions=conditions),
            inline_policies={"Access": iam.PolicyDocument(statements=list(statements))},
        )
