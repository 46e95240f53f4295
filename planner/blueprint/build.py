"""A design → its parts, and which stack it is synthesized by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from planner.blueprint.bedrock_customization import bedrock_customization_parts
from planner.blueprint.common import common_parts
from planner.blueprint.inference import inference_parts
from planner.blueprint.knowledge import knowledge_parts
from planner.blueprint.labels import label_parts
from planner.blueprint.sagemaker_training import sagemaker_training_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.context import Context
    from planner.design import Design
    from planner.part import Part
    from planner.signals import Signals

__all__ = ["Build", "blueprint", "has_buckets", "own_parts", "stack_kind", "training_parts"]

_STORES_WITH_A_STACK = {"opensearch_serverless", "s3_vectors"}
_SERVED_BY_A_STACK = {"on_demand", "batch", "provisioned_throughput"}  # of base models


class Build(Protocol):
    """What builds some of a design's parts."""

    def __call__(self, design: Design, context: Context, signals: Signals, /) -> tuple[Part, ...]:
        """Return the parts."""


def training_parts(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return the parts that train the design's model; none where it isn't trained."""
    if design.training is None:
        return ()
    build = bedrock_customization_parts if design.training.service == "bedrock" else sagemaker_training_parts
    return (*build(design, context, signals), *label_parts(design, context, signals))


def own_parts(design: Design) -> tuple[Build, ...]:
    """Return what builds a design's own parts, in the order of the report: groups that know nothing of each other."""
    retrieves = design.approach == "rag"
    inference: Build = partial(inference_parts, retrieves=retrieves)
    return (inference, *([knowledge_parts] if retrieves else []), *([training_parts] if design.training else []))


def has_buckets(parts: Iterable[Part]) -> bool:
    """Return whether there are buckets among the parts, whose access is then logged."""
    return any(part.type == "AWS::S3::Bucket" for part in parts)


def blueprint(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return all parts of a design, in the order of the report."""
    parts = [part for build in own_parts(design) for part in build(design, context, signals)]
    return (*parts, *common_parts(context, has_buckets=has_buckets(parts)))


def stack_kind(design: Design) -> str | None:
    """Return which stack synthesizes a design, or None where there is none yet."""
    training = design.training
    if training is None:
        if design.inference not in _SERVED_BY_A_STACK:
            return None
        if design.approach != "rag":
            return "prompting"
        return "knowledge_base" if design.vector_store in _STORES_WITH_A_STACK else None
    if training.service == "bedrock" and design.inference in {"custom_on_demand", "provisioned_throughput"}:
        return "bedrock_customization"
    if training.service == "sagemaker" and design.inference == "sagemaker_endpoint":
        return "sagemaker_training"
    return None
