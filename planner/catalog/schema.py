"""What the catalogue's YAML files may say, kind by kind; used when they are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.catalog.checks import Flag, ListOf, MapOf, Number, OneOf, Section, Text, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.catalog.checks import Check

__all__ = ["KINDS", "SOURCES"]

_TEXT, _FLAG, _NUMBER, _COUNT, _SIZE = Text(), Flag(), Number(), Whole(0), Whole(1)
_ID = Text(r"[A-Za-z0-9][A-Za-z0-9._:/-]*", "amazon.nova-lite-v1:0")
_REGION = Text(r"[a-z]{2}(-gov)?-[a-z]+-\d", "us-east-1")
_SCOPE = Text(r"in_region|global|geo:(us|us-gov|eu|apac|jp|au|ca|in)", "in_region")
_DATE = Text(r"\d{4}-\d{2}-\d{2}", "2026-11-20")
_OBSERVED = Text(r"\d{4}(-\d{2}(-\d{2})?)?|undated", "2026-11-20")
_MODALITIES = ListOf(OneOf(("text", "image", "video", "audio")))
_REGIONS = ListOf(_REGION)
_LIFECYCLE = OneOf(("active", "legacy", "preview"))
_SOURCES = MapOf(_TEXT, _TEXT)

_TRAINING = Section(
    {
        "regions": _REGIONS,
        "billing": OneOf(("tokens", "hours", "images")),
        "epochs_min": _SIZE,
        "epochs_max": _SIZE,
        "epochs_default": _SIZE,
        "min_examples": _SIZE,
        "max_examples": _SIZE,
        "max_tokens_per_example": _SIZE,
    },
    required=("regions", "billing"),
)
_CUSTOMIZATION = Section(
    {
        "base_model_identifier": _ID,
        "served_by": MapOf(OneOf(("custom_on_demand", "provisioned_throughput")), _REGIONS),
        "fine_tuning": _TRAINING,
        "continued_pretraining": _TRAINING,
        "reinforcement_fine_tuning": _TRAINING,
        "distillation": Section(
            {"student": _FLAG, "teachers": ListOf(_ID), "regions": _REGIONS},
            required=("student", "teachers", "regions"),
        ),
    },
    required=("base_model_identifier", "served_by"),
)
_PROVISIONED = Section(
    {
        "base": _FLAG,
        "terms": ListOf(OneOf(("no_commitment", "1_month", "6_months"))),
        "regions": _REGIONS,
        "model_ids": ListOf(_ID),
    },
    required=("base", "terms", "regions"),
)
_IMPORT = Section(
    {"architecture": _TEXT, "pricing_version": _TEXT, "cmus_per_copy": _SIZE},
    required=("architecture",),
)
_MODEL_IDENTITY = ("id", "name", "provider", "kind", "aliases", "notes", "sources", "class_source", "purpose")
_MODEL_KEYS: Mapping[str, Check] = {
    "id": _ID,
    "name": _TEXT,
    "provider": _TEXT,
    "aliases": ListOf(_TEXT),
    "modalities_in": _MODALITIES,
}

TEXT_MODEL = Section(
    {
        **_MODEL_KEYS,
        "context_tokens": _SIZE,
        "max_output_tokens": _SIZE,
        "class": OneOf(("small", "standard", "large")),
        "class_source": _TEXT,
        "purpose": OneOf(("general", "code", "safety", "speech")),
        "open_weights": _FLAG,
        "weights": _ID,
        "params_b": _NUMBER,
        "active_params_b": _NUMBER,
        "lifecycle": _LIFECYCLE,
        "end_of_life": _DATE,
        "regions": MapOf(_REGION, ListOf(_SCOPE)),
        "batch": MapOf(_REGION, _FLAG),
        "prompt_caching": _FLAG,
        "prompt_caching_min_tokens": _SIZE,
        "provisioned_throughput": _PROVISIONED,
        "customization": _CUSTOMIZATION,
        "custom_model_import": _IMPORT,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=(
        *("id", "name", "provider", "modalities_in", "context_tokens", "class", "class_source"),
        *("open_weights", "lifecycle", "regions", "sources"),
    ),
    identity=_MODEL_IDENTITY,
)
EMBEDDING_MODEL = Section(
    {
        **_MODEL_KEYS,
        "dimensions": ListOf(_SIZE),
        "max_tokens": _SIZE,
        "lifecycle": _LIFECYCLE,
        "end_of_life": _DATE,
        "regions": MapOf(_REGION, ListOf(_SCOPE)),
        "batch": MapOf(_REGION, _FLAG),
        "knowledge_base": _FLAG,
        "provisioned_throughput": _PROVISIONED,
        "customization": _CUSTOMIZATION,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=(
        *("id", "name", "provider", "modalities_in", "dimensions", "max_tokens"),
        *("lifecycle", "regions", "knowledge_base", "sources"),
    ),
    identity=_MODEL_IDENTITY,
)
OPEN_WEIGHT_MODEL = Section(
    {
        **_MODEL_KEYS,
        "params_b": _NUMBER,
        "active_params_b": _NUMBER,
        "context_tokens": _SIZE,
        "license": _TEXT,
        "gated": _FLAG,
        "jumpstart_id": _ID,
        "bedrock_id": _ID,
        "layers": _SIZE,
        "hidden_size": _SIZE,
        "intermediate_size": _SIZE,
        "attention_heads": _SIZE,
        "kv_heads": _SIZE,
        "head_dim": _SIZE,
        "vocabulary": _SIZE,
        "tied_embeddings": _FLAG,
        "custom_model_import": _IMPORT,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=(
        *("id", "name", "provider", "modalities_in", "params_b", "active_params_b"),
        *("context_tokens", "license", "sources"),
    ),
    identity=_MODEL_IDENTITY,
)
ACCELERATOR = Section(
    {
        "id": _ID,
        "name": _TEXT,
        "maker": _TEXT,
        "memory_gb": _NUMBER,
        "bf16_tflops": _NUMBER,
        "fp8_tflops": _NUMBER,
        "bandwidth_gb_s": _NUMBER,
        "trains": _FLAG,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=("id", "name", "maker", "memory_gb", "trains", "sources"),
    identity=("id", "name", "maker", "notes", "sources"),
)
INSTANCE = Section(
    {
        "id": Text(r"ml\.[a-z0-9-]+\.[a-z0-9]+", "ml.g5.xlarge"),
        "family": _TEXT,
        "accelerator": _ID,
        "gpus": _COUNT,
        "gpu_memory_gib": _NUMBER,
        "vcpus": _SIZE,
        "memory_gib": _NUMBER,
        "network_gbps": _NUMBER,
        "network_up_to": _FLAG,
        "efa_interfaces": _COUNT,
        "local_nvme_gb": _COUNT,
        "uses": MapOf(
            OneOf(("training", "hosting", "processing", "batch_transform", "hyperpod", "notebook")), _REGIONS
        ),
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=("id", "family", "vcpus", "memory_gib", "uses", "sources"),
    identity=("id", "family", "notes", "sources"),
)
VECTOR_STORE = Section(
    {
        "id": _ID,
        "name": _TEXT,
        "aws_service": _TEXT,
        "lifecycle": OneOf(("active", "closed_to_new_customers")),
        "knowledge_base": _FLAG,
        "bundles_embedding": _FLAG,
        "hybrid_search": _FLAG,
        "metadata_filters": _FLAG,
        "relations": _FLAG,
        "scales_to_zero": _FLAG,
        "scales_to_zero_how": _TEXT,
        "wake_seconds": ListOf(_COUNT),
        "dimensions_min": _SIZE,
        "dimensions_max": _SIZE,
        "binary_vectors": _FLAG,
        "max_vectors_per_index": _SIZE,
        "max_top_k": _SIZE,
        "latency": _TEXT,
        "suits": ListOf(_TEXT),
        "existing_store": OneOf(("postgresql", "opensearch", "documentdb", "mongodb", "neptune")),
        "needs": ListOf(_TEXT),
        "billed_for": ListOf(_TEXT),
        "regions": _REGIONS,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=(
        *("id", "name", "aws_service", "lifecycle", "knowledge_base", "bundles_embedding", "relations"),
        *("scales_to_zero", "sources"),
    ),
    identity=("id", "name", "aws_service", "notes", "sources"),
)
LIMIT = Section(
    {
        "id": Text(r"[a-z0-9_]+(\.[a-z0-9_]+)+", "knowledge_base.chunk_tokens"),
        "what": _TEXT,
        "unit": _TEXT,
        "value": _NUMBER,
        "values": ListOf(_NUMBER),
        "adjustable": _FLAG,
        "notes": _TEXT,
        "sources": _SOURCES,
    },
    required=("id", "what", "unit", "sources"),
    identity=("id", "what", "unit", "notes", "sources"),
)
SOURCES = MapOf(
    _ID,
    Section({"name": _TEXT, "url": _TEXT, "observed": _OBSERVED, "note": _TEXT}, required=("name", "observed")),
)
KINDS: Mapping[str, Section] = {
    "text_models": TEXT_MODEL,
    "embedding_models": EMBEDDING_MODEL,
    "open_weight_models": OPEN_WEIGHT_MODEL,
    "accelerators": ACCELERATOR,
    "instances": INSTANCE,
    "vector_stores": VECTOR_STORE,
    "limits": LIMIT,
}
