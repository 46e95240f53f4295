"""Words for people in place of the plan's identifiers; an identifier without an entry is shown as its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "approach",
    "dimension",
    "inference",
    "method",
    "plain_text",
    "sentence",
    "term",
    "training_service",
    "vector_store",
    "words",
]

_APPROACHES: Final = {
    "prompt_engineering": "prompt engineering",
    "rag": "retrieval-augmented generation (RAG)",
    "fine_tuning": "fine-tuning",
    "continued_pretraining": "continued pre-training",
    "train_from_scratch": "training from scratch",
}
_INFERENCE: Final = {
    "on_demand": "on demand",
    "batch": "in batch",
    "provisioned_throughput": "provisioned throughput",
    "custom_on_demand": "custom model on demand",
    "custom_model_import": "Custom Model Import",
    "sagemaker_endpoint": "SageMaker endpoint",
}
_VECTOR_STORES: Final = {
    "opensearch_serverless": "OpenSearch Serverless",
    "opensearch": "OpenSearch Service",
    "s3_vectors": "S3 Vectors",
    "aurora_pgvector": "Aurora PostgreSQL (pgvector)",
    "kendra": "Amazon Kendra",
    "neptune_analytics": "Neptune Analytics",
}
_TRAINING_SERVICES: Final = {
    "bedrock": "Bedrock",
    "sagemaker": "SageMaker",
    "sagemaker_jumpstart": "SageMaker JumpStart",
    "sagemaker_hyperpod": "SageMaker HyperPod",
}
_METHODS: Final = {
    "lora": "LoRA",
    "qlora": "QLoRA",
    "full_ft": "full fine-tuning",
    "continued_pretraining": "continued pre-training",
}
_TERMS: Final = {
    "no_commitment": "no commitment",
    "1_month": "1-month term",
    "6_months": "6-month term",
}
# A dimension's name says unit and all; beside a column for units, what is counted is enough.
_DIMENSIONS: Final = {
    "input_mtok": "input tokens",
    "output_mtok": "output tokens",
    "cache_read_mtok": "input tokens read from cache",
    "cache_write_mtok": "input tokens written to cache",
    "cache_write_1h_mtok": "input tokens written to cache for an hour",
    "training_mtok": "training tokens",
    "content_k": "content filter",
    "topic_k": "denied topics",
    "pii_k": "sensitive information filter",
    "word_k": "word filter",
    "grounding_k": "grounding check",
    "gb_month": "storage",
    "storage_gb_month": "storage",
    "store_gb_month": "storage",
    "ingest_gb": "ingestion",
    "scan_gb": "scanned data",
    "put_gb": "data written",
    "processed_tb": "data processed by queries",
    "returned_gb": "data returned by queries",
    "put_k": "PUT requests",
    "get_k": "GET requests",
    "request_10k": "requests",
    "ocu_hour": "compute (OCUs)",
    "acu_hour": "compute (ACUs)",
    "m_ncu_hour": "memory (m-NCUs)",
    "io_million": "I/O requests",
    "gb_second": "memory time",
    "model_unit_hour": "model units",
    "model_month": "stored models",
    "key_month": "keys",
    "cmu_minute": "model units in use",
    "cmu_month": "stored model units",
    "instance_hour": "instances",
    "index_hour": "index",
    "endpoint_hour": "endpoints",
    "invocation_million": "invocations",
    "request_million": "requests",
    "query_million": "queries",
    "query_k": "queries",
    "query": "queries",
    "transition_k": "state transitions",
    "retrieval_k": "retrievals",
    "agentic_k": "agentic retrievals",
    "retrieve_k": "retrieval steps",
    "image": "images",
    "training_image": "training images",
    "training_hour": "training time",
    "budget_day": "budget actions",
}
_UNIT_ENDINGS: Final = ("_mtok", "_million", "_10k", "_k")
_BREAKS: Final = {ord(character): " " for character in "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"}
# Control characters steer a terminal, these others turn the direction of the text around them.
_UNSEEN: Final = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), None),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF), None),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **_BREAKS,
}


def plain_text(value: object) -> str:
    """Return text on one line, without what a terminal or a reader would take for something else."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.translate(_UNSEEN).split())


def words(identifier: object) -> str:
    """Return an identifier as words: `knowledge_base` as "knowledge base"."""
    return plain_text(identifier).replace("_", " ")


def sentence(text: str) -> str:
    """Return text with a capital first letter; the rest stays, for names may have any case."""
    return text[:1].upper() + text[1:]


def _named(names: Mapping[str, str], identifier: object) -> str:
    return names.get(str(identifier)) or words(identifier)


def approach(identifier: object) -> str:
    """Return a rung's name."""
    return _named(_APPROACHES, identifier)


def inference(identifier: object) -> str:
    """Return the name of a way to serve a model."""
    return _named(_INFERENCE, identifier)


def vector_store(identifier: object) -> str:
    """Return a vector store's name."""
    return _named(_VECTOR_STORES, identifier)


def training_service(identifier: object) -> str:
    """Return the name of a service that trains."""
    return _named(_TRAINING_SERVICES, identifier)


def method(identifier: object) -> str:
    """Return the name of a training method."""
    return _named(_METHODS, identifier)


def term(identifier: object) -> str:
    """Return the name of a commitment."""
    return _named(_TERMS, identifier)


def dimension(identifier: object) -> str:
    """Return what a price dimension counts."""
    known = _DIMENSIONS.get(str(identifier))
    if known:
        return known
    text = plain_text(identifier)
    for ending in _UNIT_ENDINGS:
        text = text.removesuffix(ending)
    return text.replace("_", " ")
