"""Which SageMaker instances a job or an endpoint takes: the cheapest that hold it, at list prices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.blueprint.endpoint import endpoint_instances
from planner.blueprint.requests import prompt_tokens
from planner.model_id import IN_REGION
from planner.price_book import PriceKey, PriceNotFound
from planner.training.hours import hours_on, instances_needed

if TYPE_CHECKING:
    from planner.catalog import Instance
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["cheapest_endpoint", "cheapest_training", "hosted_gib"]

_BYTES_PER_PARAMETER = Decimal(2)  # 16-bit weights
_GIB_PER_GB = Decimal(10**9) / Decimal(1 << 30)


def _rate(instance: Instance, use: str, context: Context) -> Decimal | None:
    key = PriceKey("sagemaker", f"{use}.instance_hour", instance.id, IN_REGION)
    price = context.book.price(key, region=context.region, as_of=context.as_of)
    return None if isinstance(price, PriceNotFound) else price.tiers[0].usd


def cheapest_training(
    approach: str, method: str, tokens: Decimal, params_b: tuple[Decimal, Decimal], context: Context, *, use: str
) -> tuple[str, int] | None:
    """Return the instance type and count that train most cheaply, or None where nothing with a price holds the job.

    Instances that are pinned are taken as they are, priced or not.
    """
    pinned = context.workload.design.training
    wanted, count = (pinned.instance, pinned.instances) if pinned else (None, None)
    best: tuple[Decimal, str, int] | None = None
    for instance in context.catalog.instances.values():
        if wanted is not None and instance.id != wanted:
            continue
        needed = instances_needed(approach, method, tokens, params_b, instance, context)
        if wanted is not None:
            return instance.id, count or needed or 1
        rate = _rate(instance, use, context)
        if needed is None or rate is None:
            continue
        needed = count or needed
        hours = hours_on(tokens, params_b[0], instance, needed, context)
        if hours is None:
            continue
        cost = rate * needed * hours
        if best is None or (cost, instance.id) < best[:2]:
            best = (cost, instance.id, needed)
    return None if best is None else best[1:]


def hosted_gib(params_b: Decimal, context: Context) -> Decimal:
    """Return the GiB of accelerator memory that serving a model takes: 16-bit weights with room for caches."""
    return params_b * _BYTES_PER_PARAMETER * _GIB_PER_GB * context.assumed.number("serving_memory_headroom")


def cheapest_endpoint(
    approach: str, params_b: tuple[Decimal, Decimal], context: Context, signals: Signals
) -> tuple[str, int] | None:
    """Return the instance type and count that serve a model most cheaply, or None where nothing with a price holds it."""
    tokens = prompt_tokens(approach, context, signals, retrieves=False) + signals.traffic.output_tokens
    needed_gib = hosted_gib(params_b[1], context)
    best: tuple[Decimal, str, int] | None = None
    for instance in context.catalog.instances.values():
        memory = instance.gpus * (instance.gpu_memory_gib or Decimal(0))
        rate = _rate(instance, "hosting", context)
        if rate is None or memory < needed_gib or context.region not in instance.regions("hosting"):
            continue
        count = endpoint_instances(instance, params_b[0], tokens, context, signals)
        if best is None or (rate * count, instance.id) < best[:2]:
            best = (rate * count, instance.id, count)
    return None if best is None else best[1:]
