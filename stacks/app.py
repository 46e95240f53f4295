"""The CDK app: one plan, one stack. It reads the context `plan` (plan.json) or `workload` (a workload file)."""

from __future__ import annotations

import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk

from planner.errors import InputError
from planner.synth import FROM_STANDARD_INPUT, refuse_without_stack
from stacks.annotation import annotate

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument
    from stacks.planned_stack import PlannedStack

__all__ = ["STACKS", "add_stack", "main"]

# Kind of a plan's stack → its class; loaded when a plan has it, since each loads other parts of CDK.
STACKS = {
    "prompting": "stacks.prompting_stack:PromptingStack",
    "knowledge_base": "stacks.knowledge_base_stack:KnowledgeBaseStack",
    "bedrock_customization": "stacks.bedrock_customization_stack:BedrockCustomizationStack",
    "sagemaker_training": "stacks.sagemaker_training_stack:SageMakerTrainingStack",
}
_BAD_INPUT = 2


def add_stack(app: cdk.App, plan: PlanDocument) -> PlannedStack:
    """Add the plan's stack, each of its resources with what it costs.

    Raises:
        InputError: for a design that has no stack yet.
    """
    refuse_without_stack(plan)
    module, name = STACKS[str(plan.stack)].split(":")
    stack: PlannedStack = getattr(import_module(module), name)(app, plan.name, plan=plan)
    annotate(stack, plan)
    return stack


def _planned(app: cdk.App) -> PlanDocument:
    """Return the plan that the context names.

    Raises:
        InputError: where it names none, or one that can't be read.
    """
    given = {key: app.node.try_get_context(key) for key in ("plan", "workload")}
    if given["plan"] == FROM_STANDARD_INPUT:
        import json

        from planner.plan_document import parse_plan_document

        return parse_plan_document(json.load(sys.stdin), source="plan")
    if given["plan"]:
        from planner.plan_document import read_plan_document

        return read_plan_document(Path(given["plan"]))
    if given["workload"]:
        from planner.plan import plan_file

        return plan_file(Path(given["workload"]), as_of=_day(app.node.try_get_context("as_of")), flips=False).document
    message = "say what to synthesize: cdk synth -c workload=FILE, or -c plan=plan.json"
    raise InputError(message)


def _day(stated: str | None) -> date:
    """Return the day whose prices count: the context's `as_of`, else today.

    Raises:
        InputError: for what is no day.
    """
    if stated is None:
        return date.today()  # noqa: DTZ011  (the user's day: prices are dated by day)
    try:
        return date.fromisoformat(stated)
    except ValueError:
        message = f"as_of: '{stated}' is no day; write it as 2026-11-20"
        raise InputError(message) from None


def main() -> int:
    """Synthesize and return the exit code: 2 with one line on stderr for bad input."""
    app = cdk.App(analytics_reporting=False)
    try:
        add_stack(app, _planned(app))
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201  (this is a command)
        return _BAD_INPUT
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
