"""AmazonSageMaker: volumes, and instance hours by component; a row without component is no hourly rate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.refresh.outcome import Outcome, Rule, Skip, Target

if TYPE_CHECKING:
    from planner.refresh.product import Product

__all__ = ["RULE"]

_INSTANCE: Final = re.compile(
    r"(?P<kind>[A-Za-z]+(?::JupyterLab-?)?):?(?P<instance>ml\.[a-z0-9-]+\.[a-z0-9-]+)", re.ASCII
)
# What the usage type says, what the component attribute must say with it, and the item of the book.
_KINDS: Final = {
    "Train": ("Training", "training"),
    "Host": ("Hosting", "hosting"),
    "AsyncInf": ("(?:Async|Asynchronous) ?Inference|AsyncInf|Hosting", "async_inference"),
    "Processing": ("Processing", "processing"),
    "Notebk": ("Notebook", "notebook"),
    "Tsform": ("Batch ?Transform", "batch_transform"),
    "Cluster": ("Cluster", "hyperpod"),
    "Studio:JupyterLab-": ("Studio-JupyterLab", "studio"),
    "Studio:JupyterLab": ("Studio-JupyterLab", "studio"),
}
_VOLUMES: Final = {"Training": "training", "Hosting": "hosting", "Processing": "processing", "Notebook": "notebook"}
_VOLUME: Final = re.compile(r"General Purpose-(?P<component>[A-Za-z]+)", re.ASCII)
_UPFRONT: Final = re.compile(r"TrainingPlanUpfrontFee.*", re.ASCII)


def _rule(product: Product) -> Outcome:
    usage = product.usage
    if _UPFRONT.fullmatch(usage):
        return Skip("upfront fee of a training plan: paid once, looks like an hourly rate")
    if usage.startswith("TrSpt:"):
        return Skip("managed spot training: AWS bills it as fewer seconds at the training rate")
    if volume := _VOLUME.fullmatch(product.attribute("volumeType")):
        component = _VOLUMES.get(volume["component"])
        return Target("sagemaker", "storage.gb_month", component, "GB-month") if component else None
    found = _INSTANCE.fullmatch(usage)
    if found is None:
        return None
    component = product.attribute("component")
    if not component:
        return Skip("no component attribute: not an hourly rate")
    expected = _KINDS.get(found["kind"])
    if expected is None or not re.fullmatch(expected[0], component, re.ASCII):
        return None
    if product.attribute("instanceName") not in {"", found["instance"]}:
        return None
    return Target("sagemaker", f"{expected[1]}.instance_hour", found["instance"], "instance-hour")


RULE: Final[Rule] = _rule
