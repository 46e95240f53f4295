"""Facts of a workload that contradict each other, and names that nothing known has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.errors import InputError
from planner.model_id import base_model_id
from planner.money import ZERO, plain
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from planner.workload import Workload

__all__ = ["CONTRADICTIONS", "Contradiction", "check_references", "refuse_contradictions"]

_TRAINED = frozenset({"fine_tuning", "continued_pretraining", "train_from_scratch"})
_UNTRAINED = frozenset({"prompt_engineering", "rag"})
_SAGEMAKER = frozenset({"sagemaker", "sagemaker_jumpstart", "sagemaker_hyperpod"})
# Modes that serve a published Bedrock model or one that Bedrock customized, but no model that was born elsewhere.
_BEDROCK_OWN_MODES = frozenset({"on_demand", "batch", "provisioned_throughput", "custom_on_demand"})


class Contradiction(NamedTuple):
    """Two keys that can't both hold: the first one's key, what is said about the pair, and when it holds."""

    key: str
    says: str  # with {names} of values, see `_values`
    holds: Callable[[Workload], object]


def _trains(workload: Workload) -> bool:
    design = workload.design
    return design.approach in _TRAINED or design.training is not None or design.inference == "custom_on_demand"


def _service(workload: Workload) -> str | None:
    return workload.design.training.service if workload.design.training else None


def _method(workload: Workload) -> str | None:
    return workload.design.training.method if workload.design.training else None


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "region",
        "{region} is not among constraints.regions ({regions}); add it there or run in one of them",
        lambda w: w.region and w.constraints.regions and w.region not in w.constraints.regions,
    ),
    Contradiction(
        "data.documents.count",
        "is 0, but data.documents.gb or data.documents.tokens is above 0; state how many documents these are",
        lambda w: w.data.documents.count == 0 and (w.data.documents.gb or w.data.documents.tokens),
    ),
    Contradiction(
        "traffic.shared_prefix_tokens",
        "{prefix} is more than traffic.input_tokens_per_request ({input}), which it is part of; lower the one or raise "
        "the other",
        lambda w: (
            w.traffic.shared_prefix_tokens is not None
            and w.traffic.input_tokens_per_request is not None
            and w.traffic.shared_prefix_tokens > w.traffic.input_tokens_per_request
        ),
    ),
    Contradiction(
        "evidence.scores",
        "says what was reached, but no evidence.target says what is enough; add the target",
        lambda w: w.evidence.scores and w.evidence.target is None,
    ),
    Contradiction(
        "design.model",
        "{model} is not among constraints.models ({models}); add it there or pin one of them",
        lambda w: (
            w.design.model
            and w.constraints.models
            and base_model_id(w.design.model) not in {base_model_id(name) for name in w.constraints.models}
        ),
    ),
    # Training at all.
    Contradiction(
        "{trains_key}",
        "{trains} trains a model on the data, but data.may_enter_weights is false; unpin it, or set that to true where "
        "the rules allow it",
        lambda w: w.data.may_enter_weights is False and _trains(w),
    ),
    Contradiction(
        "{trains_key}",
        "{trains} trains a model, but constraints.training is not_wanted; unpin it or set constraints.training: "
        "allowed",
        lambda w: w.constraints.training == "not_wanted" and _trains(w),
    ),
    Contradiction(
        "design.training",
        "is pinned, but design.approach {approach} trains nothing; remove the one or pin fine_tuning",
        lambda w: w.design.training is not None and w.design.approach in _UNTRAINED,
    ),
    Contradiction(
        "design.retraining_per_year",
        "is above 0, but design.approach {approach} trains nothing; remove the one or pin fine_tuning",
        lambda w: w.design.retraining_per_year and w.design.approach in _UNTRAINED,
    ),
    Contradiction(
        "design.retraining_per_year",
        "{retraining} differs from assumptions.retraining_per_year; keep one of them",
        lambda w: (
            w.design.retraining_per_year is not None
            and w.assumptions.get("retraining_per_year", w.design.retraining_per_year) != w.design.retraining_per_year
        ),
    ),
    # How it is trained.
    Contradiction(
        "design.training.method",
        "{method} can't be named with design.training.service bedrock: AWS chooses how; allowed there: distillation; "
        "remove it or pin service: sagemaker",
        lambda w: _service(w) == "bedrock" and _method(w) not in {None, "distillation"},
    ),
    Contradiction(
        "design.training.method",
        "distillation is Bedrock's, but design.training.service is {service}; pin service: bedrock or another method",
        lambda w: _method(w) == "distillation" and _service(w) in _SAGEMAKER,
    ),
    Contradiction(
        "design.training.instance",
        "is SageMaker's, but design.training.service is bedrock, which bills no instances; remove it or pin service: "
        "sagemaker",
        lambda w: _service(w) == "bedrock" and w.design.training and w.design.training.instance,
    ),
    Contradiction(
        "design.training.instances",
        "is SageMaker's, but design.training.service is bedrock, which bills no instances; remove it or pin service: "
        "sagemaker",
        lambda w: _service(w) == "bedrock" and w.design.training and w.design.training.instances,
    ),
    Contradiction(
        "design.training.spot",
        "is SageMaker's, but design.training.service is bedrock, which has no spot capacity; remove it or pin service: "
        "sagemaker",
        lambda w: _service(w) == "bedrock" and w.design.training and w.design.training.spot,
    ),
    Contradiction(
        "design.training.service",
        "bedrock gives no control of code and cluster, but constraints.training is full_control; pin service: "
        "sagemaker or set constraints.training: allowed",
        lambda w: _service(w) == "bedrock" and w.constraints.training == "full_control",
    ),
    Contradiction(
        "design.training.service",
        "{service} trains published models only, but design.approach is train_from_scratch; pin service: sagemaker or "
        "sagemaker_hyperpod",
        lambda w: w.design.approach == "train_from_scratch" and _service(w) in {"bedrock", "sagemaker_jumpstart"},
    ),
    Contradiction(
        "design.training.method",
        "{method} starts from a trained model, but design.approach is train_from_scratch; pin method: full_ft or none",
        lambda w: w.design.approach == "train_from_scratch" and _method(w) in {"lora", "qlora", "distillation"},
    ),
    Contradiction(
        "design.training.method",
        "distillation learns a larger model's answers, but design.approach is continued_pretraining; pin fine_tuning",
        lambda w: w.design.approach == "continued_pretraining" and _method(w) == "distillation",
    ),
    # Where the answers come from.
    Contradiction(
        "design.vector_store",
        "{store} is pinned, but design.approach {approach} retrieves nothing; remove the one or pin approach: rag",
        lambda w: w.design.vector_store and w.design.approach not in {None, "rag"},
    ),
    Contradiction(
        "design.embedding_model",
        "is pinned, but design.approach {approach} retrieves nothing; remove the one or pin approach: rag",
        lambda w: w.design.embedding_model and w.design.approach not in {None, "rag"},
    ),
    Contradiction(
        "design.embedding_model",
        "is pinned, but design.vector_store kendra embeds by itself; remove the one or pin another store",
        lambda w: w.design.embedding_model and w.design.vector_store == "kendra",
    ),
    # How it is served.
    Contradiction(
        "design.inference",
        "{inference} serves a model of your own, but design.approach {approach} makes none; pin on_demand, or an "
        "approach that trains",
        lambda w: w.design.inference in {"custom_on_demand", "custom_model_import"} and w.design.approach in _UNTRAINED,
    ),
    Contradiction(
        "design.inference",
        "on_demand serves published models only, but design.approach {approach} makes one of your own; pin "
        "custom_on_demand, provisioned_throughput, custom_model_import or sagemaker_endpoint",
        lambda w: w.design.inference == "on_demand" and w.design.approach in {"fine_tuning", "continued_pretraining"},
    ),
    Contradiction(
        "design.inference",
        "{inference} takes no model that was trained from scratch, but design.approach is train_from_scratch; pin "
        "sagemaker_endpoint or custom_model_import",
        lambda w: w.design.approach == "train_from_scratch" and w.design.inference in _BEDROCK_OWN_MODES,
    ),
    Contradiction(
        "design.inference",
        "{inference} needs the weights, but those of a model customized by design.training.service bedrock stay there; "
        "pin custom_on_demand or provisioned_throughput, or service: sagemaker",
        lambda w: _service(w) == "bedrock" and w.design.inference in {"custom_model_import", "sagemaker_endpoint"},
    ),
    Contradiction(
        "design.inference",
        "batch answers within hours, but traffic.latency_p95_ms is {latency}; remove the one or the other",
        lambda w: w.design.inference == "batch" and w.traffic.latency_p95_ms is not None,
    ),
    Contradiction(
        "design.inference",
        "batch waits for free capacity, but constraints.guaranteed_capacity is true; pin provisioned_throughput or set "
        "it to false",
        lambda w: w.design.inference == "batch" and w.constraints.guaranteed_capacity,
    ),
    Contradiction(
        "design.model_units",
        "{units} is pinned, but not design.inference: provisioned_throughput, which alone has model units; pin it or "
        "remove them",
        lambda w: w.design.model_units is not None and w.design.inference != "provisioned_throughput",
    ),
    Contradiction(
        "design.model_units",
        "{units} model units of a customized model are sold by the month only (one comes without commitment), but "
        "constraints.commitment_months is 0; allow 1 or 6, or pin one unit",
        lambda w: (
            w.design.inference == "provisioned_throughput"
            and (w.design.model_units or 0) > 1
            and w.constraints.commitment_months == 0
            and _trains(w)
        ),
    ),
)


def refuse_contradictions(workload: Workload, *, source: str) -> None:
    """Refuse a workload of which two facts can't both hold.

    Raises:
        InputError: one line a pair, with both keys and what to do.
    """
    found = [rule for rule in CONTRADICTIONS if rule.holds(workload)]
    if not found:
        return
    values = _values(workload)
    lines = [f"{source}: {rule.key.format_map(values)}: {rule.says.format_map(values)}" for rule in found]
    raise InputError("\n".join(lines))


def _values(workload: Workload) -> dict[str, object]:
    design, traffic = workload.design, workload.traffic
    trains_key: str
    trains: str | None
    if design.approach in _TRAINED:
        trains_key, trains = "design.approach", design.approach
    elif design.training is not None:
        trains_key, trains = "design.training", "a pinned training"
    else:
        trains_key, trains = "design.inference", design.inference
    return {
        "approach": design.approach,
        "inference": design.inference,
        "input": plain(traffic.input_tokens_per_request or ZERO),
        "latency": traffic.latency_p95_ms,
        "method": _method(workload),
        "model": design.model,
        "models": ", ".join(workload.constraints.models),
        "prefix": plain(traffic.shared_prefix_tokens or ZERO),
        "region": workload.region,
        "regions": ", ".join(workload.constraints.regions),
        "retraining": plain(design.retraining_per_year or ZERO),
        "service": _service(workload),
        "store": design.vector_store,
        "trains": trains,
        "trains_key": trains_key,
        "units": design.model_units,
    }


def check_references(
    workload: Workload,
    *,
    source: str,
    model_ids: Collection[str],
    embedding_model_ids: Collection[str],
    regions: Collection[str],
    instances: Collection[str],
) -> None:
    """Refuse model ids, regions and instance types that the catalogue doesn't have.

    Raises:
        InputError: one line for each such name, with the nearest spellings.
    """
    design, constraints = workload.design, workload.constraints
    either = {*model_ids, *embedding_model_ids} if constraints.models else ()
    named: list[tuple[str, str, str | None, Collection[str]]] = [
        ("region", "region", workload.region, regions),
        *(("constraints.models", "model", name, either) for name in constraints.models),
        *(("constraints.regions", "region", name, regions) for name in constraints.regions),
        ("design.model", "model", design.model, model_ids),
        ("design.embedding_model", "embedding model", design.embedding_model, embedding_model_ids),
    ]
    if design.training:
        named.append(("design.training.instance", "instance type", design.training.instance, instances))
    lines = [
        f"{source}: {key}: unknown {kind} '{name}'{did_you_mean(name, known)}"
        for key, kind, name, known in named
        if name is not None and name not in known
    ]
    if lines:
        raise InputError("\n".join(lines))
