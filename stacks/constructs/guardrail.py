"""A guardrail with the content policy, and a version of it that applications name."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from stacks.names import physical_name

if TYPE_CHECKING:
    from stacks.planned_stack import PlannedStack

__all__ = ["add_guardrail"]

_NAME_LIMIT = 50
_BLOCKED = "This can't be answered here."
# Category → strength on prompts and on answers; an attack on the prompt can't be in an answer.
_FILTERS = (
    ("HATE", "HIGH", "HIGH"),
    ("INSULTS", "HIGH", "HIGH"),
    ("MISCONDUCT", "HIGH", "HIGH"),
    ("PROMPT_ATTACK", "HIGH", "NONE"),
    ("SEXUAL", "HIGH", "HIGH"),
    ("VIOLENCE", "HIGH", "HIGH"),
)


def add_guardrail(stack: PlannedStack) -> None:
    """Add a guardrail and its version where the plan has one; each change of the policy makes a new version."""
    if "Guardrail" not in stack.priced_paths:
        return
    # Loaded where there is one: it is a large module.
    from aws_cdk import aws_bedrock as bedrock

    rails = bedrock.CfnGuardrail(
        stack,
        "Guardrail",
        name=physical_name(stack.plan.name, limit=_NAME_LIMIT),
        description=f"Content filter of the workload {stack.plan.name}",
        blocked_input_messaging=_BLOCKED,
        blocked_outputs_messaging=_BLOCKED,
        kms_key_arn=stack.key.key_arn,
        content_policy_config=bedrock.CfnGuardrail.ContentPolicyConfigProperty(
            filters_config=[
                bedrock.CfnGuardrail.ContentFilterConfigProperty(
                    type=category, input_strength=prompts, output_strength=answers
                )
                for category, prompts, answers in _FILTERS
            ]
        ),
    )
    digest = hashlib.sha256(json.dumps([_BLOCKED, _FILTERS]).encode()).hexdigest()
    # A version is a copy: CloudFormation makes the next one where this text changes.
    version = bedrock.CfnGuardrailVersion(
        stack, "GuardrailVersion", guardrail_identifier=rails.attr_guardrail_id, description=f"Policy {digest[:12]}"
    )
    stack.state("GuardrailId", rails.attr_guardrail_id, "Guardrail that applications name in their requests")
    stack.state("GuardrailVersionNumber", version.attr_version, "Version of the guardrail to name beside it")
