from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.workload import Workload, parse_workload
from planner.workload_checks import CONTRADICTIONS, check_references
from planner.yaml12 import load_yaml

CASES = Path(__file__).parents[1] / "cases" / "workload_contradictions.txt"


def cases() -> list[tuple[str, list[str]]]:
    """Return the table's pairs: a line of YAML, and the indented lines after it."""
    pairs: list[tuple[str, list[str]]] = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            pairs[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            pairs.append((line, []))
    return pairs


def data_of(snippet: str) -> dict[str, Any]:
    data = load_yaml(f"{{name: w1, {snippet}}}", source="snippet")
    assert isinstance(data, dict)
    return data


def parsed(data: dict[str, Any]) -> Workload:
    return parse_workload(data, source="w.yaml", assumption_names=["retraining_per_year"])


@pytest.mark.parametrize(("snippet", "messages"), cases(), ids=[snippet for snippet, _ in cases()])
def test_a_contradiction_names_both_keys_and_the_fix(snippet: str, messages: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        parsed(data_of(snippet))
    assert str(caught.value).splitlines() == [f"w.yaml: {message}" for message in messages]


def test_every_rule_has_a_case() -> None:
    workloads = [Workload.model_validate(data_of(snippet)) for snippet, _ in cases()]
    assert [rule for rule in CONTRADICTIONS if not any(rule.holds(workload) for workload in workloads)] == []


@pytest.mark.parametrize(
    "snippet",
    [
        "region: us-east-1, constraints: {regions: [us-west-2, us-east-1]}",
        "constraints: {regions: [us-west-2]}",
        "region: us-east-1, constraints: {regions: []}",
        "data: {documents: {count: 0, gb: 0, tokens: 0}}",
        "traffic: {input_tokens_per_request: 600, shared_prefix_tokens: 600}",
        "traffic: {requests_per_month: 0, peak_requests_per_minute: 60}",
        "evidence: {target: 0.6}",
        "evidence: {target: 0, scores: {rag: 0.5}}",
        "design: {approach: rag, vector_store: s3_vectors, retraining_per_year: 0}, data: {may_enter_weights: false}",
        "design: {approach: rag, inference: sagemaker_endpoint}",
        "design: {approach: fine_tuning, training: {service: bedrock, method: distillation, epochs: 2, spot: false}}",
        "design: {approach: fine_tuning, training: {method: lora, instance: ml.g5.xlarge, spot: true}}",
        "design: {approach: train_from_scratch, training: {service: sagemaker_hyperpod, instances: 8}}",
        "design: {approach: fine_tuning, inference: custom_on_demand}, constraints: {training: full_control}",
        # One model unit of a customized model, and any number of a base model's, come without commitment.
        "design: {approach: fine_tuning, inference: provisioned_throughput}, constraints: {commitment_months: 0}",
        "design: {inference: provisioned_throughput, model_units: 3}, constraints: {commitment_months: 0}",
        "design: {retraining_per_year: 4}, assumptions: {retraining_per_year: 4}",
    ],
)
def test_what_goes_together_is_not_refused(snippet: str) -> None:
    assert parsed(data_of(snippet)).name == "w1"


def checked(snippet: str) -> None:
    check_references(
        parsed(data_of(snippet)),
        source="w.yaml",
        model_ids=["amazon.nova-lite-v1:0", "amazon.nova-micro-v1:0"],
        embedding_model_ids=["amazon.titan-embed-text-v2:0"],
        regions=["us-east-1", "us-west-2"],
        instances=["ml.g5.xlarge", "ml.p5.48xlarge"],
    )


def test_known_names_pass() -> None:
    checked("region: us-east-1")
    checked(
        "region: us-east-1, constraints: {regions: [us-east-1], models: [amazon.nova-lite-v1:0, "
        "amazon.titan-embed-text-v2:0]}, design: {model: amazon.nova-lite-v1:0, "
        "embedding_model: amazon.titan-embed-text-v2:0, training: {instance: ml.g5.xlarge}}"
    )


@pytest.mark.parametrize(
    ("snippet", "message"),
    [
        ("region: us-esat-1", "region: unknown region 'us-esat-1'; did you mean 'us-east-1'"),
        ("constraints: {regions: [us-east-1, us-eats-1]}", "constraints.regions: unknown region 'us-eats-1'; did you"),
        (
            "design: {model: amazon.nova-lite}",
            "design.model: unknown model 'amazon.nova-lite'; did you mean 'amazon.nova",
        ),
        ("constraints: {models: [qqqqq]}", "constraints.models: unknown model 'qqqqq'"),
        (
            "design: {embedding_model: amazon.nova-lite-v1:0}",
            "design.embedding_model: unknown embedding model 'amazon.",
        ),
        (
            "design: {training: {instance: ml.g5.xlrge}}",
            "design.training.instance: unknown instance type 'ml.g5.xlrge'",
        ),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(snippet: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(snippet)
    assert str(caught.value).startswith(f"w.yaml: {message}")  # the nearest ones are near.py's


def test_all_unknown_names_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        checked("region: us-west-9, design: {model: x}")
    assert len(str(caught.value).splitlines()) == 2
