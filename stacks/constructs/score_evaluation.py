"""The function that asks a customized model the evaluation prompts and scores its answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as assets

from stacks.constructs.execution_logs import ExecutionLogs
from stacks.constructs.service_role import ServiceRole, allow
from stacks.names import physical_name

if TYPE_CHECKING:
    from aws_cdk import aws_iam as iam

    from stacks.planned_stack import PlannedStack

__all__ = ["add_score_evaluation"]

_CODE = Path(__file__).resolve().parent.parent / "functions" / "score_evaluation"
_ID = "ScoreEvaluation"
_NAME_LIMIT = 64
_TIMEOUT_SECONDS = 900  # the longest that Lambda allows: a run answers as many prompts as it can
_RUNTIME = "python3.14"


def add_score_evaluation(stack: PlannedStack, *, statements: list[iam.PolicyStatement]) -> lambda_.CfnFunction:
    """Add the function with its log group and its role, which may do what the statements say."""
    name = physical_name(stack.plan.name, limit=_NAME_LIMIT, suffix="-score-evaluation")
    logs = ExecutionLogs(
        stack,
        f"{_ID}Logs",
        encryption_key=stack.key,
        retention_days=stack.plan.settings["log_retention_days"],
        log_group_name=f"/aws/lambda/{name}",
    )
    code = assets.Asset(stack, f"{_ID}Code", path=str(_CODE), exclude=["__pycache__"])
    role = ServiceRole(
        stack,
        f"{_ID}Role",
        service="lambda.amazonaws.com",
        statements=[*statements, allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logs.log_group_arn])],
    )
    return lambda_.CfnFunction(
        stack,
        _ID,
        function_name=name,
        description=f"Measures customized models of the workload {stack.plan.name}",
        runtime=_RUNTIME,
        architectures=["x86_64"],
        handler="index.handler",
        code=lambda_.CfnFunction.CodeProperty(s3_bucket=code.s3_bucket_name, s3_key=code.s3_object_key),
        role=role.role_arn,
        timeout=_TIMEOUT_SECONDS,
        memory_size=stack.part(_ID).properties["MemorySize"],
        kms_key_arn=stack.key.key_arn,
        logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=logs.log_group_name, log_format="JSON"),
    )
