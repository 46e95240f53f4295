"""The function that asks a customized model the evaluation prompts and scores its answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import aws_s3_assets as assets

from stacks.constructs.execution_logs import add_log_group
from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
from stacks.constructs.service_role import ServiceRole, allow
from stacks.names import physical_name

if TYPE_CHECKING:
    from stacks.constructs.service_role import Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["add_score_evaluation"]

_CODE = Path(__file__).resolve().parent.parent / "functions" / "score_evaluation"
_ID = "ScoreEvaluation"
_NAME_LIMIT = 64
_TIMEOUT_SECONDS = 900  # the longest that Lambda allows: a run answers as many prompts as it can
_RUNTIME = "python3.14"


def add_score_evaluation(stack: PlannedStack, *, statements: list[Statement]) -> str:
    """Add the function with its log group and its role, which may do what the statements say; return its ARN."""
    name = physical_name(stack.plan.name, limit=_NAME_LIMIT, suffix="-score-evaluation")
    log_group = f"/aws/lambda/{name}"
    log_group_arn = add_log_group(stack, f"{_ID}Logs", name=log_group)
    code = assets.Asset(stack, f"{_ID}Code", path=str(_CODE), exclude=["__pycache__"])
    role = ServiceRole(
        stack,
        f"{_ID}Role",
        service="lambda.amazonaws.com",
        statements=[*statements, allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group_arn])],
    )
    function = plain_resource(
        stack,
        _ID,
        "AWS::Lambda::Function",
        {
            "FunctionName": name,
            "Description": f"Measures customized models of the workload {stack.plan.name}",
            "Runtime": _RUNTIME,
            "Architectures": ["x86_64"],
            "Handler": "index.handler",
            "Code": {"S3Bucket": code.s3_bucket_name, "S3Key": code.s3_object_key},
            "Role": role.attr_arn,
            "Timeout": _TIMEOUT_SECONDS,
            "MemorySize": stack.part(_ID).properties["MemorySize"],
            "KmsKeyArn": stack.key.key_arn,
            "LoggingConfig": {"LogGroup": log_group, "LogFormat": "JSON"},
            "Tags": tag_list(stack.plan.name),
        },
    )
    return attribute(function, "Arn")
