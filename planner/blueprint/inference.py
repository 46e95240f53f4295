"""Serving a model: tokens through an inference profile, in batch, provisioned, of a custom model, on an endpoint."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.blueprint.common import KB_PER_GB, bucket, log_group, state_machine
from planner.blueprint.endpoint import endpoint_parts
from planner.blueprint.requests import request_shape
from planner.part import METER, Part
from planner.units import HOURS_PER_MONTH, MINUTES_PER_MONTH
from planner.usage import Rate, of

if TYPE_CHECKING:
    from planner.blueprint.requests import RequestShape
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals
    from planner.usage import Entry, Usage

__all__ = ["guardrail_part", "inference_parts"]

_ONE = Decimal(1)
_EACH_REQUEST = Rate(per_request=_ONE)
_MINUTES_PER_WINDOW = 5
_OTHER_TIERS = {"batch", "custom_on_demand"}  # priced apart from ordinary on-demand requests


def _tokens(model: str, shape: RequestShape, *, tier: str | None = None) -> Usage:
    entries: dict[str, Entry] = {"model": model}
    if tier is not None:
        entries["tier"] = tier
    return of(
        **entries,
        requests=_EACH_REQUEST,
        input_tokens=shape.input_tokens,
        output_tokens=shape.output_tokens,
        cache_read_tokens=shape.cache_read_tokens,
        cache_write_tokens=shape.cache_write_tokens,
    )


def _meter(component: str, variant: str, meter: str, usage: Usage) -> Part:
    return Part(component, variant, None, METER, monthly=(("meter", meter), *usage))


def guardrail_part(context: Context, signals: Signals) -> Part:
    """Return the guardrail's part: the content filter on what the user wrote and on each answer.

    Passages that a knowledge base retrieves are not checked (Bedrock user guide, guardrails with knowledge bases), and
    examples of the prompt are the team's own text, left outside the guarded content.
    """
    characters = context.assumed.number("characters_per_token")
    return Part(
        "guardrail",
        "content",
        "Guardrail",
        "AWS::Bedrock::Guardrail",
        properties=(("ContentPolicyConfig", True),),
        monthly=of(
            prompt_texts=_EACH_REQUEST,
            characters_per_prompt=signals.traffic.input_tokens * characters,
            answer_texts=_EACH_REQUEST,
            characters_per_answer=signals.traffic.output_tokens * characters,
        ),
    )


def _bulk_parts(context: Context) -> tuple[Part, ...]:
    """Return what carries a batch job: two buckets, the state machine and its log."""
    assumed = context.assumed
    runs = Rate(fixed=assumed.number("batches_per_month"))
    gb = Rate(per_request=assumed.number("request_kb") / KB_PER_GB)
    puts = runs.times(Decimal(2))
    return (
        bucket("batch_input", "BatchInput", gb=gb, puts=puts),
        bucket("batch_output", "BatchOutput", gb=gb, puts=puts, gets=puts),
        state_machine(
            "batch_inference", "BatchInference", transitions=runs.times(assumed.number("batch_poll_transitions"))
        ),
        log_group("BatchInferenceLogs", context, executions=runs),
    )


def _imported(design: Design, context: Context, signals: Signals) -> Part:
    open_model = context.catalog.open_weight_model(design.model)
    importable = open_model.custom_model_import if open_model else None
    if importable is None or importable.cmus_per_copy is None:
        return Part(
            "model_inference",
            design.model,
            None,
            METER,
            unpriced="how many model units a copy takes is not published for it",
        )
    awake = context.assumed.number(f"awake_share_{signals.traffic.pattern}")
    windows = (MINUTES_PER_MONTH * awake / _MINUTES_PER_WINDOW).to_integral_value(ROUND_CEILING)
    busy = windows / signals.traffic.requests_per_month if signals.traffic.requests_per_month else Decimal(0)
    return _meter(
        "model_inference",
        design.model,
        "bedrock.custom_model_import",
        of(
            version=importable.pricing_version or "v1.0",
            cmus_per_copy=Decimal(importable.cmus_per_copy),
            # A copy is active while requests come: no request, no window.
            windows=Rate(per_request=busy),
            storage_months=Rate(fixed=_ONE),
        ),
    )


def inference_parts(design: Design, context: Context, signals: Signals, *, retrieves: bool) -> tuple[Part, ...]:
    """Return the parts that serve a design's model."""
    parts: tuple[Part, ...]
    tier = design.inference if design.inference in _OTHER_TIERS else "on_demand"
    shape = request_shape(design.approach, design.model, context, signals, retrieves=retrieves, tier=tier)
    if design.inference == "sagemaker_endpoint":
        parts = endpoint_parts(design)
    elif design.inference == "custom_model_import":
        parts = (_imported(design, context, signals),)
    elif design.inference == "batch":
        usage = _tokens(design.model, shape, tier="batch")
        parts = (_meter("model_inference", design.model, "bedrock.on_demand", usage), *_bulk_parts(context))
    elif design.inference == "provisioned_throughput":
        usage = of(
            model=design.model,
            term=design.term or "no_commitment",
            model_units=Decimal(design.model_units or 1),
            hours=Rate(fixed=HOURS_PER_MONTH),
        )
        parts = (_meter("model_inference", design.model, "bedrock.provisioned_throughput", usage),)
    elif design.inference == "custom_on_demand":
        usage = _tokens(design.model, shape)
        parts = (_meter("model_inference", design.model, "bedrock.custom_on_demand", usage),)
    else:
        parts = (
            Part(
                "model_inference",
                design.model,
                "InferenceProfile",
                "AWS::Bedrock::ApplicationInferenceProfile",
                monthly=_tokens(design.model, shape),
            ),
        )
    if not context.assumed.flag("guardrail") or design.inference == "batch":
        return parts
    return (*parts, guardrail_part(context, signals))
