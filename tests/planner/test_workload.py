from __future__ import annotations

import pickle
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from planner.errors import InputError
from planner.workload import Knowledge, Workload, load_workload, parse_workload
from planner.yaml12 import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

ASSUMPTIONS = ("label_usd_per_example", "person_day_usd", "retraining_per_year", "alert_emails")

# Every key of a workload file, each with a value that is no default.
COMPLETE = """
name: support-assistant
description: Answers customers' questions from our product manuals.
region: us-east-1
horizon_months: 24
need:
  knowledge: {changes: monthly, citations: true, hallucinates: true, structured: false, relations: false}
  behavior: format
  vocabulary: false
  smaller_model: true
  no_base_model: false
data:
  modality: text
  documents: {count: 20000, gb: 12.5, tokens: 60000000, changed_per_month: 0.05}
  labelled: {examples: 1500, tokens_per_example: 900}
  unlabelled: {tokens: 1e9}
  existing_store: postgresql
  may_enter_weights: true
traffic:
  requests_per_month: 300000
  input_tokens_per_request: 612.5
  output_tokens_per_request: 250
  shared_prefix_tokens: 100
  pattern: steady
  peak_requests_per_minute: 60
  latency_p95_ms: 3000
  growth_per_month: 0.03
evidence:
  metric: rouge_l
  lower_is_better: false
  target: 0.60
  scores: {prompt_engineering: 0.41, rag: 0.5}
  regression: {fine_tuning: 0.02}
constraints:
  monthly_usd: 5000
  one_time_usd: "20000.50"
  budget: limited
  weeks_to_launch: 8
  commitment_months: 1
  guaranteed_capacity: false
  training: allowed
  operations: least
  ml_team: some
  open_weights: false
  models: [amazon.nova-lite-v1:0]
  regions: [us-east-1, us-west-2]
value: {usd_per_request: 0.02}
assumptions: {label_usd_per_example: 1.50, alert_emails: [ops@example.com]}
design:
  approach: fine_tuning
  model: amazon.nova-lite-v1:0
  inference: provisioned_throughput
  training: {service: sagemaker, method: lora, instance: ml.g5.xlarge, instances: 2, epochs: 3, spot: true}
  model_units: 2
  retraining_per_year: 4
"""


def parsed(data: object) -> Workload:
    return parse_workload(data, source="w.yaml", assumption_names=ASSUMPTIONS)


def loaded(tmp_path: Path, text: str, *overrides: str) -> Workload:
    path = tmp_path / "w.yaml"
    path.write_text(text)
    return load_workload(path, assumption_names=ASSUMPTIONS, overrides=overrides)


def test_every_key_is_read(tmp_path: Path) -> None:
    workload = loaded(tmp_path, COMPLETE)
    assert workload.name == "support-assistant"
    assert workload.need.knowledge is not None
    assert workload.need.knowledge.changes == "monthly"
    assert workload.data.documents.gb == Decimal("12.5")
    assert workload.data.unlabelled.tokens == 1_000_000_000
    assert isinstance(workload.data.unlabelled.tokens, int)
    assert workload.traffic.input_tokens_per_request == Decimal("612.5")
    assert str(workload.evidence.target) == "0.60"
    assert workload.evidence.scores == {"prompt_engineering": Decimal("0.41"), "rag": Decimal("0.5")}
    assert workload.constraints.one_time_usd == Decimal("20000.50")
    assert workload.constraints.models == ("amazon.nova-lite-v1:0",)
    assert workload.assumptions == {"label_usd_per_example": Decimal("1.50"), "alert_emails": ("ops@example.com",)}
    assert workload.design.training is not None
    assert workload.design.training.spot is True
    # Only these two are pinned for retrieval, which fine-tuning has none of.
    unstated = {path for path, value in _leaves(workload.model_dump()) if value is None}
    assert unstated == {"design.vector_store", "design.embedding_model"}


def _leaves(value: object, path: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{path}.{key}".lstrip("."))]
    return [(path, value)]


def test_a_name_is_enough() -> None:
    workload = parsed({"name": "w1"})
    assert workload.need.knowledge is None
    assert workload.design.training is None
    stated = {path: value for path, value in _leaves(workload.model_dump()) if value is not None}
    assert stated == {
        "name": "w1",
        "evidence.scores": {},
        "evidence.regression": {},
        "constraints.models": (),
        "constraints.regions": (),
        "assumptions": {},
    }


def test_null_is_the_same_as_leaving_the_key_out() -> None:
    with_nulls: dict[str, Any] = {
        "name": "w1",
        "region": None,
        "need": {"knowledge": None, "behavior": None},
        "data": {"documents": {"count": None}, "labelled": None},
        "evidence": {"scores": {"rag": None}},
        "constraints": None,
        "assumptions": {"person_day_usd": None},
        "design": {"training": None},
    }
    assert parsed(with_nulls) == parsed({"name": "w1"})


def test_empty_knowledge_says_that_facts_are_lacking() -> None:
    assert parsed({"name": "w1", "need": {"knowledge": {}}}).need.knowledge == Knowledge()


def test_the_data_that_is_passed_in_stays_as_it_is() -> None:
    data = {"name": "w1", "need": {"knowledge": None}}
    parsed(data)
    assert data == {"name": "w1", "need": {"knowledge": None}}


def test_a_workload_does_not_change() -> None:
    workload = parsed({"name": "w1"})
    with pytest.raises(ValidationError):
        workload.name = "w2"  # type: ignore[misc]


def test_a_workload_can_be_copied_and_sent_to_another_process(tmp_path: Path) -> None:
    workload = loaded(tmp_path, COMPLETE)
    copy = workload.model_copy(update={"traffic": workload.traffic.model_copy(update={"requests_per_month": 5})})
    assert copy.traffic.requests_per_month == 5
    assert workload.traffic.requests_per_month == 300_000
    assert pickle.loads(pickle.dumps(workload)) == workload  # noqa: S301


def test_a_json_workload_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text('{"name": "w1", "value": {"usd_per_request": 0.10}}')
    workload = load_workload(path, assumption_names=())
    assert str(workload.value.usd_per_request) == "0.10"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# nothing yet\n", "holds no keys; at least 'name: ...' is needed"),
        ("- name: w1\n", "is a list, not a mapping of keys; at least 'name: ...' is needed"),
        ("support-assistant\n", "is 'support-assistant', not a mapping of keys; at least 'name: ...' is needed"),
        ("region: us-east-1\n", "name: missing; every workload needs it"),
        ("name: ~\n", "name: missing; every workload needs it"),
    ],
)
def test_a_file_that_states_no_workload(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'w.yaml'}: {message}"


def test_an_override_replaces_a_value_before_it_is_checked(tmp_path: Path) -> None:
    workload = loaded(tmp_path, "name: w1\ntraffic: {pattern: wrong}\n", "traffic.pattern=spiky", "region=us-west-2")
    assert workload.traffic.pattern == "spiky"
    assert workload.region == "us-west-2"


def test_an_error_of_an_override_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        loaded(
            tmp_path, "name: w1\ntraffic: {pattern: wrong}\n", "traffic.patern=spiky", "design=rag", "horizon_months=0"
        )
    assert str(caught.value).replace(str(tmp_path / "w.yaml"), "FILE").splitlines() == [
        "FILE: traffic.pattern: 'wrong' is not allowed; allowed: steady, spiky, business_hours, bulk",
        "--set traffic.patern=spiky: traffic.patern: unknown key; did you mean 'pattern'?",
        "--set design=rag: design: 'rag' is no mapping; allowed: keys with values, such as {approach: ...}",
        "--set horizon_months=0: horizon_months: 0 is below the limit; allowed: a whole number from 1 to 120",
    ]


# --- properties -------------------------------------------------------------------------------------------------------

_KEYS = list(Workload.model_fields)
_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["rag", "monthly", "us-east-1", "bedrock", "w1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.integers()
            | st.sampled_from([*_KEYS, "knowledge", "documents", "scores", "training", "count", "rag", "approach"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(_JUNK | st.dictionaries(st.sampled_from(_KEYS), _JUNK))
def test_any_data_is_a_workload_or_an_input_error(data: object) -> None:
    message = "w.yaml: "
    try:
        parsed(data)
    except InputError as error:
        message = str(error)
    assert all(line.startswith("w.yaml: ") for line in message.split("\n"))
    assert len(message) < 10_000


def test_deep_data_is_refused() -> None:
    data: dict[str, Any] = {}
    for _ in range(100_000):
        data = {"need": data}
    with pytest.raises(InputError, match="nested more than 32 levels deep"):
        parsed({"name": "w1", **data})
    while data:  # taken apart from outside: the interpreter's own clean-up is recursive
        data = data.pop("need")


def test_parsing_is_fast() -> None:
    data = load_yaml(COMPLETE, source="w.yaml")
    parsed(data)
    start = time.perf_counter()
    for _ in range(200):
        parsed(data)
    assert time.perf_counter() - start < 200 * 0.0015  # five times the 0.3 ms aimed at: the machine may be busy
