"""The stack of a customization on Bedrock: data, what trains, hosts and measures a model, and what takes it down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.customization import CUSTOMIZATIONS, add_customization, add_teardown
from stacks.constructs.guardrail import add_guardrail
from stacks.planned_stack import PlannedStack

if TYPE_CHECKING:
    from constructs import Construct

    from planner.plan_document import PlanDocument

__all__ = ["BedrockCustomizationStack"]


class BedrockCustomizationStack(PlannedStack):
    """A state machine customizes the model and hosts what met its target; another removes what no stack owns."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: PlanDocument) -> None:
        super().__init__(scope, construct_id, plan=plan)
        data, output = self.data_bucket("TrainingData"), self.data_bucket("TrainingOutput")
        serving = CUSTOMIZATIONS[plan.design["inference"]]
        add_customization(self, data=data, output=output, serving=serving)
        add_teardown(self)
        add_guardrail(self)
