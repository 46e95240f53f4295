"""Workloads that hypothesis draws: any that the file's checks let through, small or absurd, pinned or free."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from planner.assumptions import load_assumptions, replaceable_names
from planner.catalog import load_catalog
from planner.errors import InputError
from planner.workload import APPROACHES, INFERENCES, VECTOR_STORES, parse_workload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from planner.workload import Workload

Stated = dict[str, Any]

_CATALOG = load_catalog()
REGIONS = ("us-east-1", "us-west-2")
TEXT_MODELS = tuple(model.id for model in _CATALOG.text_models)
OPEN_MODELS = tuple(model.id for model in _CATALOG.open_weight_models)
EMBEDDING_MODELS = tuple(model.id for model in _CATALOG.embedding_models)
INSTANCES = ("ml.g5.xlarge", "ml.g5.12xlarge", "ml.p4d.24xlarge", "ml.p5.48xlarge", "ml.trn1.32xlarge", "ml.c5.xlarge")
_SWITCHES = tuple(sorted(key for key, entry in load_assumptions().items() if isinstance(entry.value, bool)))
_RANGES = {
    key: (entry.low, entry.high)
    for key, entry in load_assumptions().items()
    if entry.low is not None and entry.high is not None and key in replaceable_names()
}


def workload_of(stated: Mapping[str, Any], *, source: str = "drawn.yaml") -> Workload:
    """Return the workload of a file's data."""
    return parse_workload(dict(stated), source=source, assumption_names=replaceable_names())


def is_valid(stated: Mapping[str, Any]) -> bool:
    """Whether the file's own checks let a workload through; what the catalogue says of its names is not asked."""
    try:
        workload_of(stated)
    except InputError:
        return False
    return True


def as_json(stated: Mapping[str, Any]) -> str:
    """Return a workload as one line of JSON, numbers as they are written."""
    return json.dumps(stated, default=lambda number: float(number) if number % 1 else int(number))


def shares(low: str = "0", high: str = "1") -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=3)


def group(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Stated]:
    """Draw a mapping with some of its keys."""
    return st.fixed_dictionaries({}, optional=keys)


def counts(most: int) -> st.SearchStrategy[int]:
    """Draw counts over all orders of magnitude."""
    exponents = st.integers(0, len(str(most)) - 1)
    return st.just(0) | exponents.flatmap(lambda exponent: st.integers(1, min(10 ** (exponent + 1), most)))


needs = group(
    knowledge=group(
        changes=st.sampled_from(["static", "monthly", "weekly", "daily", "realtime"]),
        citations=st.booleans(),
        hallucinates=st.booleans(),
        structured=st.booleans(),
        relations=st.booleans(),
    ),
    behavior=st.sampled_from(["format", "tone", "narrow_skill"]),
    vocabulary=st.booleans(),
    smaller_model=st.booleans(),
    no_base_model=st.booleans(),
)
data = group(
    modality=st.sampled_from(["text", "text", "text", "image", "audio", "video"]),
    documents=group(
        count=counts(10**9),
        gb=st.decimals(0, 10**6, places=2),
        tokens=counts(10**12),
        changed_per_month=shares(),
    ),
    labelled=group(examples=counts(10**7), tokens_per_example=st.integers(0, 100_000)),
    unlabelled=group(tokens=counts(10**13)),
    existing_store=st.sampled_from(["postgresql", "opensearch", "documentdb", "mongodb", "neptune"]),
    may_enter_weights=st.booleans(),
)
traffic = group(
    requests_per_month=counts(10**11),
    input_tokens_per_request=st.integers(0, 200_000),
    output_tokens_per_request=st.integers(0, 20_000),
    shared_prefix_tokens=st.integers(0, 50_000),
    pattern=st.sampled_from(["steady", "spiky", "business_hours", "bulk"]),
    peak_requests_per_minute=counts(10**6),
    latency_p95_ms=st.integers(1, 60_000),
    growth_per_month=shares("-0.5", "1.5"),
)


def _evidence(target: Decimal | None) -> st.SearchStrategy[Stated]:
    if target is None:
        return st.just({})
    scores = st.dictionaries(st.sampled_from(APPROACHES), shares("-1", "2"), max_size=3)
    lost = st.dictionaries(st.sampled_from(APPROACHES), shares("-1", "1"), max_size=2)
    found = group(
        metric=st.sampled_from(["rouge_l", "errors"]), lower_is_better=st.booleans(), scores=scores, regression=lost
    )
    return found.map(lambda evidence: {**evidence, "target": target})


evidences = (st.none() | shares()).flatmap(_evidence)
dollars = st.decimals(0, 10**7, places=2)
constraints = group(
    monthly_usd=dollars,
    one_time_usd=dollars,
    budget=st.sampled_from(["minimal", "limited", "open"]),
    weeks_to_launch=st.integers(0, 60),
    commitment_months=st.sampled_from([0, 1, 6]),
    guaranteed_capacity=st.booleans(),
    training=st.sampled_from(["allowed", "not_wanted", "full_control"]),
    operations=st.sampled_from(["least", "normal", "own_account"]),
    ml_team=st.sampled_from(["none", "some", "expert"]),
    open_weights=st.booleans(),
    models=st.lists(st.sampled_from(TEXT_MODELS), max_size=4),
    regions=st.lists(st.sampled_from(REGIONS), max_size=2, unique=True),
)
assumptions = st.dictionaries(st.sampled_from(sorted(_RANGES)), st.booleans(), max_size=4).map(
    lambda ends: {key: _RANGES[key][high] for key, high in ends.items()}
)
switches = st.dictionaries(st.sampled_from(_SWITCHES), st.booleans(), max_size=2)
trainings = group(
    service=st.sampled_from(["bedrock", "sagemaker", "sagemaker_jumpstart", "sagemaker_hyperpod"]),
    method=st.sampled_from(["lora", "qlora", "full_ft", "distillation"]),
    instance=st.sampled_from(INSTANCES),
    instances=st.integers(1, 40),
    epochs=st.integers(1, 20),
    spot=st.booleans(),
)
designs = group(
    approach=st.sampled_from(APPROACHES),
    model=st.sampled_from(TEXT_MODELS) | st.sampled_from(OPEN_MODELS),
    inference=st.sampled_from(INFERENCES),
    vector_store=st.sampled_from(VECTOR_STORES),
    embedding_model=st.sampled_from(EMBEDDING_MODELS),
    training=trainings,
    model_units=st.integers(1, 30),
    retraining_per_year=st.integers(0, 24),
)


def _workloads(design: st.SearchStrategy[Stated]) -> st.SearchStrategy[Stated]:
    drawn = st.fixed_dictionaries(
        {"name": st.just("drawn")},
        optional={
            "region": st.sampled_from(REGIONS),
            "horizon_months": st.integers(1, 60),
            "need": needs,
            "data": data,
            "traffic": traffic,
            "evidence": evidences,
            "constraints": constraints,
            "value": group(usd_per_request=shares()),
            "assumptions": st.builds(lambda one, other: {**one, **other}, assumptions, switches),
            "design": design,
        },
    )
    return drawn.map(_settled).filter(is_valid)


def _settled(stated: Stated) -> Stated:
    """Remove by far the most frequent contradictions, so that few draws are thrown away."""
    settled = {**stated}
    allowed = settled.get("constraints", {}).get("regions")
    if allowed and settled.get("region") not in allowed:
        settled.pop("region", None)
    limits = settled.get("constraints", {})
    pinned = settled.get("design", {})
    if limits.get("models") and pinned.get("model") not in limits["models"]:
        settled["design"] = {key: value for key, value in pinned.items() if key != "model"}
    flow = settled.get("traffic", {})
    if flow.get("shared_prefix_tokens", 0) > flow.get("input_tokens_per_request", 10**9):
        settled["traffic"] = {**flow, "shared_prefix_tokens": flow["input_tokens_per_request"]}
    documents = settled.get("data", {}).get("documents", {})
    if documents.get("count") == 0:
        settled["data"] = {**settled["data"], "documents": {"count": 0}}
    return settled


free_workloads = _workloads(st.just({}))
"""Workloads with no pinned choice."""
workloads = _workloads(st.just({}) | designs)
"""Workloads, half of them with pinned choices, among which are some that the catalogue refuses."""
