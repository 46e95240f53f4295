"""The stack of prompt engineering: a prompt, a guardrail, and the model on demand, in batch or provisioned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.guardrail import add_guardrail
from stacks.constructs.managed_prompt import add_prompt
from stacks.constructs.serving import SERVING
from stacks.planned_stack import PlannedStack

if TYPE_CHECKING:
    from constructs import Construct

    from planner.plan_document import PlanDocument

__all__ = ["PromptingStack"]


class PromptingStack(PlannedStack):
    """A managed prompt with its version, run with the model as the plan serves it."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: PlanDocument) -> None:
        super().__init__(scope, construct_id, plan=plan)
        model = SERVING[plan.design["inference"]](self)
        add_prompt(self, template="answer", model=model)
        add_guardrail(self)
