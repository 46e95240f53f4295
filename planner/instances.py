"""Which SageMaker instances a job or an endpoint takes: the cheapest that hold it, at list prices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.blueprint.endpoint import endpoint_instances
from planner.blueprint.requests import prompt_tokens
from planner.errors import InputError
from planner.model_id import IN_REGION
from planner.price_book import PriceKey, PriceNotFound
from planner.training.hours import (
    hours_on,
    instances_needed,
    least_hours,
    peak_tflops,
    training_memory_gb,
)

if TYPE_CHECKING:
    from planner.catalog import Instance
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["cheapest_endpoint", "cheapest_training", "hosted_gib"]

_BYTES_PER_PARAMETER = Decimal(2)  # 16-bit weights
_GIB_PER_GB = Decimal(10**9) / Decimal(1 << 30)
_ALMOST = Decimal("0.999999")  # of a lower bound: what rounding could take away


@dataclass(frozen=True, slots=True)
class _Offer:
    """An instance type with its hourly rate in a region."""

    instance: Instance
    usd_per_hour: Decimal
    memory_gib: Decimal  # of all its accelerators


def _offers(use: str, context: Context) -> tuple[_Offer, ...]:
    """Return instance types with accelerators and a price for a use, cheapest first; asked once a region and day."""
    found: tuple[_Offer, ...] | None = context.tables.get(use)
    if found is not None:
        return found
    offers = []
    for instance in context.catalog.instances.values():
        accelerator = context.catalog.accelerators.get(instance.accelerator or "")
        # The training script and the serving container are built for CUDA.
        if accelerator is None or accelerator.maker != "NVIDIA" or instance.gpu_memory_gib is None:
            continue
        # What an endpoint serves is scaled by memory bandwidth: without it nothing can be said of the instance.
        if use == "hosting" and accelerator.bandwidth_gb_s is None:
            continue
        key = PriceKey("sagemaker", f"{use}.instance_hour", instance.id, IN_REGION)
        price = context.book.price(key, region=context.region, as_of=context.as_of)
        usd = None if isinstance(price, PriceNotFound) else price.tiers[0].usd
        if usd is not None:
            offers.append(_Offer(instance, usd, instance.gpus * instance.gpu_memory_gib))
    offers.sort(key=lambda offer: (offer.usd_per_hour, offer.instance.id))
    found = context.tables[use] = tuple(offers)
    return found


def _by_peak(use: str, context: Context) -> tuple[tuple[Decimal, _Offer], ...]:
    """Return the offers whose 16-bit peak is known, by the USD for an hour of one TFLOP/s at that peak."""
    found: tuple[tuple[Decimal, _Offer], ...] | None = context.tables.get(f"{use} by peak")
    if found is None:
        peaks = ((peak_tflops(offer.instance, context), offer) for offer in _offers(use, context))
        rates = [(offer.usd_per_hour / peak, offer) for peak, offer in peaks if peak]
        rates.sort(key=lambda rate: (rate[0], rate[1].instance.id))
        found = context.tables[f"{use} by peak"] = tuple(rates)
    return found


def cheapest_training(
    approach: str, method: str, tokens: Decimal, params_b: tuple[Decimal, Decimal], context: Context, *, use: str
) -> tuple[str, int] | None:
    """Return the instance type and count that train most cheaply, or None where nothing with a price holds the job.

    Instances that are pinned are taken as they are, priced or not.

    Raises:
        InputError: for a pinned instance without an accelerator.
    """
    pinned = context.workload.design.training
    wanted, count = (pinned.instance, pinned.instances) if pinned else (None, None)
    memory_gb = training_memory_gb(method, params_b[1], context)
    if wanted is not None:
        instance = context.catalog.instances[wanted]
        if not instance.gpus:
            message = f"design.training.instance: {wanted} has no accelerator to train on"
            raise InputError(message)
        needed = instances_needed(approach, method, tokens, params_b[0], memory_gb, instance, context)
        return wanted, count or needed or 1
    best: tuple[Decimal, str, int] | None = None
    work = least_hours(tokens, params_b[0], context) * _ALMOST
    for usd_per_tflops_hour, offer in _by_peak(use, context):
        # However many instances share the work, it costs that; starting them comes on top. The rest is dearer still.
        if best is not None and usd_per_tflops_hour * work > best[0]:
            break
        needed = instances_needed(approach, method, tokens, params_b[0], memory_gb, offer.instance, context)
        if needed is None:
            continue
        needed = count or needed
        hours = hours_on(tokens, params_b[0], offer.instance, needed, context)
        if hours is None:
            continue
        cost = offer.usd_per_hour * needed * hours
        if best is None or (cost, offer.instance.id) < best[:2]:
            best = (cost, offer.instance.id, needed)
    return None if best is None else best[1:]


def hosted_gib(params_b: Decimal, context: Context) -> Decimal:
    """Return the GiB of accelerator memory that serving a model takes: 16-bit weights with room for caches."""
    return params_b * _BYTES_PER_PARAMETER * _GIB_PER_GB * context.assumed.number("serving_memory_headroom")


def cheapest_endpoint(
    approach: str, params_b: tuple[Decimal, Decimal], context: Context, signals: Signals
) -> tuple[str, int] | None:
    """Return the instance type and count that serve a model most cheaply, or None where nothing priced holds it."""
    tokens = prompt_tokens(approach, context, signals, retrieves=False) + signals.traffic.output_tokens
    needed_gib = hosted_gib(params_b[1], context)
    best: tuple[Decimal, str, int] | None = None
    for offer in _offers("hosting", context):
        # Offers come in rising order: one instance of a dearer type can't beat what was found.
        if best is not None and offer.usd_per_hour >= best[0]:
            break
        if offer.memory_gib < needed_gib:
            continue
        count = endpoint_instances(offer.instance, params_b[0], tokens, context, signals)
        cost = offer.usd_per_hour * count
        if best is None or (cost, offer.instance.id) < best[:2]:
            best = (cost, offer.instance.id, count)
    return None if best is None else best[1:]
