"""What the catalogue holds: one frozen type an entry, built from compiled JSON.

The types follow the YAML files key by key. A fact that no source states is None or absent, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

__all__ = [
    "Accelerator",
    "CustomModelImport",
    "Customization",
    "Distillation",
    "EmbeddingModel",
    "Instance",
    "Limit",
    "ModelClass",
    "OpenWeightModel",
    "ProvisionedThroughput",
    "Source",
    "TextModel",
    "Training",
    "VectorStore",
]

ModelClass = Literal["small", "standard", "large"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """Where a fact was read, and when: `name` is a page or file, `observed` its date as text."""

    name: str
    url: str | None = None
    observed: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProvisionedThroughput:
    """Model units by the hour for the base model: the terms on sale and the ids that take them."""

    base: bool
    terms: tuple[str, ...]
    regions: tuple[str, ...]
    model_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """One way to customize a model on Bedrock; epochs and examples are limits of the job."""

    regions: tuple[str, ...]
    billing: Literal["tokens", "hours", "images"]
    epochs_min: int | None = None
    epochs_max: int | None = None
    epochs_default: int | None = None
    min_examples: int | None = None
    max_examples: int | None = None
    max_tokens_per_example: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distillation:
    """A student that learns from a teacher's answers; both must be reachable from the job's region."""

    student: bool
    teachers: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Customization:
    """How Bedrock can customize a model, and how the customized one is served.

    `served_by` maps `custom_on_demand` and `provisioned_throughput` to the regions where a customized model can be
    served that way; `base_model_identifier` is what CreateModelCustomizationJob takes.
    """

    base_model_identifier: str
    served_by: Mapping[str, tuple[str, ...]]
    fine_tuning: Training | None = None
    continued_pretraining: Training | None = None
    reinforcement_fine_tuning: Training | None = None
    distillation: Distillation | None = None

    def regions(self, method: str) -> tuple[str, ...]:
        """Return where a method can run: `fine_tuning`, `continued_pretraining`, `distillation` and the like."""
        way: Training | Distillation | None = getattr(self, method)
        return way.regions if way else ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomModelImport:
    """Custom Model Import of a model of this architecture; a copy takes `cmus_per_copy` custom model units."""

    architecture: str
    pricing_version: str | None = None
    cmus_per_copy: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextModel:
    """A text model on Bedrock.

    `id` is the API's id without profile prefix. `regions` maps a region to the scopes it can be called in on demand
    from there: `in_region`, `geo:us` (an inference profile of a geography) or `global`. `batch` maps a region to
    whether batch inference takes the model there; a region that no source speaks of is absent.
    """

    id: str
    name: str
    provider: str
    kind: Literal["text"] = "text"
    aliases: tuple[str, ...] = ()
    modalities_in: tuple[str, ...]
    context_tokens: int
    max_output_tokens: int | None = None
    model_class: ModelClass
    class_source: str
    purpose: Literal["general", "code", "safety", "speech"] = "general"
    open_weights: bool
    weights: str | None = None
    params_b: Decimal | None = None
    active_params_b: Decimal | None = None
    lifecycle: Literal["active", "legacy", "preview"]
    end_of_life: str | None = None
    regions: Mapping[str, tuple[str, ...]]
    batch: Mapping[str, bool] = field(default_factory=dict)
    prompt_caching: bool = False
    prompt_caching_min_tokens: int | None = None
    provisioned_throughput: ProvisionedThroughput | None = None
    customization: Customization | None = None
    custom_model_import: CustomModelImport | None = None
    notes: str | None = None
    sources: Mapping[str, str]

    @property
    def takes_new_customers(self) -> bool:
        """Whether new customers are let in: not for legacy models, of which no new customization is taken either."""
        return self.lifecycle != "legacy"

    def available_on(self, day: date) -> bool:
        """Return whether the model has not reached its end of life on a day, as far as one is known."""
        return self.end_of_life is None or day.isoformat() < self.end_of_life

    def scopes(self, region: str) -> tuple[str, ...]:
        """Return how the model can be called on demand from a region; nothing where it cannot."""
        return self.regions.get(region, ())

    def can_be_trained(self, method: str, region: str) -> bool:
        """Return whether Bedrock has a method for the model in a region; for legacy ones see `takes_new_customers`."""
        return self.customization is not None and region in self.customization.regions(method)

    def custom_serving(self, region: str) -> tuple[str, ...]:
        """Return how a customized version can be served in a region: `custom_on_demand`, `provisioned_throughput`."""
        if self.customization is None:
            return ()
        return tuple(way for way, regions in self.customization.served_by.items() if region in regions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EmbeddingModel:
    """An embedding model on Bedrock; `dimensions` are the vector lengths it can return, the default one first."""

    id: str
    name: str
    provider: str
    kind: Literal["embedding"] = "embedding"
    aliases: tuple[str, ...] = ()
    modalities_in: tuple[str, ...]
    dimensions: tuple[int, ...]
    max_tokens: int
    lifecycle: Literal["active", "legacy", "preview"]
    end_of_life: str | None = None
    regions: Mapping[str, tuple[str, ...]]
    batch: Mapping[str, bool] = field(default_factory=dict)
    knowledge_base: bool
    provisioned_throughput: ProvisionedThroughput | None = None
    customization: Customization | None = None
    notes: str | None = None
    sources: Mapping[str, str]

    def scopes(self, region: str) -> tuple[str, ...]:
        """Return how the model can be called on demand from a region; nothing where it cannot."""
        return self.regions.get(region, ())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenWeightModel:
    """A model whose weights one can train on SageMaker; `id` is its name on Hugging Face, parameters are in billions.

    The shape (`layers`, `hidden_size`, …) is what memory and throughput estimates need; it is there where the model's
    configuration was read.
    """

    id: str
    name: str
    provider: str
    kind: Literal["open_weights"] = "open_weights"
    aliases: tuple[str, ...] = ()
    modalities_in: tuple[str, ...]
    params_b: Decimal
    active_params_b: Decimal
    context_tokens: int
    license: str
    gated: bool | None = None
    jumpstart_id: str | None = None
    bedrock_id: str | None = None
    layers: int | None = None
    hidden_size: int | None = None
    intermediate_size: int | None = None
    attention_heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    vocabulary: int | None = None
    tied_embeddings: bool | None = None
    custom_model_import: CustomModelImport | None = None
    notes: str | None = None
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accelerator:
    """A GPU or Trainium chip: dense 16-bit (and 8-bit) peak in TFLOP/s, memory in GB, bandwidth in GB/s."""

    id: str
    name: str
    maker: str
    memory_gb: Decimal
    bf16_tflops: Decimal | None = None
    fp8_tflops: Decimal | None = None
    bandwidth_gb_s: Decimal | None = None
    trains: bool
    notes: str | None = None
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A SageMaker instance type; `gpu_memory_gib` is what one accelerator reports, `uses` where it has a rate."""

    id: str
    family: str
    accelerator: str | None = None
    gpus: int = 0
    gpu_memory_gib: Decimal | None = None
    vcpus: int
    memory_gib: Decimal
    network_gbps: Decimal | None = None
    network_up_to: bool = False
    efa_interfaces: int = 0
    local_nvme_gb: int = 0
    uses: Mapping[str, tuple[str, ...]]
    notes: str | None = None
    sources: Mapping[str, str]

    def regions(self, use: str) -> tuple[str, ...]:
        """Return the regions with a published rate for `training`, `hosting`, `processing` and the like."""
        return self.uses.get(use, ())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VectorStore:
    """A store for retrieval; `id` is the name that a workload's design takes."""

    id: str
    name: str
    aws_service: str
    lifecycle: Literal["active", "closed_to_new_customers"]
    knowledge_base: bool
    bundles_embedding: bool
    hybrid_search: bool | None = None
    metadata_filters: bool | None = None
    relations: bool
    scales_to_zero: bool
    scales_to_zero_how: str | None = None
    wake_seconds: tuple[int, ...] = ()
    dimensions_min: int | None = None
    dimensions_max: int | None = None
    binary_vectors: bool | None = None
    max_vectors_per_index: int | None = None
    max_top_k: int | None = None
    latency: str | None = None
    suits: tuple[str, ...] = ()
    existing_store: str | None = None
    needs: tuple[str, ...] = ()
    billed_for: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    notes: str | None = None
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """A service's default or limit, with its unit; `values` is set where there are several allowed values."""

    id: str
    what: str
    unit: str
    value: Decimal | int | None = None
    values: tuple[Decimal | int, ...] = ()
    adjustable: bool | None = None
    notes: str | None = None
    sources: Mapping[str, str]
