from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.functions.score_evaluation import index
from stacks.functions.score_evaluation.index import METRICS, answer_prompts, check_evaluation, handler, score_answers

DATASET = "s3://bucket/evaluation.jsonl"
ANSWERS = "s3://bucket/answers/run/"


@dataclass(slots=True)
class Clients:
    """S3 in memory, a model that answers in capitals, and a clock that runs out after so many looks at it."""

    prompts: list[dict[str, Any]] = field(default_factory=list)
    rounds: int = 1_000
    objects: dict[str, bytes] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.objects["evaluation.jsonl"] = "".join(json.dumps(prompt) + "\n" for prompt in self.prompts).encode()

    def get_object(self, **request: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[request["Key"]])}

    def put_object(self, **request: str | bytes) -> dict[str, Any]:
        body = request["Body"]
        assert isinstance(body, bytes)
        self.objects[str(request["Key"])] = body
        return {}

    def list_objects_v2(self, **request: str) -> dict[str, Any]:
        found = [{"Key": key} for key in sorted(self.objects) if key.startswith(request["Prefix"])]
        return {"Contents": found} if found else {}

    def converse(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401
        self.requests.append(request)
        text = request["messages"][0]["content"][0]["text"].upper()
        return {"output": {"message": {"content": [{"reasoningContent": {}}, {"text": text}]}}}

    def get_remaining_time_in_millis(self) -> int:
        self.rounds -= 1
        return 900_000 if self.rounds > 0 else 1_000


def prompts(number: int) -> list[dict[str, Any]]:
    return [{"prompt": f"say {k}", "referenceResponse": f"say {k}"} for k in range(number)]


def ask(clients: Clients, cursor: int = 0) -> dict[str, Any]:
    event = {"operation": "ask", "dataset": DATASET, "answers": ANSWERS, "modelId": "arn", "cursor": cursor}
    return answer_prompts(event, clients, store=clients, runtime=clients)


def score(clients: Clients, number: int, target: str = "0.6", lower: str = "false", metric: str = "rouge_l") -> Any:  # noqa: ANN401
    event = {"metric": metric, "target": target, "lowerIsBetter": lower, "answers": ANSWERS, "prompts": number}
    return score_answers(event, store=clients)


@pytest.mark.parametrize(
    ("metric", "reference", "answer", "expected"),
    [
        ("exact_match", "The pump.", "the  PUMP", 1.0),
        ("exact_match", "the pump", "pump the", 0.0),
        ("accuracy", "yes", "Yes!", 1.0),
        ("f1", "the pump is old", "old pump", 2 * 2 / (4 + 2)),  # both words of the answer are among the four
        ("f1", "a a b", "a b b", 2 * 2 / (3 + 3)),  # one a and one b are shared
        ("rouge_l", "the pump is old", "old pump", 2 * 1 / (4 + 2)),  # "pump" or "old", not both in order
        ("rouge_l", "police killed the gunman", "police kill the gunman", 2 * 3 / (4 + 4)),  # Lin 2004, example S2
        ("rouge_l", "police killed the gunman", "the gunman kill police", 2 * 2 / (4 + 4)),  # and S3
        ("rouge_l", "Füße und Hände", "füße", 2 * 1 / (3 + 1)),
        ("rouge_l", "words", "", 0.0),
        ("rouge_l", "...", "!", 0.0),
        ("word_error_rate", "the pump is old", "the pump was very old", 2 / 4),  # one replaced, one added
        ("word_error_rate", "the pump", "", 1.0),
        ("word_error_rate", "", "one two", 2.0),
    ],
)
def test_metrics(metric: str, reference: str, answer: str, expected: float) -> None:
    assert METRICS[metric](reference, answer) == pytest.approx(expected)


WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(WORDS, WORDS)
def test_rouge_l_agrees_with_the_textbook_table(expected: list[str], answered: list[str]) -> None:
    table = [[0] * (len(answered) + 1) for _ in range(len(expected) + 1)]
    for i, left in enumerate(expected):
        for j, right in enumerate(answered):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    shared = table[-1][-1]
    wanted = 2 * shared / (len(expected) + len(answered)) if shared else 0
    assert METRICS["rouge_l"](" ".join(expected), " ".join(answered)) == pytest.approx(wanted)


@given(st.text(), st.text())
def test_every_metric_knows_a_perfect_answer_and_stays_in_its_range(reference: str, answer: str) -> None:
    for name, measure in METRICS.items():
        assert 0 <= measure(reference, answer) <= (max(1, len(answer)) if name == "word_error_rate" else 1)
        if index._words(reference):
            assert measure(reference, reference) == (0 if name == "word_error_rate" else 1)


def test_prompts_are_asked_and_answers_scored() -> None:
    clients = Clients(prompts(20))
    assert ask(clients) == {"cursor": 20, "done": True}
    assert score(clients, 20) == {"score": 1.0, "passed": True, "prompts": 20}
    assert {request["modelId"] for request in clients.requests} == {"arn"}
    assert all("system" not in request for request in clients.requests)


def test_a_systems_prompt_is_passed_on() -> None:
    clients = Clients([prompts(1)[0] | {"system": "Be short."}])
    ask(clients)
    assert clients.requests[0]["system"] == [{"text": "Be short."}]


def test_a_run_that_is_short_of_time_says_where_to_go_on() -> None:
    clients = Clients(prompts(20), rounds=1)
    assert ask(clients) == {"cursor": 8, "done": False}
    assert ask(clients, 8) == {"cursor": 16, "done": False}
    assert ask(clients, 16) == {"cursor": 20, "done": True}
    assert score(clients, 20)["prompts"] == 20


def test_a_repeated_run_counts_no_answer_twice() -> None:
    clients = Clients(prompts(3))
    ask(clients)
    ask(clients)
    assert score(clients, 3)["prompts"] == 3


def test_missing_answers_are_no_score() -> None:
    clients = Clients(prompts(20), rounds=1)
    with pytest.raises(ValueError, match="0 answers in s3://bucket/answers/run/ for 20 prompts"):
        score(clients, 20)
    ask(clients)
    with pytest.raises(ValueError, match="8 answers"):
        score(clients, 20)


@pytest.mark.parametrize(
    ("target", "lower", "passed"),
    [
        ("0.666667", "false", True),  # 2 of 3 answers match; the mean has six decimal places
        ("0.666668", "false", False),
        ("0.666667", "true", True),
        ("0.666666", "true", False),
        ("none", "false", True),
        ("", "false", True),
    ],
)
def test_the_score_is_held_against_the_target(target: str, lower: str, passed: bool) -> None:
    data = prompts(3)
    data[0]["referenceResponse"] = "something else"
    clients = Clients(data)
    ask(clients)
    assert score(clients, 3, target, lower, "exact_match") == {"score": 0.666667, "passed": passed, "prompts": 3}


@pytest.mark.parametrize("metric", ["rouge_l", "ROUGE-L", "rougeL", "Rouge L"])
def test_a_metrics_name_is_read_in_any_spelling(metric: str) -> None:
    clients = Clients(prompts(2))
    assert check_evaluation({"metric": metric, "target": "0.6", "dataset": DATASET}, store=clients) == {"prompts": 2}


@pytest.mark.parametrize(
    ("event", "data", "says"),
    [
        (
            {"metric": "bleu"},
            prompts(1),
            "the metric 'bleu' can't be computed here; known are accuracy, exact_match, f1",
        ),
        ({"target": "x"}, prompts(1), "the target 'x' is no number"),
        ({}, [], "has 0 prompts; an evaluation takes 1 to 1000"),
        ({}, prompts(1001), "has 1001 prompts"),
        (
            {},
            [*prompts(1), {"prompt": "p"}],
            "prompt 2 of s3://bucket/evaluation.jsonl has no text as 'referenceResponse'",
        ),
        ({}, [{"prompt": " ", "referenceResponse": "r"}], "prompt 1 .* has no text as 'prompt'"),
    ],
)
def test_what_can_not_be_evaluated_is_refused(event: dict[str, str], data: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_evaluation({"metric": "f1", "target": "0.6", "dataset": DATASET} | event, store=Clients(data))


def test_the_handler_runs_the_step_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = Clients(prompts(2))
    monkeypatch.setattr(index, "_client", lambda service: clients)
    assert handler({"operation": "check", "metric": "f1", "target": "", "dataset": DATASET}, clients) == {"prompts": 2}
    event = {"operation": "ask", "dataset": DATASET, "answers": ANSWERS, "modelId": "arn", "cursor": 0}
    assert handler(event, clients)["done"]
    event = {
        "operation": "score",
        "metric": "f1",
        "target": "",
        "lowerIsBetter": "false",
        "answers": ANSWERS,
        "prompts": 2,
    }
    assert handler(event, clients)["score"] == 1.0
    with pytest.raises(ValueError, match="unknown operation 'tell'"):
        handler({"operation": "tell"}, clients)


def test_clients_are_of_the_services_that_the_function_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    index._client.cache_clear()
    assert index._client("bedrock-runtime").meta.service_model.service_id == "Bedrock Runtime"
