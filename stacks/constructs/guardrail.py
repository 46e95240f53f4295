"""A guardrail with the content policy, and a version of it that applications name."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
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
    workload = stack.plan.name
    rails = plain_resource(
        stack,
        "Guardrail",
        "AWS::Bedrock::Guardrail",
        {
            "Name": physical_name(workload, limit=_NAME_LIMIT),
            "Description": f"Content filter of the workload {workload}",
            "BlockedInputMessaging": _BLOCKED,
            "BlockedOutputsMessaging": _BLOCKED,
            "KmsKeyArn": stack.key.key_arn,
            "ContentPolicyConfig": {
                "FiltersConfig": [
                    {"Type": category, "InputStrength": prompts, "OutputStrength": answers}
                    for category, prompts, answers in _FILTERS
                ]
            },
            "Tags": tag_list(workload),
        },
    )
    guardrail_id = attribute(rails, "GuardrailId")
    digest = hashlib.sha256(json.dumps([_BLOCKED, _FILTERS]).encode()).hexdigest()
    version = plain_resource(
        stack,
        "GuardrailVersion",
        "AWS::Bedrock::GuardrailVersion",
        # A version is a copy: CloudFormation makes the next one where this text changes.
        {"GuardrailIdentifier": guardrail_id, "Description": f"Policy {digest[:12]}"},
    )
    stack.state("GuardrailId", guardrail_id, "Guardrail that applications name in their requests")
    stack.state("GuardrailVersionNumber", attribute(version, "Version"), "Version of the guardrail to name beside it")
