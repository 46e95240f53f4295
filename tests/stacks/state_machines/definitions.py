"""Reads the state machine definitions and substitutes their placeholders as CloudFormation does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parents[3] / "stacks" / "state_machines"
NAMES = tuple(sorted(path.name.removesuffix(".asl.json") for path in FOLDER.glob("*.asl.json")))

BUCKET = "s3://bucket"
ROLE = "arn:aws:iam::123456789012:role/Job"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
# The longest that the README allows, so that every name that the machines build from it is as long as it can be.
PREFIX = "p" * 28

_TAG = {"TagKey": "fmplan:workload", "TagValue": "support-assistant"}
_CUSTOMIZATION = _TAG | {
    "NamePrefix": PREFIX,
    "AnswersUri": f"{BUCKET}/answers",
    "BaseModelId": "amazon.nova-lite-v1:0:300k",
    "CustomizationRoleArn": ROLE,
    "CustomizationType": "FINE_TUNING",
    "EpochCount": "2",
    "EvaluationDataUri": f"{BUCKET}/evaluation.jsonl",
    "EvaluationMetric": "rouge_l",
    "EvaluationTarget": "0.60",
    "KmsKeyArn": KEY,
    "LowerIsBetter": "false",
    "OutputUri": f"{BUCKET}/output",
    "ScoreFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:Score",
    "TeacherModelId": "none",
    "TrainingDataUri": f"{BUCKET}/training.jsonl",
}
PLACEHOLDERS: dict[str, dict[str, str]] = {
    "batch_inference": _TAG
    | {
        "NamePrefix": PREFIX,
        "InputUri": f"{BUCKET}/prompts/",
        "JobRoleArn": ROLE,
        "KmsKeyArn": KEY,
        "ModelId": "amazon.nova-lite-v1:0",
        "OutputUri": f"{BUCKET}/answers/",
        "TimeoutHours": "24",
    },
    "customization_on_demand": _CUSTOMIZATION,
    "customization_provisioned": _CUSTOMIZATION | {"CommitmentDuration": "OneMonth", "ModelUnits": "2"},
    "sagemaker_training": _TAG
    | {
        "NamePrefix": PREFIX,
        "BaseModelId": "meta-llama/Llama-3.1-8B",
        "BaseModelUri": f"{BUCKET}/weights/",
        "CheckpointUri": f"{BUCKET}/checkpoints",
        "CodeFileName": "abc.tar.gz",
        "CodeUri": f"{BUCKET}/assets/abc.tar.gz",
        "Epochs": "3",
        "InstanceCount": "2",
        "InstanceType": "ml.g5.2xlarge",
        "KmsKeyArn": KEY,
        "ManagedSpot": "true",
        "MaxRuntimeInSeconds": "86400",
        "MaxWaitTimeInSeconds": "172800",
        "MergeAdapters": "true",
        "Method": "lora",
        "OutputUri": f"{BUCKET}/models",
        "Program": "train.py",
        "TrainingDataUri": f"{BUCKET}/training/",
        "TrainingImage": "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-training:2.5",
        "TrainingRoleArn": ROLE,
        "VolumeKmsKeyArn": "none",
        "VolumeSizeInGB": "200",
    },
    "teardown_customization": {"NamePrefix": PREFIX},
}


def text(name: str) -> str:
    """Return a definition as it stands in its file."""
    return (FOLDER / f"{name}.asl.json").read_text(encoding="utf-8")


def placeholders(name: str) -> set[str]:
    """Return the names between `${` and `}` in a definition."""
    return set(re.findall(r"\$\{(\w+)\}", text(name)))


def substitute(name: str, values: Mapping[str, str]) -> str:
    """Return a definition with its placeholders replaced: plain text into text, as CloudFormation does."""
    return re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], text(name))


def impatient(definition: str) -> str:
    """Return a definition whose loops give up after a tenth of their rounds: the interpreter's rounds take time."""
    return re.sub(r'(?<="NumericGreaterThanEquals": )(\d+)0\b', r"\1", definition)


def machine(name: str) -> dict[str, Any]:
    """Return a definition, placeholders as they are."""
    parsed: dict[str, Any] = json.loads(text(name))
    return parsed


def every_state(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all states by name, those inside of maps too."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from every_state(state["ItemProcessor"])


def task_states(name: str) -> list[str]:
    """Return the names of a definition's task states."""
    return [state for state, body in every_state(machine(name)) if body["Type"] == "Task"]


def successors(state: dict[str, Any]) -> set[str]:
    """Return the states that may follow a state at once."""
    rules = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return {rule[key] for rule in rules for key in ("Next", "Default") if key in rule}


def reachable(definition: dict[str, Any], start: str) -> set[str]:
    """Return the states that may ever follow a state, itself included."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += successors(definition["States"][name])
    return seen
