"""An application inference profile: the model under a name of the workload's own, so that its tokens are tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
from stacks.names import physical_name, source_model_arn

if TYPE_CHECKING:
    from stacks.planned_stack import PlannedStack

__all__ = ["add_inference_profile"]

_NAME_LIMIT = 64


def add_inference_profile(stack: PlannedStack) -> str:
    """Add the profile of the plan's model and return its ARN: called by it, the model's tokens carry the tag."""
    workload = stack.plan.name
    name = physical_name(workload, limit=_NAME_LIMIT)
    profile = plain_resource(
        stack,
        "InferenceProfile",
        "AWS::Bedrock::ApplicationInferenceProfile",
        {
            "InferenceProfileName": name,
            "Description": f"Calls of the workload {name}",  # it takes no more than the name does
            "ModelSource": {"CopyFrom": source_model_arn(stack, stack.plan.design["model"])},
            "Tags": tag_list(workload),
        },
    )
    arn = attribute(profile, "InferenceProfileArn")
    stack.state("InferenceProfileArn", arn, "Call the model by this ARN: its tokens are tagged")
    return arn
