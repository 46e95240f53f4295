"""Training on SageMaker's instances: the script as an asset, the job's role, the state machine that runs it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_s3_assets as assets

from stacks.constructs.sagemaker_role import sagemaker_role
from stacks.constructs.service_role import allow
from stacks.constructs.state_machine import add_state_machine
from stacks.names import TAG_KEY, physical_name
from stacks.source_archive import build_source_archive
from stacks.training_images import training_image_uri

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.constructs.service_role import ServiceRole, Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["add_training"]

_SCRIPT = Path(__file__).resolve().parent.parent / "training"
_ADAPTERS = {"lora", "qlora"}
_SERVICE = "sagemaker.amazonaws.com"
# A job's name is this, a digest of 32 characters and the attempt: 63 at the most.
_NAME_LIMIT = 28
_SECONDS_PER_HOUR = 3600
_LONGEST_RUN_SECONDS = 2_419_200  # SageMaker's limit of 28 days
_LONGEST_WAIT_SECONDS = 86_400  # for spot capacity, beside the run itself


def add_training(stack: PlannedStack, *, data: DataBucket, output: DataBucket) -> None:
    """Add the training script, the job's role and the state machine; it runs when it is started."""
    image = training_image_uri(region=stack.plan.region)
    with tempfile.TemporaryDirectory() as folder:
        archive = build_source_archive(_SCRIPT, Path(folder, "sourcedir.tar.gz"))
        code = assets.Asset(stack, "TrainingScript", path=str(archive))  # copies it
    role = sagemaker_role(
        stack,
        "TrainingJobRole",
        image=image,
        namespace="/aws/sagemaker/TrainingJobs",
        statements=_job_statements(stack, data=data, output=output, code=code),
    )
    machine_arn = add_state_machine(
        stack,
        "TrainingWorkflow",
        definition="sagemaker_training",
        substitutions={
            **_job_settings(stack),
            "TrainingImage": image,
            "TrainingRoleArn": role.attr_arn,
            "CodeUri": f"s3://{code.s3_bucket_name}/{code.s3_object_key}",
            "CodeFileName": code.s3_object_key,
            "TrainingDataUri": f"s3://{data.bucket_name}/training/",
            "BaseModelUri": f"s3://{data.bucket_name}/base-model/",
            "CheckpointUri": f"s3://{output.bucket_name}/checkpoints",
            "OutputUri": f"s3://{output.bucket_name}/models/",
            "KmsKeyArn": stack.key.key_arn,
            "VolumeKmsKeyArn": "none" if stack.plan.settings["training"]["local_storage"] else stack.key.key_arn,
        },
        statements=_machine_statements(stack, role=role),
    )
    stack.state(
        "TrainingDataBucket",
        data.bucket_name,
        "Put the examples under training/ and the base model's files under base-model/, then start the state machine",
    )
    stack.state("TrainingWorkflowArn", machine_arn, "State machine that trains; it answers where the artifact is")


def _job_settings(stack: PlannedStack) -> dict[str, str]:
    design, settings = stack.plan.design, stack.plan.settings
    training: dict[str, Any] = design["training"]
    hours = settings["training"]["max_runtime_hours"]
    # Where the hours can't be estimated, the service's own limit is the only one.
    runtime = _LONGEST_RUN_SECONDS if hours is None else min(hours * _SECONDS_PER_HOUR, _LONGEST_RUN_SECONDS)
    return {
        "NamePrefix": _prefix(stack),
        "TagKey": TAG_KEY,
        "TagValue": stack.plan.name,
        "BaseModelId": design["model"],
        "Method": training["method"],
        # The endpoint serves whole models.
        "MergeAdapters": "true" if training["method"] in _ADAPTERS else "false",
        "Epochs": str(training["epochs"]),
        "Program": "train.py",
        "InstanceType": training["instance"],
        "InstanceCount": str(training["instances"]),
        "VolumeSizeInGB": str(settings["training"]["volume_gb"]),
        "ManagedSpot": "true" if training["spot"] else "false",
        "MaxRuntimeInSeconds": str(runtime),
        "MaxWaitTimeInSeconds": str(runtime + _LONGEST_WAIT_SECONDS if training["spot"] else runtime),
    }


def _prefix(stack: PlannedStack) -> str:
    return physical_name(stack.plan.name, limit=_NAME_LIMIT)


def _job_statements(
    stack: PlannedStack, *, data: DataBucket, output: DataBucket, code: assets.Asset
) -> list[Statement]:
    script_bucket = f"arn:{stack.partition}:s3:::{code.s3_bucket_name}"
    return [
        allow(["s3:ListBucket"], [data.bucket_arn, output.bucket_arn]),
        allow(["s3:GetObject"], [data.arn_for_objects("*"), output.arn_for_objects("checkpoints/*")]),
        allow(["s3:PutObject"], [output.arn_for_objects("checkpoints/*"), output.arn_for_objects("models/*")]),
        allow(["s3:DeleteObject"], [output.arn_for_objects("checkpoints/*")]),
        allow(["s3:ListBucket"], [script_bucket], {"StringLike": {"s3:prefix": code.s3_object_key}}),
        allow(["s3:GetObject"], [f"{script_bucket}/{code.s3_object_key}"]),
    ]


def _machine_statements(stack: PlannedStack, *, role: ServiceRole) -> list[Statement]:
    here = f"{stack.region}:{stack.account}"
    # Step Functions hears of a job's end through this rule of its own.
    rule = f"arn:{stack.partition}:events:{here}:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
    return [
        allow(
            [
                "sagemaker:AddTags",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopTrainingJob",
            ],
            [f"arn:{stack.partition}:sagemaker:{here}:training-job/{_prefix(stack)}-*"],
        ),
        allow(["sagemaker:ListTrainingJobs"], ["*"]),
        allow(["iam:PassRole"], [role.attr_arn], {"StringEquals": {"iam:PassedToService": _SERVICE}}),
        allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"], [rule]),
        allow(["kms:CreateGrant", "kms:DescribeKey"], [stack.key.key_arn]),
    ]
