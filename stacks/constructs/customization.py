"""Customizing a Bedrock model: the state machine that trains, hosts and measures it, and the one that takes it down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.constructs.score_evaluation import add_score_evaluation
from stacks.constructs.service_role import ServiceRole, allow
from stacks.constructs.state_machine import add_state_machine
from stacks.functions.score_evaluation.index import METRICS
from stacks.names import TAG_KEY, foundation_model_arn, model_arns, physical_name

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.constructs.service_role import Statement
    from stacks.planned_stack import PlannedStack

__all__ = ["CUSTOMIZATIONS", "Serving", "add_customization", "add_teardown"]

_SERVICE = "bedrock.amazonaws.com"
_KEY_ACTIONS = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
# What the machines create is called this, and up to 35 characters more; Bedrock's names have 63.
_NAME_LIMIT = 28
_DEFAULT_METRIC = "rouge_l"
_NONE = "none"  # cfn-lint refuses an empty text
_TYPES = {"fine_tuning": "FINE_TUNING", "continued_pretraining": "CONTINUED_PRE_TRAINING"}
_COMMITMENTS = {"no_commitment": _NONE, "1_month": "OneMonth", "6_months": "SixMonths"}


@dataclass(frozen=True, slots=True)
class Serving:
    """How a customized model is hosted: which state machine, on which kind of Bedrock resource, by which actions."""

    definition: str
    kind: str  # in ARNs
    noun: str  # in actions
    nouns: str
    committed: bool = False


CUSTOMIZATIONS = {
    "custom_on_demand": Serving(
        "customization_on_demand", "custom-model-deployment", "CustomModelDeployment", "CustomModelDeployments"
    ),
    "provisioned_throughput": Serving(
        "customization_provisioned",
        "provisioned-model",
        "ProvisionedModelThroughput",
        "ProvisionedModelThroughputs",
        committed=True,
    ),
}


def add_customization(stack: PlannedStack, *, data: DataBucket, output: DataBucket, serving: Serving) -> None:
    """Add the job's role, the function that scores, and the state machine; it runs when it is started."""
    role = ServiceRole(
        stack,
        "CustomizationJobRole",
        service=_SERVICE,
        source_arn=_arn(stack, "model-customization-job"),
        statements=[
            allow(["s3:ListBucket"], [data.bucket_arn, output.bucket_arn]),
            allow(["s3:GetObject"], [data.arn_for_objects("*"), output.arn_for_objects("jobs/*")]),
            allow(["s3:PutObject"], [output.arn_for_objects("jobs/*")]),
            allow(_KEY_ACTIONS, [stack.key.key_arn]),
            *_teacher_statements(stack),
        ],
    )
    function_arn = add_score_evaluation(
        stack,
        statements=[
            allow(["bedrock:InvokeModel"], [_arn(stack, serving.kind), _arn(stack, "custom-model")]),
            allow(["s3:ListBucket"], [data.bucket_arn, output.bucket_arn]),
            allow(["s3:GetObject"], [data.arn_for_objects("*"), output.arn_for_objects("answers/*")]),
            allow(["s3:PutObject"], [output.arn_for_objects("answers/*")]),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], [stack.key.key_arn]),
        ],
    )
    machine_arn = add_state_machine(
        stack,
        "Customization",
        definition=serving.definition,
        substitutions={
            **_job_settings(stack),
            **(_hosting_settings(stack) if serving.committed else {}),
            "TrainingDataUri": f"s3://{data.bucket_name}/training.jsonl",
            "EvaluationDataUri": f"s3://{data.bucket_name}/evaluation.jsonl",
            "OutputUri": f"s3://{output.bucket_name}/jobs/",
            "AnswersUri": f"s3://{output.bucket_name}/answers",
            "CustomizationRoleArn": role.attr_arn,
            "ScoreFunctionArn": function_arn,
            "KmsKeyArn": stack.key.key_arn,
        },
        statements=_machine_statements(stack, serving, role=role, function_arn=function_arn),
    )
    stack.state(
        "TrainingDataBucket",
        data.bucket_name,
        "Put training.jsonl and evaluation.jsonl here, then start the state machine",
    )
    stack.state(
        "EvaluationMetric",
        _metric(stack.plan.settings["evaluation"]["metric"]),
        f"What the model is measured by; all but {', '.join(METRICS)} are refused before anything is paid for",
    )
    stack.state("CustomizationArn", machine_arn, "State machine that customizes, hosts and measures the model")


def add_teardown(stack: PlannedStack) -> None:
    """Add the state machine that removes jobs, hosting and models which no stack owns."""
    kinds = ["custom-model", "custom-model-deployment", "model-customization-job", "provisioned-model"]
    machine_arn = add_state_machine(
        stack,
        "Teardown",
        definition="teardown_customization",
        substitutions={"NamePrefix": _prefix(stack)},
        statements=[
            allow(
                [
                    "bedrock:ListCustomModelDeployments",
                    "bedrock:ListCustomModels",
                    "bedrock:ListModelCustomizationJobs",
                    "bedrock:ListProvisionedModelThroughputs",
                ],
                ["*"],
            ),
            allow(
                [
                    "bedrock:DeleteCustomModel",
                    "bedrock:DeleteCustomModelDeployment",
                    "bedrock:DeleteProvisionedModelThroughput",
                    "bedrock:StopModelCustomizationJob",
                ],
                [_arn(stack, kind) for kind in kinds],
            ),
        ],
    )
    stack.state(
        "TeardownArn",
        machine_arn,
        "Start this before you delete the stack: models and their hosting are not the stack's and bill on",
    )


def _arn(stack: PlannedStack, kind: str) -> str:
    """Return the ARN of all resources of a kind: their ids are Bedrock's, not the names that are given."""
    return f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:{kind}/*"


def _prefix(stack: PlannedStack) -> str:
    return physical_name(stack.plan.name, limit=_NAME_LIMIT)


def _job_settings(stack: PlannedStack) -> dict[str, str]:
    design, settings = stack.plan.design, stack.plan.settings
    training, evaluation = design["training"], settings["evaluation"]
    teacher = training["teacher"]
    return {
        "NamePrefix": _prefix(stack),
        "TagKey": TAG_KEY,
        "TagValue": stack.plan.name,
        "BaseModelId": settings["base_model_identifier"],
        "CustomizationType": "DISTILLATION" if teacher else _TYPES[design["approach"]],
        "TeacherModelId": teacher or _NONE,
        "EpochCount": str(training["epochs"]),
        "EvaluationMetric": _metric(evaluation["metric"]),
        "EvaluationTarget": evaluation["target"] or _NONE,
        "LowerIsBetter": "true" if evaluation["lower_is_better"] else "false",
    }


def _hosting_settings(stack: PlannedStack) -> dict[str, str]:
    design = stack.plan.design
    return {"CommitmentDuration": _COMMITMENTS[design["term"]], "ModelUnits": str(design["model_units"] or 1)}


def _metric(stated: str | None) -> str:
    """Return the metric that the workload names, without characters that would end a text in the definition."""
    return re.sub(r"[\"'\\{}]", "", stated or _DEFAULT_METRIC)


def _teacher_statements(stack: PlannedStack) -> list[Statement]:
    teacher = stack.plan.design["training"]["teacher"]
    return [allow(["bedrock:InvokeModel"], model_arns(stack, teacher))] if teacher else []


def _machine_statements(
    stack: PlannedStack, serving: Serving, *, role: ServiceRole, function_arn: str
) -> list[Statement]:
    teacher = stack.plan.design["training"]["teacher"]
    job, model, hosting = _arn(stack, "model-customization-job"), _arn(stack, "custom-model"), _arn(stack, serving.kind)
    bases = [
        foundation_model_arn(stack, name) for name in (stack.plan.settings["base_model_identifier"], teacher) if name
    ]
    return [
        allow(["bedrock:CreateModelCustomizationJob"], [job, model, *bases]),
        allow(["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"], [job]),
        allow([f"bedrock:Create{serving.noun}", f"bedrock:Update{serving.noun}"], [hosting, model]),
        allow([f"bedrock:Get{serving.noun}", f"bedrock:Delete{serving.noun}"], [hosting]),
        allow([f"bedrock:List{serving.nouns}"], ["*"]),
        allow(["bedrock:DeleteCustomModel"], [model]),
        allow(["bedrock:TagResource"], [job, model, hosting]),
        allow(["lambda:InvokeFunction"], [function_arn]),
        allow(["iam:PassRole"], [role.attr_arn], {"StringEquals": {"iam:PassedToService": _SERVICE}}),
        allow(_KEY_ACTIONS, [stack.key.key_arn]),
    ]
