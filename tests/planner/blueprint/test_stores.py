"""Vector stores: memory, capacity, nodes and storage of a corpus, each worked out by hand."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.blueprint.passages import passages
from planner.blueprint.stores import hnsw_bytes, ocus, store_parts
from planner.design import Design
from planner.money import CONTEXT
from planner.part import property_value
from tests.planner.builders import both_of, plainly

if TYPE_CHECKING:
    from planner.part import Part

GIB = Decimal(1 << 30)
HALF_OCU = Decimal("0.5")


# --- Memory and OCUs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vectors", "dimensions", "m", "gigabytes"),
    [
        # 1.1 × (4 × 768 + 8 × 16) × 1,000,000: with one replica 7.04e9, the example of the formula's own page
        (1_000_000, 768, 16, "3.52"),
        # 1.1 × (4 × 1,024 + 8 × 16) × 250,000
        (250_000, 1024, 16, "1.1616"),
        # Links alone
        (1_000_000, 0, 32, "0.2816"),
        (0, 1024, 16, "0"),
    ],
)
def test_a_graph_takes_the_vectors_their_links_and_a_tenth(
    vectors: int, dimensions: int, m: int, gigabytes: str
) -> None:
    assert hnsw_bytes(Decimal(vectors), Decimal(dimensions), Decimal(m)) == Decimal(gigabytes) * 10**9


@pytest.mark.parametrize(
    ("gib", "least", "needed"),
    [
        # Half of an OCU's 6 GiB is for graphs: half an OCU holds 1.5 GiB, a whole one 3.
        ("0", "0.5", "0.5"),
        ("1.5", "0.5", "0.5"),
        ("1.500001", "0.5", "1"),
        ("3", "0.5", "1"),
        # Above one OCU come whole ones.
        ("3.000001", "0.5", "2"),
        ("6", "0.5", "2"),
        ("6.000001", "0.5", "3"),
        ("300", "0.5", "100"),
        # The floor
        ("0", "1", "1"),
        ("1", "1", "1"),
        ("4", "3", "3"),
        ("0", "0", "0"),
    ],
)
def test_ocus_come_in_halves_up_to_one_and_whole_above(gib: str, least: str, needed: str) -> None:
    found = ocus(Decimal(gib) * GIB, ocu_memory_gib=Decimal(6), usable_share=Decimal("0.5"), least=Decimal(least))
    assert found == Decimal(needed)


@given(
    memory=st.integers(0, 10**14),
    share=st.decimals("0.01", 1, places=2),
    least=st.sampled_from([Decimal(0), HALF_OCU, Decimal(1), Decimal(3)]),
)
def test_ocus_hold_the_graph_and_waste_less_than_one(memory: int, share: Decimal, least: Decimal) -> None:
    with localcontext(CONTEXT):
        found = ocus(Decimal(memory), ocu_memory_gib=Decimal(6), usable_share=share, least=least)
        held = found * 6 * share * GIB
        assert held >= memory
        assert found >= least
        step = HALF_OCU if found <= 1 else Decimal(1)
        assert found == least or (found - step) * 6 * share * GIB < memory
        assert found % step == 0


# --- Stores ----------------------------------------------------------------------------------------------------------

# 60 million tokens in chunks of 300 that repeat a fifth: 240 fresh tokens each, so 250,000 vectors of 1,024 dimensions;
# 75 million tokens are embedded. A passage has 1,200 bytes of text, 256 of metadata, a key of 64.
CORPUS: dict[str, Any] = {
    "need": {"knowledge": {"changes": "monthly"}},
    "data": {"documents": {"count": 20_000, "gb": 12, "tokens": 60_000_000, "changed_per_month": Decimal("0.05")}},
    "traffic": {"requests_per_month": 73_000, "input_tokens_per_request": 600, "output_tokens_per_request": 250},
}


def store(name: str, *, generation: str | None = None, **workload: dict[str, Any]) -> Part:
    context, signals = both_of({**CORPUS, **workload})
    design = Design("rag", "m", "on_demand", vector_store=name, opensearch_generation=generation)
    (part,) = store_parts(design, passages(context, signals), Decimal(1024), context, signals)
    assert part.component == "vector_store"
    return part


def scaled(documents: dict[str, int], **assumed: Decimal | int) -> dict[str, Any]:
    return {"data": {"documents": documents}, "assumptions": assumed}


@pytest.mark.parametrize(
    ("workload", "usage"),
    [
        # 1.1616e9 bytes are 1.08 GiB: half an OCU to search, half to index, twice with standbys. 250,000 × 5,616 bytes
        ({}, ("1", "1", "1.404")),
        ({"assumptions": {"redundancy": False}}, ("0.5", "0.5", "1.404")),
        # 3 million vectors: 13.94e9 bytes are 12.98 GiB, five OCUs of 3 GiB; 3e6 × 5,616 bytes
        (scaled({"tokens": 720_000_000}), ("1", "10", "16.848")),
        (scaled({"tokens": 720_000_000}, redundancy=False), ("0.5", "5", "16.848")),
        # With all of an OCU's memory usable: 12.98 / 6 takes three.
        (scaled({"tokens": 720_000_000}, redundancy=False, ocu_usable_share=1), ("0.5", "3", "16.848")),
        # No corpus, the floor
        (scaled({"tokens": 0, "count": 0}), ("1", "1", "0")),
    ],
)
def test_a_classic_collection_runs_day_and_night(workload: dict[str, Any], usage: tuple[str, str, str]) -> None:
    part = store("opensearch_serverless", generation="classic", **workload)
    assert (part.path, part.type) == ("VectorStore/Collection", "AWS::OpenSearchServerless::Collection")
    assert part.variant == "opensearch_serverless_classic"
    indexing, search, gb = map(Decimal, usage)
    assert plainly(part.monthly) == {
        "generation": "classic",
        "indexing_ocus": indexing,
        "search_ocus": search,
        "hours": {"fixed": 730},
        "storage_gb_months": {"fixed": gb} if gb else {},
    }
    assert part.one_time == ()


@pytest.mark.parametrize(
    ("pattern", "documents", "search", "hours"),
    [
        # Awake it has three OCUs, two of them to search. All 730 hours over 73,000 requests
        ("steady", {}, 2, "0.01"),
        ("spiky", {}, 2, "0.004"),
        ("business_hours", {}, 2, "0.0033"),
        # Five OCUs hold 3 million vectors, and it needs no standbys.
        ("steady", {"tokens": 720_000_000}, 5, "0.01"),
    ],
)
def test_a_nextgen_collection_sleeps_without_requests(
    pattern: str, documents: dict[str, int], search: int, hours: str
) -> None:
    traffic = {**CORPUS["traffic"], "pattern": pattern}
    data = {"documents": {**CORPUS["data"]["documents"], **documents}}
    part = store("opensearch_serverless", generation="nextgen", traffic=traffic, data=data)
    assert part.variant == "opensearch_serverless_nextgen"
    usage = plainly(part.monthly)
    assert (usage["generation"], usage["indexing_ocus"], usage["search_ocus"]) == ("nextgen", 1, search)
    assert usage["hours"] == {"per_request": Decimal(hours)}


def test_a_nextgen_collection_that_nobody_asks_is_stored() -> None:
    traffic = {**CORPUS["traffic"], "requests_per_month": 0}
    usage = plainly(store("opensearch_serverless", generation="nextgen", traffic=traffic).monthly)
    assert usage["hours"] == {}
    assert usage["storage_gb_months"] == {"fixed": Decimal("1.404")}


def test_s3_vectors_stores_by_the_month_and_writes_what_changes() -> None:
    part = store("s3_vectors")
    assert (part.path, part.type, part.variant) == ("VectorStore/Index", "AWS::S3Vectors::Index", "s3_vectors")
    assert {key: property_value(value) for key, value in part.properties} == {"Dimension": 1024}
    shape = {
        "vectors": 250_000,
        "key_kb": Decimal("0.0625"),
        "filterable_kb": Decimal("0.25"),
        "nonfilterable_kb": Decimal("1.171875"),
        "top_k": 5,
    }
    assert plainly(part.monthly) == {
        **shape,
        "months": {"fixed": 1},
        "queries": {"per_request": 1},
        "overwritten_fraction": {"per_refresh": 1},
    }
    assert plainly(part.one_time) == {**shape, "months": 0, "queries": 0, "overwritten_fraction": 1}


@pytest.mark.parametrize(
    ("workload", "nodes", "gb"),
    [
        # Two copies of 1.08 GiB; a node's usable memory is a quarter of 16 GiB. 1.404 GB × 2 × 1.45
        ({}, 2, "4.0716"),
        ({"assumptions": {"redundancy": False}}, 1, "2.0358"),
        # Two copies of 12.98 GiB take seven nodes of 4 GiB; one copy takes four. 16.848 GB × 1.45, twice and once
        (scaled({"tokens": 720_000_000}), 7, "48.8592"),
        (scaled({"tokens": 720_000_000}, redundancy=False), 4, "24.4296"),
    ],
)
def test_a_domain_has_nodes_for_its_copies(workload: dict[str, Any], nodes: int, gb: str) -> None:
    part = store("opensearch", **workload)
    assert (part.path, part.type) == (None, "AWS::OpenSearchService::Domain")
    assert plainly(part.monthly) == {
        "instance": "r6g.large.search",
        "instances": nodes,
        "hours": {"fixed": 730},
        "storage_gb": Decimal(gb),
    }


@pytest.mark.parametrize(
    ("workload", "acu", "hours", "gb", "io"),
    [
        # 1.08 GiB in units of 2 GiB, rounded up to a half: 1 ACU. Data and graph on disk; a request a vector.
        ({}, "1", "730", "2.808", "0.25"),
        # 12.98 GiB / 2 = 6.49; three tenths of the month asleep
        (scaled({"tokens": 720_000_000}, aurora_idle_share=Decimal("0.3")), "6.5", "511", "33.696", "3"),
    ],
)
def test_an_aurora_cluster_keeps_the_graph_in_memory(
    workload: dict[str, Any], acu: str, hours: str, gb: str, io: str
) -> None:
    part = store("aurora_pgvector", **workload)
    assert (part.path, part.type) == (None, "AWS::RDS::DBCluster")
    assert plainly(part.monthly) == {
        "acu": Decimal(acu),
        "hours": {"fixed": Decimal(hours)},
        "storage_gb_months": {"fixed": Decimal(gb)},
        "io_million": {"per_refresh": Decimal(io)},
    }


def test_kendra_and_neptune_run_while_they_exist() -> None:
    kendra = store("kendra")
    assert (kendra.type, dict(kendra.properties)) == ("AWS::Kendra::Index", {"Edition": "GEN_AI_ENTERPRISE_EDITION"})
    assert plainly(kendra.monthly) == {"hours": {"fixed": 730}}
    neptune = store("neptune_analytics")
    assert neptune.type == "AWS::NeptuneGraph::Graph"
    assert plainly(neptune.monthly) == {"m_ncus": 32, "hours": {"fixed": 730}}


def test_an_unknown_store_is_the_callers_bug() -> None:
    with pytest.raises(KeyError, match="made_up"):
        store("made_up")
