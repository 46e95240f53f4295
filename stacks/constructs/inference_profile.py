"""An application inference profile: the model under a name of the workload's own, so that its tokens are tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock

from stacks.names import physical_name, source_model_arn

if TYPE_CHECKING:
    from constructs import Construct

__all__ = ["InferenceProfile"]

_NAME_LIMIT = 64


class InferenceProfile(bedrock.CfnApplicationInferenceProfile):
    """Applications call the model by this profile's ARN: then its tokens carry the cost-allocation tag."""

    def __init__(self, scope: Construct, construct_id: str, *, workload: str, model_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            inference_profile_name=physical_name(workload, limit=_NAME_LIMIT),
            description=f"Calls of the workload {workload}",
            model_source=bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
                copy_from=source_model_arn(cdk.Stack.of(scope), model_id)
            ),
        )
