"""The kinds of resource that an estimate knows: one registry, wrapped around the plan's list of what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.components import FREE as FREE_OF_PLANS
from planner.estimate.kinds import (
    analytics,
    bedrock,
    compute,
    containers,
    databases,
    edge,
    messaging,
    network,
    operations,
    others,
    sagemaker,
    serverless,
    storage,
)
from planner.estimate.kinds.free import FREE_HERE, PREFIXES
from planner.estimate.kinds.free_parts import FREE_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.estimate.facts import Kind

__all__ = ["FREE_TYPES", "KINDS", "USAGE_KEYS", "why_free"]


def _register(*groups: Iterable[Kind]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for group in groups:
        for kind in group:
            if kind.type in kinds:
                message = f"kind {kind.type} is registered twice"
                raise ValueError(message)
            kinds[kind.type] = kind
    return kinds


KINDS = _register(
    analytics.KINDS,
    bedrock.KINDS,
    compute.KINDS,
    containers.KINDS,
    databases.KINDS,
    edge.KINDS,
    messaging.KINDS,
    network.KINDS,
    operations.KINDS,
    others.KINDS,
    sagemaker.KINDS,
    serverless.KINDS,
    storage.KINDS,
)
USAGE_KEYS = frozenset(key for kind in KINDS.values() for key in kind.usage)
# What a plan calls free since it uses next to nothing of it may cost in other templates: a kind goes before it.
FREE_TYPES = {name: why for name, why in {**FREE_OF_PLANS, **FREE_HERE, **FREE_PARTS}.items() if name not in KINDS}


def why_free(resource_type: str) -> str | None:
    """Return why a type costs nothing by itself, or nothing where it isn't known to be free."""
    reason = FREE_TYPES.get(resource_type)
    if reason is None and resource_type not in KINDS:
        reason = next((why for prefix, why in PREFIXES if resource_type.startswith(prefix)), None)
    return reason
