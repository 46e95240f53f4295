"""A managed prompt from its file, and a version of it that applications name."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.constructs.plain_resource import attribute, plain_resource, tag_map
from stacks.names import physical_name

if TYPE_CHECKING:
    from stacks.planned_stack import PlannedStack

__all__ = ["add_prompt"]

_PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
_NAME_LIMIT = 100
_VARIANT = "default"


def add_prompt(stack: PlannedStack, *, template: str, model: str) -> None:
    """Add the prompt of `prompts/<template>.txt` and its version; each change of the text makes a new version.

    `model` is what the prompt is run with: the id or ARN of a model or of an inference profile.
    """
    text = (_PROMPTS / f"{template}.txt").read_text(encoding="utf-8")
    workload = stack.plan.name
    variables = [{"Name": name} for name in re.findall(r"{{(\w+)}}", text)]
    prompt = plain_resource(
        stack,
        "Prompt",
        "AWS::Bedrock::Prompt",
        {
            "Name": physical_name(workload, limit=_NAME_LIMIT),
            "Description": f"Prompt of the workload {workload}",
            "CustomerEncryptionKeyArn": stack.key.key_arn,
            "DefaultVariant": _VARIANT,
            "Variants": [
                {
                    "Name": _VARIANT,
                    "ModelId": model,
                    "TemplateType": "TEXT",
                    "TemplateConfiguration": {"Text": {"Text": text, "InputVariables": variables}},
                }
            ],
            "Tags": tag_map(workload),
        },
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = plain_resource(
        stack,
        "PromptVersion",
        "AWS::Bedrock::PromptVersion",
        # A version is a copy: CloudFormation makes the next one where this text changes.
        {
            "PromptArn": attribute(prompt, "Arn"),
            "Description": f"Text {digest[:12]}",
            "Tags": tag_map(workload),
        },
    )
    stack.state("PromptVersionArn", attribute(version, "Arn"), "Prompt that applications run with the Converse API")
