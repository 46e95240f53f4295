"""Workloads of all kinds of stacks and variants, planned once; what the stacks' tests are made from."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from planner.assumptions import replaceable_names
from planner.plan import Planner
from planner.workload import parse_workload

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument

__all__ = ["NAMES", "WORKLOADS", "plan_of"]

AS_OF = datetime.date(2026, 11, 20)

_DOCUMENTS = {"count": 2000, "tokens": 6_000_000, "gb": 2}
_LABELLED = {"labelled": {"examples": 2000, "tokens_per_example": 700}}
_SHORT = {"metric": "rouge_l", "target": Decimal("0.6"), "scores": {"prompt_engineering": Decimal("0.4")}}


def _rag(name: str, store: str, *, changes: str = "weekly", **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    design = {"vector_store": store, "embedding_model": "amazon.titan-embed-text-v2:0", **rest.pop("design", {})}
    need = {"knowledge": {"changes": changes}}
    return {"name": name, "need": need, "data": {"documents": _DOCUMENTS}, "design": design, **rest}


def _fine_tuning(name: str, **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"name": name, "need": {"behavior": "format"}, "data": _LABELLED, "evidence": _SHORT, **rest}


def _own(name: str, training: dict[str, Any], **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    constraints = {"training": "full_control", "operations": "own_account", "open_weights": True}
    design = {"training": {"service": "sagemaker", "epochs": 3, **training}}
    return _fine_tuning(name, constraints=constraints, design=design, **rest)


WORKLOADS: dict[str, dict[str, Any]] = {
    "prompting": {
        "name": "prompting",
        "description": "Sorts tickets.",
        "assumptions": {"alert_emails": ["a@example.com", "b@example.com"]},
        "design": {"model": "us.anthropic.claude-haiku-4-5-20251001-v1:0"},
    },
    "prompting-in-region": {"name": "in-region", "design": {"model": "amazon.nova-lite-v1:0"}},
    # Names that a workload may have and few services take.
    "prompting-odd-name": {"name": "a--b-"},
    "rag-long-name": _rag("x" * 40, "opensearch_serverless"),
    "customization-long-name": _fine_tuning("a-customization-with-a-very-long-name-xyz"[:40]),
    "prompting-bare": {"name": "bare", "assumptions": {"guardrail": False}},
    "batch": {"name": "batch", "traffic": {"pattern": "bulk", "requests_per_month": 100_000}},
    "provisioned": {
        "name": "provisioned",
        "constraints": {"commitment_months": 6},
        "design": {
            "approach": "prompt_engineering",
            "model": "amazon.nova-lite-v1:0",
            "inference": "provisioned_throughput",
            "model_units": 1,
        },
    },
    "rag-opensearch": _rag("rag-opensearch", "opensearch_serverless"),
    "rag-opensearch-single": _rag(
        "rag-single", "opensearch_serverless", assumptions={"redundancy": False}, changes="realtime"
    ),
    "rag-opensearch-nextgen": _rag(
        "rag-nextgen", "opensearch_serverless", assumptions={"opensearch_generation": "nextgen"}, changes="daily"
    ),
    "rag-s3-vectors": _rag("rag-s3-vectors", "s3_vectors", changes="monthly"),
    "rag-static": _rag("rag-static", "s3_vectors", changes="static"),
    "customization": _fine_tuning("customization"),
    "customization-labels": {
        "name": "customization-labels",
        "need": {"behavior": "format"},
        "evidence": _SHORT,
        "assumptions": {"label_usd_per_example": 2},
        "design": {"approach": "fine_tuning"},
    },
    "customization-provisioned": _fine_tuning(
        "customization-pt",
        constraints={"commitment_months": 1, "guaranteed_capacity": True},
        design={
            "approach": "fine_tuning",
            "model": "amazon.nova-lite-v1:0",
            "inference": "provisioned_throughput",
            "model_units": 1,
        },
    ),
    "distillation": _fine_tuning(
        "distillation",
        design={
            "approach": "fine_tuning",
            "model": "amazon.nova-lite-v1:0",
            "inference": "custom_on_demand",
            "training": {"service": "bedrock", "method": "distillation"},
        },
    ),
    "sagemaker-lora": _own(
        "sagemaker-lora", {"method": "lora", "instance": "ml.g5.2xlarge", "instances": 1, "spot": True}
    ),
    "sagemaker-full": _own(
        "sagemaker-full", {"method": "full_ft", "instance": "ml.p4d.24xlarge", "instances": 2, "spot": False}
    ),
    "from-scratch": {
        "name": "from-scratch",
        "need": {"no_base_model": True},
        "data": {"unlabelled": {"tokens": 30_000_000_000}},
        "constraints": {"training": "full_control", "ml_team": "expert"},
    },
}
NAMES = tuple(WORKLOADS)


@cache
def _planner() -> Planner:
    return Planner()


@cache
def plan_of(name: str) -> PlanDocument:
    """Return the plan of a workload above."""
    workload = parse_workload(WORKLOADS[name], source=name, assumption_names=replaceable_names())
    return _planner().plan(workload, as_of=AS_OF, source=name, flips=False).document
