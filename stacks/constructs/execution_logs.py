"""Log groups with an end: encrypted, and kept no longer than the plan says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct

__all__ = ["ExecutionLogs"]


class ExecutionLogs(logs.LogGroup):
    """The log of a state machine or a function; it goes with the stack."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        encryption_key: kms.IKey,
        retention_days: int,
        log_group_name: str,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption_key=encryption_key,
            log_group_name=log_group_name,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        resource = self.node.default_child
        # The enumeration of the higher construct has a member a number; the plan has the number.
        resource.retention_in_days = retention_days  # type: ignore[union-attr]
