"""Which key of the workload moved a decision: told apart by planning again."""

from __future__ import annotations

from typing import Any

import pytest

from planner.diff.decision import explained, key_changes, movers

Json = dict[str, Any]


def plan(workload: Json) -> Json:
    """Return what a made-up planner decides: facts call for retrieval, many requests for another store."""
    approach = "rag" if workload.get("need", {}).get("knowledge") else "prompt_engineering"
    store = None
    if approach == "rag":
        many = workload.get("traffic", {}).get("requests", 0) > 100 and workload.get("traffic", {}).get("fast")
        store = "opensearch_serverless" if many else "s3_vectors"
    design = {"inference": "on_demand", "vector_store": store, "term": None, "model": "m", "embedding_model": None}
    return {"decision": {"approach": approach}, "design": {**design, "training": None}, "workload": workload}


def moved(before: Json, after: Json) -> list[str]:
    return [each.key for each in movers(plan(before), plan(after), plan)]


@pytest.mark.parametrize(
    ("before", "after", "keys"),
    [
        ({"need": {"knowledge": True}}, {"need": {"knowledge": True}}, []),
        # one of two changed keys moved the rung
        ({"traffic": {"requests": 1}}, {"traffic": {"requests": 9}, "need": {"knowledge": True}}, ["need.knowledge"]),
        ({"traffic": {"requests": 1}, "need": {"knowledge": True}}, {"traffic": {"requests": 9}}, ["need.knowledge"]),
        # the store takes both keys: each alone does nothing, each taken back undoes it
        (
            {"need": {"knowledge": True}, "traffic": {"requests": 1, "fast": False}},
            {"need": {"knowledge": True}, "traffic": {"requests": 999, "fast": True}},
            ["traffic.requests", "traffic.fast"],
        ),
        # a change that moves nothing
        ({"traffic": {"requests": 1}}, {"traffic": {"requests": 2}}, []),
        # a name moves nothing
        ({"name": "a"}, {"name": "b", "need": {"knowledge": True}}, ["need.knowledge"]),
    ],
)
def test_movers(before: Json, after: Json, keys: list[str]) -> None:
    assert moved(before, after) == keys


def test_where_prices_moved_it_no_key_did() -> None:
    before = plan({"traffic": {"requests": 1}})
    # Was decided otherwise when it was made; planned again today it decides as the other.
    before["decision"]["approach"] = "fine_tuning"
    after = plan({"traffic": {"requests": 2}})
    assert movers(before, after, plan) == []
    assert "no key of the workload moved it" in explained(before, after, [])


def test_a_workload_that_cannot_be_planned_moves_nothing_by_itself() -> None:
    before, after = plan({}), plan({"need": {"knowledge": True}})
    assert [each.key for each in movers(before, after, lambda _: None)] == ["need.knowledge"]


def test_the_sentence() -> None:
    before, after = plan({}), plan({"need": {"knowledge": True}})
    because = movers(before, after, plan)
    assert explained(before, after, because) == (
        "The rung changes from prompt_engineering to rag: need.knowledge (not stated → true) moved it."
    )
    assert explained(after, after, []) == ""


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
        ({"a": 1}, {"b": 1}, [("b", None, 1), ("a", 1, None)]),
        ({"a": None}, {}, []),
        ({"tags": {"x.y": "1"}}, {"tags": {"x.y": "2"}}, [("tags", {"x.y": "1"}, {"x.y": "2"})]),
        ({"a": [1]}, {"a": [1, 2]}, [("a", [1], [1, 2])]),
    ],
)
def test_key_changes(before: Json, after: Json, changes: list[tuple[str, object, object]]) -> None:
    assert [tuple(each) for each in key_changes(before, after)] == changes
