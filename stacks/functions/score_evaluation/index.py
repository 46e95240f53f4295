"""Asks a hosted model the evaluation prompts and scores its answers, a step of the customization state machines.

A Bedrock evaluation job takes no custom model deployment and computes none of the metrics below, so the function asks
the model itself. The prompts are in the format of Bedrock's own evaluation data sets: JSON lines with `prompt`,
`referenceResponse` and, optionally, `system`.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["METRICS", "answer_prompts", "check_evaluation", "handler", "score_answers"]

MAX_PROMPTS = 1000  # as many as a Bedrock evaluation data set may hold
PARALLEL_REQUESTS = 8
REQUEST_TIMEOUT_SECONDS = 60
REQUEST_ATTEMPTS = 4
# What must be left of a run before another round of parallel requests begins: more than one can take.
RESERVED_MILLISECONDS = 300_000


class Context(Protocol):
    """What the function uses of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda stops this run."""


class ObjectStore(Protocol):
    """What the function uses of boto3's S3 client."""

    def get_object(self, **request: str) -> dict[str, Any]:
        """Return an object with its body."""

    def put_object(self, **request: str | bytes) -> dict[str, Any]:
        """Write an object."""

    def list_objects_v2(self, **request: str) -> dict[str, Any]:
        """Return up to 1,000 keys under a prefix."""


class Runtime(Protocol):
    """What the function uses of boto3's bedrock-runtime client."""

    def converse(self, **request: object) -> dict[str, Any]:
        """Return a model's answer."""


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run the step that the event names: check, ask or score."""
    match event["operation"]:
        case "check":
            return check_evaluation(event, store=_client("s3"))
        case "ask":
            return answer_prompts(event, context, store=_client("s3"), runtime=_client("bedrock-runtime"))
        case "score":
            return score_answers(event, store=_client("s3"))
        case unknown:
            raise ValueError(f"unknown operation {unknown!r}; known are check, ask and score")


def check_evaluation(event: dict[str, Any], *, store: ObjectStore) -> dict[str, Any]:
    """Refuse an evaluation that can't be computed, before anything is paid for; return the number of prompts."""
    _metric(event["metric"])
    _target(event["target"])
    return {"prompts": len(_read_prompts(store, event["dataset"]))}


def answer_prompts(event: dict[str, Any], context: Context, *, store: ObjectStore, runtime: Runtime) -> dict[str, Any]:
    """Have the model answer prompts from `cursor` on while time lasts, keep the answers in S3, return the new cursor.

    A repeated call with the same cursor writes the same object, so that a retry counts no answer twice.
    """
    prompts = _read_prompts(store, event["dataset"])
    start = cursor = int(event["cursor"])
    answered: list[dict[str, str]] = []
    with ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
        while cursor < len(prompts):
            batch = prompts[cursor : cursor + PARALLEL_REQUESTS]
            answered += pool.map(functools.partial(_ask, runtime, event["modelId"]), batch)
            cursor += len(batch)
            if context.get_remaining_time_in_millis() < RESERVED_MILLISECONDS:
                break
    bucket, folder = _location(event["answers"])
    body = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in answered)
    store.put_object(Bucket=bucket, Key=f"{folder}/{start:06}.jsonl", Body=body.encode())
    return {"cursor": cursor, "done": cursor >= len(prompts)}


def score_answers(event: dict[str, Any], *, store: ObjectStore) -> dict[str, Any]:
    """Return the metric's mean over all answers, to six decimal places, and whether it meets the target.

    Without a target (`none`) every score passes.
    """
    measure = _metric(event["metric"])
    target = _target(event["target"])
    bucket, folder = _location(event["answers"])
    listing = store.list_objects_v2(Bucket=bucket, Prefix=folder + "/")
    records = [
        record for item in listing.get("Contents", []) for record in _read_lines(store, f"s3://{bucket}/{item['Key']}")
    ]
    if len(records) != int(event["prompts"]):
        raise ValueError(f"{len(records)} answers in {event['answers']} for {event['prompts']} prompts")
    mean = sum(measure(record["referenceResponse"], record["response"]) for record in records) / len(records)
    score = Decimal(f"{mean:.6f}")
    passed = target is None or (score <= target if event["lowerIsBetter"] == "true" else score >= target)
    return {"score": float(score), "passed": passed, "prompts": len(records)}


def _ask(runtime: Runtime, model_id: str, record: dict[str, str]) -> dict[str, str]:
    request: dict[str, object] = {
        "modelId": model_id,
        "messages": [{"role": "user", "content": [{"text": record["prompt"]}]}],
        "inferenceConfig": {"temperature": 0},
    }
    if "system" in record:
        request["system"] = [{"text": record["system"]}]
    content = runtime.converse(**request)["output"]["message"]["content"]
    return record | {"response": "".join(block.get("text", "") for block in content)}


def _read_prompts(store: ObjectStore, uri: str) -> list[dict[str, str]]:
    prompts = _read_lines(store, uri)
    if not 1 <= len(prompts) <= MAX_PROMPTS:
        raise ValueError(f"{uri} has {len(prompts)} prompts; an evaluation takes 1 to {MAX_PROMPTS}")
    for number, record in enumerate(prompts, start=1):
        for key in ("prompt", "referenceResponse"):
            if not isinstance(record.get(key), str) or not record[key].strip():
                raise ValueError(f"prompt {number} of {uri} has no text as '{key}'")
    return prompts


def _read_lines(store: ObjectStore, uri: str) -> list[dict[str, str]]:
    bucket, key = _location(uri)
    text: str = store.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _location(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key.rstrip("/")


def _metric(name: str) -> Callable[[str, str], float]:
    folded = re.sub(r"[^a-z0-9]", "", name.lower())
    for known, measure in METRICS.items():
        if folded == known.replace("_", ""):
            return measure
    raise ValueError(f"the metric '{name}' can't be computed here; known are {', '.join(METRICS)}")


def _target(text: str) -> Decimal | None:
    try:
        return None if text in {"", "none"} else Decimal(text)
    except InvalidOperation:
        raise ValueError(f"the target '{text}' is no number") from None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _balance(shared: int, reference: list[str], answer: list[str]) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * shared / (len(reference) + len(answer)) if shared else 0.0


def exact_match(reference: str, answer: str) -> float:
    """Return 1 where both have the same words in the same order, else 0."""
    return float(_words(reference) == _words(answer))


def word_f1(reference: str, answer: str) -> float:
    """Return the F1 of the words that both have, in any order."""
    expected, given = _words(reference), _words(answer)
    return _balance((Counter(expected) & Counter(given)).total(), expected, given)


def rouge_l(reference: str, answer: str) -> float:
    """Return the F1 of the longest common subsequence of words (ROUGE-L, Lin 2004), words not stemmed."""
    expected, given = _words(reference), _words(answer)
    # Bit-parallel (Hyyrö 2004): a whole row of the table is one integer, its zero bits are the common subsequence.
    positions: dict[str, int] = {}
    for place, word in enumerate(expected):
        positions[word] = positions.get(word, 0) | 1 << place
    whole = (1 << len(expected)) - 1
    row = whole
    for word in given:
        matches = row & positions.get(word, 0)
        row = (row + matches | row - matches) & whole
    return _balance(len(expected) - row.bit_count(), expected, given)


def word_error_rate(reference: str, answer: str) -> float:
    """Return the words to insert, delete or replace, per word of the reference; lower is better."""
    expected, given = _words(reference), _words(answer)
    row = list(range(len(given) + 1))
    for deletions, wanted in enumerate(expected, start=1):
        diagonal, row[0] = row[0], deletions
        for place, word in enumerate(given, start=1):
            diagonal, row[place] = row[place], min(diagonal + (wanted != word), row[place] + 1, row[place - 1] + 1)
    return row[-1] / max(1, len(expected))


# By evidence.metric of the workload; capitals, spaces, `-` and `_` in a name don't matter.
METRICS: dict[str, Callable[[str, str], float]] = {
    "accuracy": exact_match,
    "exact_match": exact_match,
    "f1": word_f1,
    "rouge_l": rouge_l,
    "word_error_rate": word_error_rate,
}


@functools.cache
def _client(service: str) -> Any:  # noqa: ANN401  (boto3 has no types)
    import boto3  # type: ignore[import-untyped]  # here, for the CDK app reads METRICS without it
    from botocore.config import Config  # type: ignore[import-untyped]

    retries = {"mode": "adaptive", "total_max_attempts": REQUEST_ATTEMPTS}
    return boto3.client(service, config=Config(read_timeout=REQUEST_TIMEOUT_SECONDS, retries=retries))
