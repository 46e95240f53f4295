"""Serving a model: each way as the parts that it takes, with the usage of each worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.blueprint.inference import inference_parts
from planner.cost import cost_of_part
from planner.design import Design
from tests.planner.builders import DAY, REGION, SHIPPED_BOOK, both_of, by_component, plainly

if TYPE_CHECKING:
    from planner.part import Part

NOVA = "amazon.nova-lite-v1:0"
WORKLOAD: dict[str, Any] = {
    "traffic": {"requests_per_month": 87_600, "input_tokens_per_request": 600, "output_tokens_per_request": 250},
    "assumptions": {"guardrail": False},
}


def parts_of(
    inference: str,
    model: str = NOVA,
    *,
    approach: str = "prompt_engineering",
    workload: dict[str, Any],
    design: dict[str, Any] | None = None,
) -> dict[str, Part]:
    context, signals = both_of(workload)
    made = Design(approach, model, inference, **(design or {}))
    return by_component(inference_parts(made, context, signals, retrieves=approach == "rag"))


def patterned(pattern: str) -> dict[str, Any]:
    return {**WORKLOAD, "traffic": {**WORKLOAD["traffic"], "pattern": pattern}}


TOKENS = {
    "model": NOVA,
    "requests": {"per_request": 1},
    "input_tokens": 600,
    "output_tokens": 250,
    "cache_read_tokens": 0,
    "cache_write_tokens": 0,
}


def test_on_demand_goes_through_an_inference_profile() -> None:
    parts = parts_of("on_demand", workload=WORKLOAD)
    assert list(parts) == ["model_inference"]
    profile = parts["model_inference"]
    assert (profile.path, profile.type) == ("InferenceProfile", "AWS::Bedrock::ApplicationInferenceProfile")
    assert profile.variant == NOVA
    assert plainly(profile.monthly) == TOKENS
    assert profile.one_time == ()


def test_retrieved_passages_are_part_of_the_prompt() -> None:
    parts = parts_of("on_demand", approach="rag", workload=WORKLOAD)
    # 600 + 5 × 300
    assert plainly(parts["model_inference"].monthly)["input_tokens"] == 2100


def test_a_guardrail_checks_what_the_user_wrote_and_the_answer_and_no_passages() -> None:
    workload = {**WORKLOAD, "need": {"behavior": "format"}, "assumptions": {"characters_per_token": 5}}
    parts = parts_of("on_demand", approach="rag", workload=workload)
    assert list(parts) == ["model_inference", "guardrail"]
    guardrail = parts["guardrail"]
    assert (guardrail.path, guardrail.type) == ("Guardrail", "AWS::Bedrock::Guardrail")
    assert guardrail.properties == (("ContentPolicyConfig", True),)
    # 600 × 5 and 250 × 5 characters, neither passages nor examples
    assert plainly(guardrail.monthly) == {
        "prompt_texts": {"per_request": 1},
        "characters_per_prompt": 3000,
        "answer_texts": {"per_request": 1},
        "characters_per_answer": 1250,
    }
    context, signals = both_of(workload)
    amounts = cost_of_part(guardrail, loads=signals.loads, book=SHIPPED_BOOK, region=REGION, as_of=DAY).amounts
    # 87,600 × (3 + 2) units / 1,000 × 0.15
    assert amounts.monthly_usd == Decimal("65.7")
    assert amounts.idle_monthly_usd == 0
    assert context.assumed.flag("guardrail")


@pytest.mark.parametrize(
    ("inference", "guarded"),
    [("on_demand", True), ("custom_on_demand", True), ("provisioned_throughput", True), ("batch", False)],
)
def test_all_but_a_batch_is_guarded_by_default(inference: str, guarded: bool) -> None:
    parts = parts_of(inference, workload={"traffic": WORKLOAD["traffic"]})
    assert ("guardrail" in parts) is guarded


def test_a_batch_has_buckets_and_a_state_machine_that_polls() -> None:
    parts = parts_of("batch", workload=WORKLOAD)
    assert {name: (part.path, part.type, plainly(part.monthly)) for name, part in parts.items()} == {
        "model_inference": (None, "meter", {"meter": "bedrock.on_demand", **TOKENS, "tier": "batch"}),
        # 4 KB a request; 30 jobs a month, each of which writes its input and its manifest
        "batch_input": (
            "BatchInput/Resource",
            "AWS::S3::Bucket",
            {"gb_months": {"per_request": Decimal("0.000004")}, "put_requests": {"fixed": 60}, "get_requests": {}},
        ),
        "batch_output": (
            "BatchOutput/Resource",
            "AWS::S3::Bucket",
            {
                "gb_months": {"per_request": Decimal("0.000004")},
                "put_requests": {"fixed": 60},
                "get_requests": {"fixed": 60},
            },
        ),
        # 30 × 120
        "batch_inference": ("BatchInference", "AWS::StepFunctions::StateMachine", {"transitions": {"fixed": 3600}}),
        # 30 × 50 KB taken in, three months of them kept
        "logs BatchInferenceLogs": (
            "BatchInferenceLogs",
            "AWS::Logs::LogGroup",
            {"ingest_gb": {"fixed": Decimal("0.0015")}, "store_gb_months": {"fixed": Decimal("0.0045")}},
        ),
    }


def test_a_batch_and_a_custom_model_cache_by_their_own_prices() -> None:
    cached = {
        **WORKLOAD,
        "traffic": {**WORKLOAD["traffic"], "input_tokens_per_request": 3000, "shared_prefix_tokens": 2000},
    }
    read = {
        inference: plainly(parts_of(inference, workload=cached)["model_inference"].monthly)["cache_read_tokens"]
        for inference in ("on_demand", "custom_on_demand", "batch")
    }
    # A batch of Nova Lite has no price for reading a cache; a customized one has.
    assert read == {"on_demand": 1600, "custom_on_demand": 1600, "batch": 0}
    # A customized Nova 2 Lite has none: what its base model caches is paid in full.
    custom = parts_of("custom_on_demand", "amazon.nova-2-lite-v1:0", workload=cached)["model_inference"]
    assert plainly(custom.monthly)["cache_read_tokens"] == 0
    assert plainly(custom.monthly)["input_tokens"] == 3000


def test_a_customized_model_is_its_own_meter() -> None:
    parts = parts_of("custom_on_demand", approach="fine_tuning", workload=WORKLOAD)
    part = parts["model_inference"]
    assert (part.path, part.type) == (None, "meter")
    assert plainly(part.monthly) == {"meter": "bedrock.custom_on_demand", **TOKENS}


@pytest.mark.parametrize(
    ("units", "term", "usage"),
    [
        (None, None, {"term": "no_commitment", "model_units": 1}),
        (3, "6_months", {"term": "6_months", "model_units": 3}),
    ],
)
def test_model_units_run_all_hours(units: int | None, term: str | None, usage: dict[str, object]) -> None:
    part = parts_of("provisioned_throughput", workload=WORKLOAD, design={"model_units": units, "term": term})[
        "model_inference"
    ]
    assert plainly(part.monthly) == {
        "meter": "bedrock.provisioned_throughput",
        "model": NOVA,
        **usage,
        "hours": {"fixed": 730},
    }


@pytest.mark.parametrize(
    ("pattern", "windows"),
    [
        # All 43,800 minutes of a month are 8,760 windows: a tenth of one for each of 87,600 requests.
        ("steady", "0.1"),
        # 43,800 × 0.4 / 5 = 3,504
        ("spiky", "0.04"),
        # 43,800 × 0.1 / 5 = 876
        ("bulk", "0.01"),
    ],
)
def test_an_imported_model_is_active_while_requests_come(pattern: str, windows: str) -> None:
    model = "meta-llama/Llama-3.1-8B-Instruct"
    part = parts_of("custom_model_import", model, approach="fine_tuning", workload=patterned(pattern))[
        "model_inference"
    ]
    assert plainly(part.monthly) == {
        "meter": "bedrock.custom_model_import",
        "version": "v1.0",
        "cmus_per_copy": 2,
        "windows": {"per_request": Decimal(windows)},
        "storage_months": {"fixed": 1},
    }


def test_an_imported_model_that_nobody_asks_is_stored() -> None:
    workload = {**WORKLOAD, "traffic": {**WORKLOAD["traffic"], "requests_per_month": 0}}
    part = parts_of("custom_model_import", "meta-llama/Llama-3.1-8B-Instruct", workload=workload)["model_inference"]
    assert plainly(part.monthly)["windows"] == {}
    _, signals = both_of(workload)
    amounts = cost_of_part(part, loads=signals.loads, book=SHIPPED_BOOK, region=REGION, as_of=DAY).amounts
    # Two units × 1.95
    assert amounts.monthly_usd == amounts.idle_monthly_usd == Decimal("3.9")


@pytest.mark.parametrize("model", ["Qwen/Qwen3-8B", "microsoft/phi-4", "a-model-of-ones-own"])
def test_an_import_of_unknown_size_has_no_price(model: str) -> None:
    part = parts_of("custom_model_import", model, workload=WORKLOAD)["model_inference"]
    assert part.unpriced == "how many model units a copy takes is not published for it"
    assert part.monthly == ()


def test_an_endpoints_instances_run_all_hours() -> None:
    design = {"endpoint_instance": "ml.g5.2xlarge", "endpoint_instances": 3}
    parts = parts_of("sagemaker_endpoint", "meta-llama/Llama-3.1-8B-Instruct", workload=WORKLOAD, design=design)
    part = parts["model_inference"]
    assert (part.path, part.type, part.variant) == (
        "EndpointConfig",
        "AWS::SageMaker::EndpointConfig",
        "ml.g5.2xlarge",
    )
    assert plainly(part.monthly) == {"hours": {"fixed": 730}}
    _, signals = both_of(WORKLOAD)
    amounts = cost_of_part(part, loads=signals.loads, book=SHIPPED_BOOK, region=REGION, as_of=DAY).amounts
    # 3 × 730 × 1.52, with or without requests
    assert amounts.monthly_usd == amounts.idle_monthly_usd == Decimal("3328.8")


def test_a_model_that_no_instance_holds_has_no_price() -> None:
    part = parts_of("sagemaker_endpoint", "own", workload=WORKLOAD)["model_inference"]
    assert part.unpriced == "no instance holds the model"
