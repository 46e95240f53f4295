"""Varied workloads from a seed: every key of the contract, most left out each time, contradictions avoided."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["workloads"]

_CHANGES = ["static", "monthly", "weekly", "daily", "realtime"]
_SCORED = ["prompt_engineering", "rag", "fine_tuning"]


def workloads(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield workloads as a file would state them."""
    source = random.Random(seed)
    for number in range(count):
        stated = _sections(source)
        stated["name"] = f"workload-{number}"
        _without_contradictions(stated)
        # As a file gives them: numbers from their text.
        yield json.loads(json.dumps(_without_gaps(stated)), parse_float=Decimal)


def _some(source: random.Random, value: Any, likely: float = 0.6) -> Any:  # noqa: ANN401  (any value of a workload)
    """Return the value, or None for a key that is left out."""
    return value if source.random() < likely else None


def _size(source: random.Random, low: float, high: float) -> int:
    """Return a whole number that is as likely in one order of magnitude as in another."""
    return round(float(low * (high / low) ** source.random()))


def _sections(source: random.Random) -> dict[str, Any]:
    stated = {
        "description": _some(source, "An application."),
        "region": _some(source, source.choice(["us-east-1", "us-east-1", "us-west-2"])),
        "horizon_months": _some(source, source.choice([6, 12, 24, 36])),
        "need": _need(source),
        "data": _data(source),
        "traffic": _traffic(source),
        "evidence": _evidence(source),
        "constraints": _constraints(source),
        "value": {"usd_per_request": _some(source, 0.02, 0.3)},
        "assumptions": {
            "redundancy": _some(source, False, 0.1),
            "model_class": _some(source, source.choice(["small", "standard", "large"]), 0.3),
            "retrieved_passages": _some(source, source.randint(3, 10), 0.2),
        },
        "design": {},
    }
    if source.random() < 0.1:
        stated["design"] = {
            "approach": _some(source, source.choice(["prompt_engineering", "rag"])),
            "model": _some(source, source.choice(["amazon.nova-pro-v1:0", "meta.llama3-3-70b-instruct-v1:0"])),
        }
    return stated


def _need(source: random.Random) -> dict[str, Any]:
    knowledge = {
        "changes": _some(source, source.choice(_CHANGES), 0.8),
        "citations": _some(source, source.random() < 0.5),
        "hallucinates": _some(source, source.random() < 0.5),
        "structured": _some(source, source.random() < 0.2, 0.2),
        "relations": _some(source, source.random() < 0.3, 0.2),
    }
    return {
        "knowledge": _some(source, knowledge, 0.5),
        "behavior": _some(source, source.choice(["format", "tone", "narrow_skill"]), 0.4),
        "vocabulary": _some(source, True, 0.15),
        "smaller_model": _some(source, True, 0.1),
        "no_base_model": _some(source, True, 0.04),
    }


def _data(source: random.Random) -> dict[str, Any]:
    documents = {
        "count": _some(source, _size(source, 100, 1e6)),
        "gb": _some(source, source.randint(1, 500)),
        "tokens": _some(source, _size(source, 1e6, 1e10)),
        "changed_per_month": _some(source, round(source.random() / 4, 3), 0.3),
    }
    return {
        "modality": _some(source, source.choice(["text", "text", "text", "text", "image"]), 0.5),
        "documents": _some(source, documents),
        "labelled": {
            "examples": _some(source, _size(source, 50, 20_000)),
            "tokens_per_example": _some(source, source.randint(200, 3000)),
        },
        "unlabelled": {"tokens": _some(source, _size(source, 1e6, 1e11), 0.3)},
        "existing_store": _some(source, source.choice(["postgresql", "opensearch", "neptune"]), 0.1),
        "may_enter_weights": _some(source, source.random() < 0.8, 0.3),
    }


def _traffic(source: random.Random) -> dict[str, Any]:
    tokens = source.randint(100, 8000)
    return {
        "requests_per_month": _some(source, _size(source, 100, 5e7), 0.9),
        "input_tokens_per_request": tokens,
        "output_tokens_per_request": _some(source, source.randint(20, 2000)),
        "shared_prefix_tokens": _some(source, tokens // 2, 0.3),
        "pattern": _some(source, source.choice(["steady", "spiky", "business_hours", "bulk"])),
        "peak_requests_per_minute": _some(source, _size(source, 1, 5000), 0.5),
        "latency_p95_ms": _some(source, source.choice([500, 1000, 3000, 10_000]), 0.3),
        "growth_per_month": _some(source, source.choice([0, 0.01, 0.05, -0.02]), 0.4),
    }


def _evidence(source: random.Random) -> dict[str, Any]:
    if source.random() < 0.5:
        return {}
    scored = source.sample(_SCORED, source.randint(1, 2))
    return {
        "metric": "f1",
        "target": 0.7,
        "scores": {approach: round(0.4 + source.random() / 2, 2) for approach in scored},
        "regression": _some(source, {"fine_tuning": round(source.random() / 5, 2)}, 0.2),
    }


def _constraints(source: random.Random) -> dict[str, Any]:
    return {
        "monthly_usd": _some(source, _size(source, 50, 1e5), 0.5),
        "one_time_usd": _some(source, _size(source, 100, 1e5), 0.3),
        "budget": _some(source, source.choice(["minimal", "limited", "open"]), 0.3),
        "weeks_to_launch": _some(source, source.randint(1, 52), 0.4),
        "commitment_months": _some(source, source.choice([0, 1, 6]), 0.4),
        "guaranteed_capacity": _some(source, source.random() < 0.3, 0.2),
        "training": _some(source, source.choice(["allowed", "allowed", "not_wanted", "full_control"]), 0.3),
        "operations": _some(source, source.choice(["least", "normal", "own_account"]), 0.3),
        "ml_team": _some(source, source.choice(["none", "some", "expert"]), 0.3),
        "open_weights": _some(source, source.random() < 0.3, 0.2),
        "models": [],
        "regions": [],
    }


def _without_contradictions(stated: dict[str, Any]) -> None:
    """Take back what another key contradicts: the planner would rightly refuse it."""
    constraints, documents = stated["constraints"], stated["data"]["documents"]
    if constraints["open_weights"]:
        stated["design"] = {}
    if documents and documents["count"] is None and documents["changed_per_month"] is not None:
        documents["changed_per_month"] = None


def _without_gaps(value: Any) -> Any:  # noqa: ANN401  (any value of a workload)
    if isinstance(value, dict):
        return {key: _without_gaps(item) for key, item in value.items() if item is not None}
    return value
