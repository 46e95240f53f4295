"""A knowledge base: the corpus cut into passages, and the parts that hold, embed and refresh them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.blueprint.knowledge import knowledge_parts
from planner.blueprint.passages import passages
from planner.design import Design
from tests.planner.builders import both_of, by_component, plainly

if TYPE_CHECKING:
    from planner.part import Part

TITAN = "amazon.titan-embed-text-v2:0"


def workload(changes: str = "monthly", **documents: Decimal | int | None) -> dict[str, Any]:
    stated = {"count": 20_000, "gb": 12, "tokens": 60_000_000, **documents}
    return {
        "need": {"knowledge": {"changes": changes}},
        "data": {"documents": {key: value for key, value in stated.items() if value is not None}},
        "traffic": {"requests_per_month": 1000, "input_tokens_per_request": 600},
    }


def parts_of(data: dict[str, Any], *, vector_store: str | None = "s3_vectors") -> dict[str, Part]:
    context, signals = both_of(data)
    design = Design("rag", "m", "on_demand", vector_store=vector_store, embedding_model=TITAN)
    return by_component(knowledge_parts(design, context, signals))


@pytest.mark.parametrize(
    ("documents", "assumed", "vectors", "tokens"),
    [
        # 300 tokens of which a fifth repeats: 240 fresh ones. 60e6 / 240; 60e6 × 300 / 240
        ({}, {}, 250_000, 75_000_000),
        ({"tokens": 60_000_001}, {}, 250_001, "75000001.25"),
        ({}, {"chunk_overlap": 0}, 200_000, 60_000_000),
        ({}, {"chunk_tokens": 500}, 150_000, 75_000_000),
        # Where all of a passage is the one before, nothing new would ever come: then none of it is.
        ({}, {"chunk_overlap": 1}, 200_000, 60_000_000),
        # Each document has a passage, however short it is.
        ({"tokens": 100_000}, {}, 20_000, 125_000),
        ({"tokens": 0}, {}, 20_000, 0),
        ({"tokens": 0, "count": 0, "gb": 0}, {}, 0, 0),
        # Not counted: 60e6 / 3,000 tokens each; not read either: 10,000 documents of 3,000
        ({"count": None}, {}, 250_000, 75_000_000),
        ({"count": None, "gb": None, "tokens": None}, {}, 125_000, 37_500_000),
        # 12 GB at 20 bytes a token are 600 million tokens.
        ({"count": None, "tokens": None}, {}, 2_500_000, 750_000_000),
        ({"gb": None, "tokens": None}, {}, 250_000, 75_000_000),
    ],
)
def test_a_corpus_is_cut_into_passages(
    documents: dict[str, int | None], assumed: dict[str, int], vectors: int, tokens: int | str
) -> None:
    cut = passages(*both_of({**workload("monthly", **documents), "assumptions": assumed}))
    assert (cut.vectors, cut.tokens) == (Decimal(vectors), Decimal(tokens))
    assert cut.text_bytes == 4 * assumed.get("chunk_tokens", 300)
    assert (cut.metadata_bytes, cut.key_bytes) == (Decimal(256), Decimal(64))


def test_a_knowledge_base_and_what_is_around_it() -> None:
    parts = parts_of(workload(changed_per_month=Decimal("0.05")))
    assert [(name, part.path, part.type) for name, part in parts.items()] == [
        ("documents", "Documents/Resource", "AWS::S3::Bucket"),
        ("embeddings", "KnowledgeBase", "AWS::Bedrock::KnowledgeBase"),
        ("vector_store", "VectorStore/Index", "AWS::S3Vectors::Index"),
        ("ingestion", "IngestionSchedule", "AWS::Scheduler::Schedule"),
    ]
    # All documents are written once, and read and written again as they change.
    assert plainly(parts["documents"].monthly) == {
        "gb_months": {"fixed": 12},
        "put_requests": {"per_refresh": 20_000},
        "get_requests": {"per_refresh": 20_000},
    }
    assert plainly(parts["documents"].one_time) == {"gb_months": 0, "put_requests": 20_000}
    # Documents are embedded once and as they change, questions when they are asked.
    assert plainly(parts["embeddings"].monthly) == {
        "model": TITAN,
        "input_tokens": {"per_refresh": 75_000_000, "per_request": 600},
    }
    assert plainly(parts["embeddings"].one_time) == {"model": TITAN, "input_tokens": 75_000_000}


@pytest.mark.parametrize(
    ("changes", "runs"),
    [("monthly", "1"), ("weekly", "4.33"), ("daily", "30.42"), ("realtime", "730"), ("static", None)],
)
def test_ingestion_follows_how_often_documents_change(changes: str, runs: str | None) -> None:
    parts = parts_of(workload(changes))
    if runs is None:
        assert "ingestion" not in parts
    else:
        assert parts["ingestion"].variant == changes
        assert plainly(parts["ingestion"].monthly) == {"invocations": {"fixed": Decimal(runs)}}


@pytest.mark.parametrize(
    ("changes", "stated", "share"),
    [
        ("static", None, "0"),
        ("monthly", None, "0.05"),
        ("daily", None, "0.3"),
        ("realtime", None, "1"),
        ("daily", Decimal("0.02"), "0.02"),
    ],
)
def test_the_share_that_changes_is_stated_or_follows_from_how_often(
    changes: str, stated: Decimal | None, share: str
) -> None:
    _, signals = both_of(workload(changes, changed_per_month=stated))
    assert signals.corpus.changed_per_month == Decimal(share)
    assert signals.loads.first.refreshes == Decimal(share)


def test_the_size_of_files_that_was_not_stated_follows_from_the_text() -> None:
    # 60 million tokens × 20 bytes
    assert plainly(parts_of(workload(gb=None))["documents"].monthly)["gb_months"] == {"fixed": Decimal("1.2")}


def test_kendra_embeds_by_itself() -> None:
    parts = parts_of(workload(), vector_store="kendra")
    assert list(parts) == ["documents", "vector_store", "ingestion"]


def test_facts_in_tables_are_asked_by_sql_and_the_engine_has_no_price() -> None:
    parts = parts_of(workload(), vector_store=None)
    assert list(parts) == ["structured_retrieval", "query_engine"]
    assert plainly(parts["structured_retrieval"].monthly) == {"queries": {"per_request": 1}}
    assert parts["query_engine"].unpriced == "the query engine behind structured retrieval has no price in the book"
