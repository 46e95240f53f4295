"""A state machine from its file: encrypted, logged with all events, traced, with a role of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn

from stacks.constructs.execution_logs import ExecutionLogs
from stacks.constructs.service_role import ServiceRole, allow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from stacks.constructs.encryption_key import EncryptionKey
    from stacks.constructs.service_role import Statement

__all__ = ["StateMachine", "state_machine_definition"]

_DEFINITIONS = Path(__file__).resolve().parent.parent / "state_machines"
_KEY_REUSE_SECONDS = 900  # the longest that Step Functions may use a data key: fewest requests to KMS


def state_machine_definition(name: str) -> str:
    """Return a state machine's definition, `state_machines/<name>.asl.json`, in one line."""
    text = (_DEFINITIONS / f"{name}.asl.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


class StateMachine(sfn.CfnStateMachine):
    """A standard workflow; its role and log group stand beside it, named after it.

    The definition is text and not an object: CDK drops `null` from objects, and `"ResultPath": null` means something.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: str,
        substitutions: Mapping[str, str],
        statements: Sequence[Statement],
        workload: str,
        encryption_key: EncryptionKey,
        retention_days: int,
    ) -> None:
        stack = cdk.Stack.of(scope)
        logs = ExecutionLogs(
            scope,
            f"{construct_id}Logs",
            encryption_key=encryption_key,
            retention_days=retention_days,
            # With this prefix log delivery needs no room in the account's one policy for log groups.
            log_group_name=f"/aws/vendedlogs/states/{workload}-{construct_id}",
        )
        role = ServiceRole(
            scope,
            f"{construct_id}Role",
            service="states.amazonaws.com",
            source_arn=f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:*",
            statements=[*statements, *_common_statements(encryption_key)],
        )
        # Log delivery reads what the state machine encrypted; it names no source in its requests to KMS.
        encryption_key.allow_service("delivery.logs.amazonaws.com", actions=["kms:Decrypt"])
        super().__init__(
            scope,
            construct_id,
            role_arn=role.attr_arn,
            state_machine_type="STANDARD",
            definition_string=state_machine_definition(definition),
            definition_substitutions=dict(substitutions),
            encryption_configuration=sfn.CfnStateMachine.EncryptionConfigurationProperty(
                type="CUSTOMER_MANAGED_KMS_KEY",
                kms_key_id=encryption_key.key_arn,
                kms_data_key_reuse_period_seconds=_KEY_REUSE_SECONDS,
            ),
            logging_configuration=sfn.CfnStateMachine.LoggingConfigurationProperty(
                level="ALL",
                include_execution_data=True,
                destinations=[
                    sfn.CfnStateMachine.LogDestinationProperty(
                        cloud_watch_logs_log_group=sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=logs.log_group_arn
                        )
                    )
                ],
            ),
            tracing_configuration=sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True),
        )


def _common_statements(encryption_key: EncryptionKey) -> list[Statement]:
    """Return what each state machine needs: its key, delivery of its log and of its traces.

    Log delivery and X-Ray know no resources: AWS's own policies allow these actions on all.
    """
    return [
        allow(["kms:Decrypt", "kms:GenerateDataKey"], [encryption_key.key_arn]),
        allow(
            [
                "logs:CreateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
                "logs:GetLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:UpdateLogDelivery",
            ],
            ["*"],
        ),
        allow(
            [
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:PutTelemetryRecords",
                "xray:PutTraceSegments",
            ],
            ["*"],
        ),
    ]
