"""A managed prompt from its file, and a version of it that applications name."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import aws_bedrock as bedrock

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
    prompt = bedrock.CfnPrompt(
        stack,
        "Prompt",
        name=physical_name(stack.plan.name, limit=_NAME_LIMIT),
        description=f"Prompt of the workload {stack.plan.name}",
        customer_encryption_key_arn=stack.key.key_arn,
        default_variant=_VARIANT,
        variants=[
            bedrock.CfnPrompt.PromptVariantProperty(
                name=_VARIANT,
                model_id=model,
                template_type="TEXT",
                template_configuration=bedrock.CfnPrompt.PromptTemplateConfigurationProperty(
                    text=bedrock.CfnPrompt.TextPromptTemplateConfigurationProperty(
                        text=text,
                        input_variables=[
                            bedrock.CfnPrompt.PromptInputVariableProperty(name=name)
                            for name in re.findall(r"{{(\w+)}}", text)
                        ],
                    )
                ),
            )
        ],
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    # A version is a copy: CloudFormation makes the next one where this text changes.
    version = bedrock.CfnPromptVersion(
        stack, "PromptVersion", prompt_arn=prompt.attr_arn, description=f"Text {digest[:12]}"
    )
    stack.state("PromptVersionArn", version.attr_arn, "Prompt that applications run with the Converse API")
