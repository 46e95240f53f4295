"""How a base model is served, one function a way; each returns what a prompt names as its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.planned_stack import PlannedStack

__all__ = ["SERVING"]


def _on_demand(stack: PlannedStack) -> str:
    from stacks.constructs.inference_profile import add_inference_profile

    return add_inference_profile(stack)


def _batch(stack: PlannedStack) -> str:
    from stacks.constructs.batch_inference import add_batch_inference

    add_batch_inference(stack)
    return str(stack.plan.design["model"])


def _provisioned_throughput(stack: PlannedStack) -> str:
    design = stack.plan.design
    stack.state(
        "ProvisionedThroughput",
        f"{design['model_units']} model units of {design['model']}, term {design['term']}",
        "CloudFormation can't buy provisioned throughput: buy it in the Bedrock console or with "
        "CreateProvisionedModelThroughput, and delete it there; deleting this stack does not end its cost",
    )
    return str(design["model"])


SERVING: dict[str, Callable[[PlannedStack], str]] = {
    "on_demand": _on_demand,
    "batch": _batch,
    "provisioned_throughput": _provisioned_throughput,
}
