"""AmazonBedrock and AmazonBedrockService: Amazon's and open models, customization, what is around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.refresh.models import models
from planner.refresh.outcome import IN_REGION, Outcome, Rule, Skip, Target
from planner.refresh.rules.bedrock_tokens import tokens
from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.product import Product

__all__ = ["RULE"]

_TEXT: Final = ("text", "1K text units")
_DATA_AUTOMATION: Final = "DataAutomation-"

_AROUND: Final[Rule] = rule_of(
    (
        Priced("Guardrail-ContentPolicyUnitsConsumed", ("bedrock", "guardrails.content_k", *_TEXT)),
        Priced("Guardrail-TopicPolicyUnitsConsumed", ("bedrock", "guardrails.topic_k", *_TEXT)),
        Priced("Guardrail-SensitiveInformationPolicyPaidUnitsConsumed", ("bedrock", "guardrails.pii_k", *_TEXT)),
        Priced("Guardrail-ContextualGroundingPolicyUnitsConsumed", ("bedrock", "guardrails.grounding_k", *_TEXT)),
        Priced(
            "Guardrail-AutomatedReasoningPolicyUnitsConsumed", ("bedrock", "guardrails.automated_reasoning_k", *_TEXT)
        ),
        Priced(
            "Guardrail-SensitiveInformationPolicyFreeUnitsConsumed",
            ("bedrock", "guardrails.regex_k", *_TEXT),
            free=True,
        ),
        Priced("Guardrail-WordPolicyUnitsConsumed", ("bedrock", "guardrails.word_k", *_TEXT), free=True),
        Priced("Guardrail-ContentPolicyImageUnitsConsumed", ("bedrock", "guardrails.image_k", "text", "1K images")),
        Priced("BedrockFlows-v1-invokeFlow", ("bedrock", "flows.transition_k", "standard", "1K transitions")),
        Priced("APO-v1-optimizePrompt", ("bedrock", "prompt_optimization.token_k", "standard", "1K tokens")),
        Priced(
            _DATA_AUTOMATION + "Custom-PagesProcessed", ("bedrock", "data_automation.unit", "document_custom", "page")
        ),
        Priced(
            _DATA_AUTOMATION + "Standard-PagesProcessed",
            ("bedrock", "data_automation.unit", "document_standard", "page"),
        ),
        Priced(
            _DATA_AUTOMATION + "Custom-ImagesProcessed", ("bedrock", "data_automation.unit", "image_custom", "image")
        ),
        Priced(
            _DATA_AUTOMATION + "Standard-ImagesProcessed",
            ("bedrock", "data_automation.unit", "image_standard", "image"),
        ),
        # Custom Model Import: the architecture is part of the name, the version decides the price.
        Priced(
            r"[A-Za-z0-9-]+-CustomModelImport-Inference-v(?P<version>[12])[:.]0",
            ("bedrock", "custom_model_import.cmu_minute", "v{version}.0", "CMU-minute"),
        ),
        Priced(
            r"[A-Za-z0-9-]+-CustomModelImport-Storage-v(?P<version>[12])[:.]0",
            ("bedrock", "custom_model_import.cmu_month", "v{version}.0", "CMU-month"),
        ),
        Unpriced(r".*-RFT-Training-Hours", "reinforcement fine-tuning: the book has no meter for it"),
        Unpriced(r"Ray-V[0-9].*", "video generation: there is no meter for it"),
    )
)

_TRAINING: Final = re.compile(r"(?P<name>.+)-Customization-(?P<what>Training|Storage)", re.ASCII)
_PROVISIONED: Final = re.compile(
    r"(?P<name>.+)-ProvisionedThroughput-(?P<custom>Custom-)?(?P<term>NoCommit|1month|6months?)-ModelUnits?", re.ASCII
)
_RESERVED: Final = re.compile(
    r"(?P<name>.+)-reserved-(?P<months>[13])-month-(?P<side>input|output)-tokens-per-minute(?P<scope>-cross-region-geo|-cross-region-global)?",
    re.ASCII,
)
_TERMS: Final = {"NoCommit": "no_commitment", "1month": "1_month", "6months": "6_months", "6month": "6_months"}
_IMAGES: Final = frozenset({"amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v2:0"})


def _rule(product: Product) -> Outcome:
    return _AROUND(product) or _of_a_model(product)


def _of_a_model(product: Product) -> Outcome:
    if found := _TRAINING.fullmatch(product.usage):
        return _customization(product, found)
    if found := _PROVISIONED.fullmatch(product.usage):
        return _provisioned(product, found)
    if found := _RESERVED.fullmatch(product.usage):
        return _reserved(product, found)
    return tokens(product)


def _customization(product: Product, found: re.Match[str]) -> Outcome:
    if found["what"] == "Storage":
        # One price for every custom model; the book has one row.
        return Target("bedrock", "custom_model_storage.model_month", "custom_model", "model-month")
    model = _model(product, found["name"])
    if model is None:
        return None
    if model in _IMAGES:
        return Skip("training of image models: the unit (an image seen) is not in the price list")
    return Target("bedrock", "customization_training.training_mtok", model, "1M tokens")


def _provisioned(product: Product, found: re.Match[str]) -> Outcome:
    if found["custom"]:
        return Skip("provisioned throughput of a customized model: the base model's rate applies")
    model = _model(product, found["name"])
    if model is None:
        return None
    item = f"provisioned_throughput.model_unit_hour_{_TERMS[found['term']]}"
    return Target("bedrock", item, model, "model-unit hour")


def _reserved(product: Product, found: re.Match[str]) -> Outcome:
    model = _model(product, found["name"])
    if model is None:
        return None
    term = "1_month" if found["months"] == "1" else "3_months"
    # The price list says "geo" for the region and its geographic profile together; the book's row is in_region.
    scope = "global" if found["scope"] == "-cross-region-global" else IN_REGION
    return Target(
        "bedrock", f"reserved.{found['side']}_ktpm_hour_{term}", model, "hour per 1K tokens-per-minute", scope
    )


def _model(product: Product, name: str) -> str | None:
    known = models()
    stated = product.attribute("model") or product.attribute("titanModelUnit") or product.attribute("titanModel")
    by_usage = known.id_of(name)
    by_name = known.id_of(stated) if stated else None
    return by_usage if by_name is None or by_usage == by_name else by_name if by_usage is None else None


RULE: Final[Rule] = _rule
