"""Batch inference: prompts in one bucket, answers in another, and the state machine that runs and awaits the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.service_role import ServiceRole, allow
from stacks.constructs.state_machine import add_state_machine
from stacks.names import TAG_KEY, model_arns, physical_name

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.constructs.service_role import Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["add_batch_inference"]

# A job's name is this, a hyphen and a digest of 32 characters: 63 at the most.
_NAME_LIMIT = 30
_TIMEOUT_HOURS = 24  # Bedrock's own default


def add_batch_inference(stack: PlannedStack) -> None:
    """Add buckets, the job's role and the state machine; a job starts when the state machine is started."""
    answers_in, answers_out = stack.data_bucket("BatchInput"), stack.data_bucket("BatchOutput")
    job_arn = f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:model-invocation-job/*"
    role = ServiceRole(
        stack,
        "BatchJobRole",
        service="bedrock.amazonaws.com",
        source_arn=job_arn,
        statements=_job_statements(stack, source=answers_in, target=answers_out),
    )
    models = model_arns(stack, stack.plan.design["model"])
    machine_arn = add_state_machine(
        stack,
        "BatchInference",
        definition="batch_inference",
        substitutions={
            "InputUri": f"s3://{answers_in.bucket_name}/",
            "OutputUri": f"s3://{answers_out.bucket_name}/",
            "JobRoleArn": role.attr_arn,
            "KmsKeyArn": stack.key.key_arn,
            "ModelId": stack.plan.design["model"],
            "NamePrefix": physical_name(stack.plan.name, limit=_NAME_LIMIT),
            "TagKey": TAG_KEY,
            "TagValue": stack.plan.name,
            "TimeoutHours": str(_TIMEOUT_HOURS),
        },
        statements=[
            allow(["bedrock:CreateModelInvocationJob", "bedrock:TagResource"], [*models, job_arn]),
            allow(["bedrock:GetModelInvocationJob", "bedrock:StopModelInvocationJob"], [job_arn]),
            allow(
                ["iam:PassRole"],
                [role.attr_arn],
                {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
        ],
    )
    stack.state(
        "BatchInputBucket", answers_in.bucket_name, "Put prompts here as JSON lines, then start the state machine"
    )
    stack.state("BatchOutputBucket", answers_out.bucket_name, "Answers appear here")
    stack.state("BatchInferenceArn", machine_arn, "State machine that runs a batch job and waits for it")


def _job_statements(stack: PlannedStack, *, source: DataBucket, target: DataBucket) -> list[Statement]:
    return [
        allow(["s3:ListBucket"], [source.bucket_arn, target.bucket_arn]),
        allow(["s3:GetObject"], [source.arn_for_objects("*")]),
        allow(["s3:PutObject"], [target.arn_for_objects("*")]),
        allow(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [stack.key.key_arn]),
        # Called through an inference profile, the model is invoked with the job's role.
        allow(["bedrock:InvokeModel"], model_arns(stack, stack.plan.design["model"])),
    ]
