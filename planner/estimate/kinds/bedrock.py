"""Bedrock: knowledge bases, guardrails, inference profiles, agents and flows by usage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from planner.components.bedrock_guardrail import bedrock_guardrail
from planner.estimate.facts import Facts, Kind, Use
from planner.meters import quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["KINDS"]


def _model_of(facts: Facts, arn: object) -> str | None:
    """Return the model that usage names, else the one at the end of an ARN."""
    stated = facts.usage.get("model")
    if isinstance(stated, str):
        return stated
    text = facts.text_of(arn, "model")
    return None if text is None else text.rsplit("/", 1)[-1]


def _tokens(facts: Facts, model: str | None) -> Iterator[Use]:
    yield from facts.meter(
        "bedrock.on_demand",
        idle=False,
        model=model,
        input_tokens=facts.used("monthly_input_tokens"),
        output_tokens=facts.used("monthly_output_tokens"),
    )


def _profile(facts: Facts) -> Iterator[Use]:
    yield from _tokens(facts, _model_of(facts, facts.raw("ModelSource", "CopyFrom")))


def _agent(facts: Facts) -> Iterator[Use]:
    yield from _tokens(facts, _model_of(facts, facts.raw("FoundationModel")))


def _knowledge_base(facts: Facts) -> Iterator[Use]:
    kind = facts.text("KnowledgeBaseConfiguration", "Type")
    if kind == "SQL":
        yield from facts.meter("bedrock.kb_structured", idle=False, queries=facts.used("monthly_queries"))
    elif kind == "KENDRA":
        return
    elif kind is not None:
        arn = facts.raw("KnowledgeBaseConfiguration", "VectorKnowledgeBaseConfiguration", "EmbeddingModelArn")
        tokens = facts.used("monthly_embedded_tokens")
        yield from facts.meter("bedrock.embedding", idle=False, model=_model_of(facts, arn), input_tokens=tokens)


def _free_knowledge_base(facts: Facts) -> str | None:
    by_kendra = facts.raw("KnowledgeBaseConfiguration", "Type") == "KENDRA"
    return "the Kendra index is charged itself" if by_kendra else None


def _guardrail(facts: Facts) -> Iterator[Use]:
    names = ("monthly_prompt_texts", "characters_per_prompt", "monthly_answer_texts", "characters_per_answer")
    values = [facts.used(name) for name in names]
    numbers = [value for value in values if value is not None]
    if len(numbers) == len(names):
        own = ("prompt_texts", "characters_per_prompt", "answer_texts", "characters_per_answer")
        for usage in bedrock_guardrail(facts.properties, dict(zip(own, numbers, strict=True))):
            for quantity in quantities(usage):
                yield Use(quantity, idle=False)


def _flow(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("bedrock.flows", idle=False, transitions=facts.used("monthly_transitions"))


def _throughput(facts: Facts) -> Iterator[Use]:
    term = {"OneMonth": "1_month", "SixMonths": "6_months"}.get(str(facts.raw("CommitmentDuration")), "no_commitment")
    units = facts.number("ModelUnits", default=Decimal(1))
    yield from facts.meter(
        "bedrock.provisioned_throughput",
        idle=True,
        model=_model_of(facts, facts.raw("ModelId")),
        term=term,
        model_units=units,
        hours=facts.hours(),
    )


_TOKENS = ("model", "monthly_input_tokens", "monthly_output_tokens")
KINDS = (
    Kind("AWS::Bedrock::Agent", _TOKENS, _agent),
    Kind("AWS::Bedrock::ApplicationInferenceProfile", _TOKENS, _profile),
    Kind("AWS::Bedrock::Flow", ("monthly_transitions",), _flow),
    Kind(
        "AWS::Bedrock::Guardrail",
        ("monthly_prompt_texts", "characters_per_prompt", "monthly_answer_texts", "characters_per_answer"),
        _guardrail,
    ),
    Kind(
        "AWS::Bedrock::KnowledgeBase",
        ("model", "monthly_embedded_tokens", "monthly_queries"),
        _knowledge_base,
        _free_knowledge_base,
    ),
    Kind("AWS::Bedrock::ProvisionedModelThroughput", ("model", "monthly_hours"), _throughput),
)
