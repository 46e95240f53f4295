"""Names that the catalogue must know: regions, models, embedding models, instances, in any of their spellings."""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import InputError
from planner.references import known_regions, refuse_unknown_names
from tests.planner.strategies import workload_of


def refused(given: dict[str, Any]) -> str | None:
    """Return what is said of a workload's names, or None where all are known."""
    try:
        refuse_unknown_names(workload_of({"name": "w1", **given}), source="w.yaml")
    except InputError as error:
        return str(error)
    return None


def test_the_regions_are_those_with_models() -> None:
    assert {"us-east-1", "us-west-2"} <= set(known_regions())
    assert list(known_regions()) == sorted(known_regions())


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"region": "us-west-2"},
        {"constraints": {"regions": ["us-east-1", "us-west-2"]}},
        {"design": {"model": "amazon.nova-lite-v1:0"}},
        {"design": {"model": "us.amazon.nova-lite-v1:0"}},
        {"design": {"model": "Qwen/Qwen3-8B"}},
        {"design": {"embedding_model": "amazon.titan-embed-text-v2:0"}},
        {"constraints": {"models": ["amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0", "Qwen/Qwen3-8B"]}},
        {"design": {"training": {"instance": "ml.g5.xlarge"}}},
    ],
)
def test_known_names_pass(given: dict[str, Any]) -> None:
    assert refused(given) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"region": "us-est-1"}, "w.yaml: region: the catalogue knows no model that can be called from 'us-est-1'"),
        ({"region": "eu-west-1"}, "w.yaml: region: the catalogue knows no model that can be called from 'eu-west-1'"),
        (
            {"constraints": {"regions": ["us-east-1", "us-eest-1"]}},
            "w.yaml: constraints.regions: the catalogue knows no model that can be called from 'us-eest-1'",
        ),
        (
            {"design": {"model": "amazon.nova-light-v1:0"}},
            "w.yaml: design.model: unknown model 'amazon.nova-light-v1:0'; did you mean 'amazon.nova-lite-v1:0'",
        ),
        (
            {"design": {"embedding_model": "amazon.titan-embed-text-v3:0"}},
            "w.yaml: design.embedding_model: unknown embedding model 'amazon.titan-embed-text-v3:0'; did you mean",
        ),
        (
            {"constraints": {"models": ["openai.gpt-oss-12b-1:0"]}},
            "w.yaml: constraints.models: unknown model 'openai.gpt-oss-12b-1:0'; did you mean",
        ),
        (
            {"design": {"training": {"instance": "ml.g5.xlrage"}}},
            "w.yaml: design.training.instance: unknown instance type 'ml.g5.xlrage'; did you mean 'ml.g5.xlarge'",
        ),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(given: dict[str, Any], message: str) -> None:
    assert (refused(given) or "").startswith(message)


def test_a_typing_error_in_a_region_has_a_near_spelling() -> None:
    assert str(refused({"region": "us-est-1"})).endswith("; it covers us-east-1, us-west-2; did you mean 'us-east-1'?")


def test_all_unknown_names_are_said_at_once() -> None:
    given = {"design": {"model": "amazon.nova-x", "training": {"instance": "ml.g9.xlarge"}}}
    assert [line.split(": ")[1] for line in str(refused(given)).splitlines()] == [
        "design.model",
        "design.training.instance",
    ]


def test_an_embedding_model_is_no_text_model() -> None:
    assert "unknown model" in str(refused({"design": {"model": "amazon.titan-embed-text-v2:0"}}))
    assert "unknown embedding model" in str(refused({"design": {"embedding_model": "amazon.nova-lite-v1:0"}}))
