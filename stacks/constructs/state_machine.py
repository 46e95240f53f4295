"""A state machine from its file: encrypted, logged with all events, traced, with a role of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.constructs.execution_logs import add_log_group
from stacks.constructs.plain_resource import plain_resource, tag_list
from stacks.constructs.service_role import ServiceRole, allow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.constructs.encryption_key import EncryptionKey
    from stacks.constructs.service_role import Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["add_state_machine", "state_machine_definition"]

_DEFINITIONS = Path(__file__).resolve().parent.parent / "state_machines"
_KEY_REUSE_SECONDS = 900  # the longest that Step Functions may use a data key: fewest requests to KMS


def state_machine_definition(name: str) -> str:
    """Return a state machine's definition, `state_machines/<name>.asl.json`, in one line."""
    text = (_DEFINITIONS / f"{name}.asl.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def add_state_machine(
    stack: PlannedStack,
    construct_id: str,
    *,
    definition: str,
    substitutions: Mapping[str, str],
    statements: Sequence[Statement],
) -> str:
    """Add a standard workflow with a role and a log group, which are named after it, and return its ARN.

    The definition is text and not an object: CDK drops `null` from objects, and `"ResultPath": null` means something.
    """
    logs = add_log_group(
        stack,
        f"{construct_id}Logs",
        # With this prefix log delivery needs no room in the account's one policy for log groups.
        name=f"/aws/vendedlogs/states/{stack.plan.name}-{construct_id}",
    )
    role = ServiceRole(
        stack,
        f"{construct_id}Role",
        service="states.amazonaws.com",
        source_arn=f"arn:{stack.partition}:states:{stack.region}:{stack.account}:stateMachine:*",
        statements=[*statements, *_common_statements(stack.key)],
    )
    # Log delivery reads what the state machine encrypted; it names no source in its requests to KMS.
    stack.key.allow_service("delivery.logs.amazonaws.com", actions=["kms:Decrypt"])
    machine = plain_resource(
        stack,
        construct_id,
        "AWS::StepFunctions::StateMachine",
        {
            "StateMachineType": "STANDARD",
            "RoleArn": role.attr_arn,
            "DefinitionString": state_machine_definition(definition),
            "DefinitionSubstitutions": dict(substitutions),
            "EncryptionConfiguration": {
                "Type": "CUSTOMER_MANAGED_KMS_KEY",
                "KmsKeyId": stack.key.key_arn,
                "KmsDataKeyReusePeriodSeconds": _KEY_REUSE_SECONDS,
            },
            "LoggingConfiguration": {
                "Level": "ALL",
                "IncludeExecutionData": True,
                "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": logs}}],
            },
            "TracingConfiguration": {"Enabled": True},
            "Tags": tag_list(stack.plan.name),
        },
    )
    return machine.ref


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
