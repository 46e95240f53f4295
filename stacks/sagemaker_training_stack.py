"""The stack of a training on SageMaker: data, the state machine that trains, and an endpoint for what it trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.endpoint import add_endpoint
from stacks.constructs.guardrail import add_guardrail
from stacks.constructs.training import add_training
from stacks.planned_stack import PlannedStack

if TYPE_CHECKING:
    from constructs import Construct

    from planner.plan_document import PlanDocument

__all__ = ["SageMakerTrainingStack"]


class SageMakerTrainingStack(PlannedStack):
    """A state machine trains with the project's own script; the endpoint is there once an artifact is named."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: PlanDocument) -> None:
        super().__init__(scope, construct_id, plan=plan)
        data, output = self.data_bucket("TrainingData"), self.data_bucket("TrainingOutput")
        add_training(self, data=data, output=output)
        add_endpoint(self, artifacts=output)
        add_guardrail(self)
