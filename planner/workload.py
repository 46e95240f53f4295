"""The workload file's types: what the application needs, its data, its traffic, what was measured and what binds.

Every key of the file is a field here. A field that the file leaves out is None (lists and mappings are empty): the
planner fills defaults itself and lists them, so that no number of the world hides in a type. Groups (`traffic`,
`data.documents` and the like) are always there; `need.knowledge` and `design.training` are None when left out, for
their presence alone says something.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.workload_values import AssumptionValue, Number, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

__all__ = [
    "APPROACHES",
    "INFERENCES",
    "TRAINED_APPROACHES",
    "VECTOR_STORES",
    "Approach",
    "Constraints",
    "Data",
    "Design",
    "Documents",
    "Evidence",
    "Inference",
    "Knowledge",
    "Labelled",
    "Need",
    "Traffic",
    "Training",
    "TrainingMethod",
    "TrainingService",
    "Unlabelled",
    "Value",
    "VectorStore",
    "Workload",
    "load_workload",
    "parse_workload",
]

# --- Words ------------------------------------------------------------------------------------------------------------

Approach = Literal["prompt_engineering", "rag", "fine_tuning", "continued_pretraining", "train_from_scratch"]
Inference = Literal[
    "on_demand", "batch", "provisioned_throughput", "custom_on_demand", "custom_model_import", "sagemaker_endpoint"
]
VectorStore = Literal[
    "opensearch_serverless", "opensearch", "s3_vectors", "aurora_pgvector", "kendra", "neptune_analytics"
]
TrainingService = Literal["bedrock", "sagemaker", "sagemaker_jumpstart", "sagemaker_hyperpod"]
TrainingMethod = Literal["lora", "qlora", "full_ft", "distillation"]

APPROACHES: Final[tuple[str, ...]] = get_args(Approach)
INFERENCES: Final[tuple[str, ...]] = get_args(Inference)
VECTOR_STORES: Final[tuple[str, ...]] = get_args(VectorStore)
TRAINED_APPROACHES: Final = frozenset({"fine_tuning", "continued_pretraining", "train_from_scratch"})

# --- Numbers: the one table of what is absurd -------------------------------------------------------------------------

Requests = Annotated[int, Number(0, 10**12, whole=True)]
Tokens = Annotated[int, Number(0, 10**15, whole=True)]
TokensEach = Annotated[Decimal, Number(0, 10**8)]  # of one request or example, on average
Items = Annotated[int, Number(0, 10**12, whole=True)]
Gigabytes = Annotated[Decimal, Number(0, 10**9)]
Share = Annotated[Decimal, Number(0, 1)]
Loss = Annotated[Decimal, Number(-1, 1)]  # negative where general ability grew
Growth = Annotated[Decimal, Number("-0.9", 10)]
PerMinute = Annotated[Decimal, Number(0, 10**9)]
Milliseconds = Annotated[int, Number(1, 86_400_000, whole=True)]
Score = Annotated[Decimal, Number(-(10**9), 10**9)]
Dollars = Annotated[Decimal, Number(0, 10**12, text=True)]
Months = Annotated[int, Number(1, 120, whole=True)]
Weeks = Annotated[Decimal, Number(0, 520)]
Term = Annotated[int, Number(0, 6, whole=True, only=(0, 1, 6))]
Units = Annotated[int, Number(1, 10_000, whole=True)]
Epochs = Annotated[int, Number(1, 1_000, whole=True)]
PerYear = Annotated[Decimal, Number(0, 366)]

# --- Text of a certain shape ------------------------------------------------------------------------------------------

Name = Annotated[str, Text("name", r"[a-z][a-z0-9-]{1,39}")]
Prose = Annotated[str, Text("description", r"[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]{0,1000}")]
Region = Annotated[str, Text("region", r"[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}")]
ModelId = Annotated[str, Text("model id", r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}")]
InstanceType = Annotated[str, Text("instance type", r"[a-z0-9]+([.-][a-z0-9]+){1,5}")]
Metric = Annotated[str, Text("metric", r"[^\u0000-\u001f\u007f-\u009f]{1,80}")]


class _Group(BaseModel):
    """One mapping of the file: its keys are these and no others, and nobody changes a value afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Knowledge(_Group):
    """Facts that the base model lacks; an empty mapping says that facts are lacking and nothing more."""

    changes: Literal["static", "monthly", "weekly", "daily", "realtime"] | None = Field(
        None, description="How often the facts change."
    )
    citations: bool | None = Field(None, description="Answers must name their source.")
    hallucinates: bool | None = Field(None, description="Invented facts are the complaint.")
    structured: bool | None = Field(None, description="The facts sit in tables: SQL rather than passages.")
    relations: bool | None = Field(None, description="Answers follow relations between entities, over several hops.")


class Need(_Group):
    """What a base model, well prompted, does not give."""

    knowledge: Knowledge | None = Field(None, description="Facts it lacks; leave out when it lacks none.")
    behavior: Literal["format", "tone", "narrow_skill"] | None = Field(
        None, description="What is wrong with how it answers; leave out when behaviour is fine."
    )
    vocabulary: bool | None = Field(None, description="There is domain language that the base model reads badly.")
    smaller_model: bool | None = Field(
        None, description="A large model is good enough but too dear or too slow: a small one should match it."
    )
    no_base_model: bool | None = Field(
        None, description="No model exists for the language, modality or ownership terms."
    )


class Documents(_Group):
    """The documents that answers draw on."""

    count: Items | None = Field(None, description="How many documents there are.")
    gb: Gigabytes | None = Field(None, description="Their size as stored, in GB.")
    tokens: Tokens | None = Field(None, description="Their text, in tokens.")
    changed_per_month: Share | None = Field(None, description="The share of them that changes in a month, 0 to 1.")


class Labelled(_Group):
    """Labelled examples: prompts with the completion that is wanted."""

    examples: Items | None = Field(None, description="How many labelled examples there are.")
    tokens_per_example: TokensEach | None = Field(None, description="Prompt and completion together, on average.")


class Unlabelled(_Group):
    """Raw text of the domain, without labels."""

    tokens: Tokens | None = Field(None, description="How much raw text there is, in tokens.")


class Data(_Group):
    """What data there is."""

    modality: Literal["text", "image", "audio", "video"] | None = Field(None, description="What the model works on.")
    documents: Documents = Field(Documents.model_construct(), description="The documents that answers draw on.")
    labelled: Labelled = Field(Labelled.model_construct(), description="Labelled examples: prompt and completion.")
    unlabelled: Unlabelled = Field(Unlabelled.model_construct(), description="Raw text of the domain.")
    existing_store: Literal["postgresql", "opensearch", "documentdb", "mongodb", "neptune"] | None = Field(
        None, description="Where this data lives already; leave out when nowhere."
    )
    may_enter_weights: bool | None = Field(None, description="false: rules forbid training on this data.")


class Traffic(_Group):
    """What traffic the application will get."""

    requests_per_month: Requests | None = Field(None, description="Requests in the first full month.")
    input_tokens_per_request: TokensEach | None = Field(
        None, description="The prompt on average, without retrieved passages and without examples."
    )
    output_tokens_per_request: TokensEach | None = Field(None, description="The answer on average.")
    shared_prefix_tokens: TokensEach | None = Field(
        None, description="Part of the input that repeats and can be cached."
    )
    pattern: Literal["steady", "spiky", "business_hours", "bulk"] | None = Field(
        None, description="When requests come; bulk is offline: nobody waits."
    )
    peak_requests_per_minute: PerMinute | None = Field(None, description="Requests in the busiest minute.")
    latency_p95_ms: Milliseconds | None = Field(
        None, description="95 of 100 answers must be there after this time, in milliseconds."
    )
    growth_per_month: Growth | None = Field(None, description="Growth of the requests per month: 0.03 is 3 %.")


class Evidence(_Group):
    """What was measured on a held-out set; the ladder escalates on this alone."""

    metric: Metric | None = Field(None, description="Any name; higher is better unless lower_is_better is true.")
    lower_is_better: bool | None = Field(None, description="The metric counts errors: lower is better.")
    target: Score | None = Field(None, description="The score that is good enough.")
    scores: dict[Approach, Score] = Field(
        {}, description="Approach: its score. An approach short of the target was tried and fell short."
    )
    regression: dict[Approach, Loss] = Field(
        {}, description="Approach: the share of general ability that it lost (catastrophic forgetting)."
    )


class Constraints(_Group):
    """What binds."""

    monthly_usd: Dollars | None = Field(None, description="The most that a month may cost, in US dollars.")
    one_time_usd: Dollars | None = Field(None, description="The most that may be spent once, in US dollars.")
    budget: Literal["minimal", "limited", "open"] | None = Field(
        None, description="How much may be spent, for when no figure is known."
    )
    weeks_to_launch: Weeks | None = Field(None, description="Weeks until it must be in use.")
    commitment_months: Term | None = Field(None, description="The longest acceptable commitment, in months.")
    guaranteed_capacity: bool | None = Field(None, description="Throughput must be reserved.")
    training: Literal["allowed", "not_wanted", "full_control"] | None = Field(
        None, description="Whether a model may be trained; full_control: own code, architecture, cluster."
    )
    operations: Literal["least", "normal", "own_account"] | None = Field(
        None, description="How much may be operated; own_account: own VPC, instances and containers."
    )
    ml_team: Literal["none", "some", "expert"] | None = Field(None, description="Who is there to train models.")
    open_weights: bool | None = Field(None, description="It must be a model whose weights are open.")
    models: Annotated[tuple[ModelId, ...], Field(strict=False)] = Field(
        (), description="Allowed model ids; empty: any."
    )
    regions: Annotated[tuple[Region, ...], Field(strict=False)] = Field(
        (), description="Allowed regions, for data residency; empty: any."
    )


class Value(_Group):
    """What the application earns, for return on investment."""

    usd_per_request: Dollars | None = Field(None, description="What a served request is worth, in US dollars.")


class Training(_Group):
    """A pinned training run."""

    service: TrainingService | None = Field(None, description="Where the model is trained.")
    method: TrainingMethod | None = Field(
        None, description="How; on Bedrock only distillation may be named: AWS chooses the rest."
    )
    instance: InstanceType | None = Field(None, description="SageMaker's instance type, such as ml.g5.xlarge.")
    instances: Units | None = Field(None, description="How many instances train together.")
    epochs: Epochs | None = Field(None, description="How often the training data is gone through.")
    spot: bool | None = Field(None, description="Train on spot capacity.")


class Design(_Group):
    """Pinned choices: the planner prices them instead of choosing."""

    approach: Approach | None = Field(None, description="The rung of the ladder.")
    model: ModelId | None = Field(None, description="The foundation model's id.")
    inference: Inference | None = Field(None, description="How the model is served.")
    vector_store: VectorStore | None = Field(None, description="Where the vectors of the documents are kept.")
    embedding_model: ModelId | None = Field(None, description="The embedding model's id.")
    training: Training | None = Field(None, description="The training run.")
    model_units: Units | None = Field(None, description="Model units of provisioned throughput.")
    retraining_per_year: PerYear | None = Field(None, description="How often a year the model is trained again.")


class Workload(_Group):
    """What an application needs, what data there is, what traffic it will get, what was measured and what binds."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="fmplan workload")

    name: Name = Field(description="Names the stack: small letters, digits and hyphens, a letter first.")
    description: Prose | None = Field(None, description="What it is, in a sentence.")
    region: Region | None = Field(None, description="The AWS region it runs in, such as us-east-1.")
    horizon_months: Months | None = Field(None, description="Months that the total cost of ownership spans.")
    need: Need = Field(Need.model_construct(), description="What a base model, well prompted, does not give.")
    data: Data = Field(Data.model_construct(), description="What data there is.")
    traffic: Traffic = Field(Traffic.model_construct(), description="What traffic the application will get.")
    evidence: Evidence = Field(Evidence.model_construct(), description="What was measured on a held-out set.")
    constraints: Constraints = Field(Constraints.model_construct(), description="What binds.")
    value: Value = Field(Value.model_construct(), description="What the application earns.")
    assumptions: dict[str, AssumptionValue] = Field(
        {}, description="Replaces a default of the estimate, by its name in the report."
    )
    design: Design = Field(Design.model_construct(), description="Pins any choice: it is priced, not made.")


def parse_workload(
    data: object, *, source: str, assumption_names: Collection[str], overrides: Sequence[str] = ()
) -> Workload:
    """Return the workload that a parsed file states; `overrides` are the --set that it came about with, for its errors.

    Raises:
        InputError: one line for each key that is unknown, of a wrong type, out of bounds or contradicted by another.
    """
    from planner import workload_errors

    stated = workload_errors.without_nulls(data, source=source)
    try:
        workload = Workload.model_validate(stated)
    except ValidationError as error:
        raise workload_errors.explained(error, Workload, stated, source=source, overrides=overrides) from None
    workload_errors.refuse_unknown_assumptions(workload, assumption_names, source=source)
    from planner import workload_checks

    workload_checks.refuse_contradictions(workload, source=source)
    return workload


def load_workload(
    path: Path, *, assumption_names: Collection[str], overrides: Sequence[str] = (), shown_as: str | None = None
) -> Workload:
    """Return the workload that a YAML or JSON file states, with the values that `key=value` overrides replace.

    `shown_as` names the file in messages, where it is a copy of something that a user knows by another name.

    Raises:
        InputError: for a file that can't be read, is no YAML or JSON, or states no workload.
    """
    from planner.files import read_text
    from planner.yaml12 import load_yaml

    source = shown_as or str(path)
    data = load_yaml(read_text(path), source=source)
    if overrides:
        from planner.overrides import apply_overrides

        data = apply_overrides(data, overrides, source=source)
    return parse_workload(data, source=source, assumption_names=assumption_names, overrides=overrides)
