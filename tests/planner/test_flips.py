"""What would change the choice: thresholds that planning again bears out."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from planner.design import Design, Training
from planner.flips import Outcome, _difference, find_flips
from planner.plan import Planner
from tests.planner.builders import DAY, both_of
from tests.planner.strategies import workload_of

PLANNER = Planner()
TONE: dict[str, Any] = {"need": {"behavior": "tone"}, "data": {"labelled": {"examples": 800}}}


def document_of(given: dict[str, Any], *, flips: bool = True) -> dict[str, Any]:
    workload = workload_of({"name": "w1", **given})
    return PLANNER.plan(workload, as_of=DAY, source="w.yaml", flips=flips).document.document


def flips_of(given: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document_of(given)["decision"]["would_change_if"]
    return found


def only(given: dict[str, Any], key: str) -> dict[str, Any]:
    (flip,) = [flip for flip in flips_of(given) if flip["key"] == key]
    return flip


def at(given: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return the plan with one key at another value."""
    changed = copy.deepcopy(given)
    *groups, last = key.split(".")
    place = changed
    for group in groups:
        place = place.setdefault(group, {})
    place[last] = value
    return document_of(changed, flips=False)


def test_a_store_becomes_another_above_so_many_requests() -> None:
    given = {"need": {"knowledge": {}}, "traffic": {"requests_per_month": 100_000}}
    flip = only(given, "traffic.requests_per_month")
    assert flip["to"] == {"choice": "vector_store", "value": "opensearch_serverless"}
    threshold = flip["above"]
    assert isinstance(threshold, int)
    # 10 queries a second in 43,800 minutes of 60 seconds are 26,280,000.
    assert abs(threshold - 26_280_000) < 26_280_000 / 100
    assert f"{threshold:,} requests a month" in flip["text"]
    assert at(given, flip["key"], threshold + 1)["design"]["vector_store"] == "opensearch_serverless"
    assert at(given, flip["key"], threshold * 95 // 100)["design"]["vector_store"] == "s3_vectors"


def test_below_so_many_requests_it_becomes_the_other_again() -> None:
    given = {"need": {"knowledge": {}}, "traffic": {"requests_per_month": 40_000_000}}
    assert document_of(given, flips=False)["design"]["vector_store"] == "opensearch_serverless"
    flip = only(given, "traffic.requests_per_month")
    assert flip["to"] == {"choice": "vector_store", "value": "s3_vectors"}
    assert at(given, flip["key"], flip["below"] - 1)["design"]["vector_store"] == "s3_vectors"


@pytest.mark.parametrize(
    ("evidence", "key", "bound", "value"),
    [
        # Reaching the target is above it, falling short below it; the other way round where errors are counted.
        ({"scores": {"prompt_engineering": "0.4"}}, "prompt_engineering", "above", "prompt_engineering"),
        (
            {"scores": {"prompt_engineering": "0.9"}, "lower_is_better": True},
            "prompt_engineering",
            "below",
            "prompt_engineering",
        ),
        ({"scores": {"prompt_engineering": "0.7"}}, "prompt_engineering", "below", "fine_tuning"),
        (
            {"scores": {"prompt_engineering": "0.5"}, "lower_is_better": True},
            "prompt_engineering",
            "above",
            "fine_tuning",
        ),
        ({"scores": {"prompt_engineering": "0.4", "rag": "0.7"}}, "rag", "below", "fine_tuning"),
    ],
)
def test_a_score_on_the_other_side_of_its_target(evidence: dict[str, Any], key: str, bound: str, value: str) -> None:
    scores = {approach: Decimal(score) for approach, score in evidence["scores"].items()}
    given = {"evidence": {**evidence, "target": Decimal("0.6"), "scores": scores, "metric": "f1"}}
    flip = only(given, f"evidence.scores.{key}")
    assert flip[bound] == 0.6
    assert flip["to"] == {"choice": "approach", "value": value}
    assert flip["text"].startswith(f"With {key} measured ")
    step = Decimal("0.0001") if bound == "above" else Decimal("-0.0001")
    assert at(given, flip["key"], Decimal("0.6") + step)["decision"]["approach"] == value


def test_examples_and_raw_text_around_what_the_rules_ask_for() -> None:
    assert only(TONE, "data.labelled.examples") == {
        "key": "data.labelled.examples",
        "below": 100,
        "to": {"choice": "approach", "value": "prompt_engineering"},
        "text": "With fewer than 100 labelled examples the approach becomes prompt_engineering.",
    }
    few = {"need": {"behavior": "tone"}, "data": {"labelled": {"examples": 5}}}
    assert only(few, "data.labelled.examples")["above"] == 99
    assert only(few, "data.labelled.examples")["to"]["value"] == "fine_tuning"
    corpus = {"need": {"vocabulary": True}, "data": {"unlabelled": {"tokens": 5}}}
    assert only(corpus, "data.unlabelled.tokens")["above"] == 9_999_999


def test_nothing_flips_where_all_is_pinned() -> None:
    pinned = {"design": {"approach": "prompt_engineering", "model": "amazon.nova-lite-v1:0", "inference": "on_demand"}}
    assert flips_of({**pinned, "evidence": {"target": Decimal(1), "scores": {"prompt_engineering": Decimal(0)}}}) == []


def test_what_cannot_be_planned_is_no_flip() -> None:
    """A value that contradicts another one is refused: it says nothing of the choice."""
    context, signals = both_of({"need": {"behavior": "tone"}, "data": {"labelled": {"examples": 800}}})
    made = PLANNER._make(context, every_rung=False)
    before = Outcome("fine_tuning", Design("fine_tuning", "a", "custom_on_demand"))
    assert find_flips(made.choice, signals, context, before, lambda _key, _value: None) == ()


def test_what_differs_is_named_the_weightiest_first() -> None:
    mine = Design(
        "fine_tuning", "a", "sagemaker_endpoint", training=Training("sagemaker", "lora", 3, "ml.g5.xlarge", 1)
    )
    before = Outcome("fine_tuning", mine)
    other = mine._replace(training=Training("sagemaker", "lora", 3, "ml.p4d.24xlarge", 1))
    assert _difference(before, before) is None
    assert _difference(before, Outcome("fine_tuning", other)) == ("training", "ml.p4d.24xlarge")
    assert _difference(before, Outcome("fine_tuning", other._replace(model="b"))) == ("model", "b")
    assert _difference(before, Outcome("fine_tuning", mine._replace(training=None))) == ("training", "none")
    assert _difference(before, Outcome("rag", other)) == ("approach", "rag")
