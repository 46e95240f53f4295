"""The ladder's decisions, row by row: tests/cases/ladder.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.design import APPROACHES
from planner.ladder import LADDER, RUNGS
from planner.ladder.decide import Decision, decide
from planner.ladder.rung import NEED_KEYS, NEED_WORDS
from planner.workload import APPROACHES as APPROACHES_OF_A_WORKLOAD
from planner.workload import Workload
from planner.yaml12 import load_yaml
from tests.planner.builders import both_of

CASES = Path(__file__).resolve().parents[2] / "cases" / "ladder.yaml"
_KEYS = {"case", "given", "approach", "proposed", "because", "then", "unmet", "rejected"}


def _rows() -> list[dict[str, Any]]:
    rows: Any = load_yaml(CASES.read_text(encoding="utf-8"), source=CASES.name)
    return list(rows)


ROWS = _rows()


def decided(given: dict[str, Any], *, without: tuple[str, ...] = ()) -> Decision:
    context, signals = both_of(given)
    return decide(signals, context, buildable=[name for name in APPROACHES if name not in without])


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_a_row(row: dict[str, Any]) -> None:
    decision = decided(row["given"])
    assert decision.approach == row["approach"]
    assert decision.proposed == row.get("proposed", row["approach"])
    assert [reason.id for reason in decision.reasons] == row["because"]
    assert list(decision.then) == row.get("then", [])
    assert list(decision.unmet) == row.get("unmet", [])
    if "rejected" in row:
        rejected = [{rung.approach: [reason.id for reason in rung.reasons]} for rung in decision.rejected]
        assert rejected == row["rejected"]


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_every_decision_explains_itself(row: dict[str, Any]) -> None:
    decision = decided(row["given"])
    assert decision.reasons
    assert sorted([decision.approach, *(rung.approach for rung in decision.rejected)]) == sorted(APPROACHES)
    assert decision.approach not in decision.then
    assert "prompt_engineering" not in decision.then
    for reason in (*decision.reasons, *(reason for rung in decision.rejected for reason in rung.reasons)):
        assert reason.id.replace("_", "").isalpha()
        assert reason.text.endswith(".")
        assert "None" not in reason.text
        assert reason.source
        for key in reason.reads:
            assert _is_key(key), f"{reason.id} reads {key}, which no workload has"
    for rung in decision.rejected:
        ids = [reason.id for reason in rung.reasons]
        assert ids
        assert len(ids) == len(set(ids))


def _is_key(path: str) -> bool:
    """Whether a workload file has this key, or these keys below it."""
    if path.startswith("assumptions."):
        return True
    model: Any = Workload
    for name in path.split("."):
        fields = getattr(model, "model_fields", {})
        if name not in fields:
            return False
        annotation = fields[name].annotation
        model = next(
            (kind for kind in getattr(annotation, "__args__", ()) if hasattr(kind, "model_fields")), annotation
        )
    return True


def test_the_table_is_a_table() -> None:
    assert len(ROWS) >= 60
    assert [row["case"] for row in ROWS if set(row) - _KEYS] == []
    assert len({row["case"] for row in ROWS}) == len(ROWS)
    assert {row["approach"] for row in ROWS} == set(APPROACHES)
    assert {need for row in ROWS for need in row.get("unmet", [])} >= {"facts", "behavior", "vocabulary", "own_model"}


def test_the_rungs_are_the_approaches_cheapest_first() -> None:
    assert tuple(rung.NAME for rung in LADDER) == APPROACHES == APPROACHES_OF_A_WORKLOAD
    assert tuple(RUNGS) == APPROACHES
    assert set(NEED_KEYS) == set(NEED_WORDS)


# What the catalogue can't build in a region is no answer, however right it is.


def test_a_rung_without_a_design_is_passed_over() -> None:
    tone = {"need": {"behavior": "tone"}, "data": {"labelled": {"examples": 800}}}
    decision = decided(tone, without=("fine_tuning",))
    assert (decision.approach, decision.unmet) == ("prompt_engineering", ("behavior",))
    against = {rung.approach: [reason.id for reason in rung.reasons] for rung in decision.rejected}
    assert against["fine_tuning"] == ["no_design_here"]


def test_where_the_prompt_has_no_design_the_next_rung_that_has_one_is_nearest() -> None:
    assert decided({}, without=("prompt_engineering",)).approach == "rag"
    assert decided({}, without=("prompt_engineering", "rag")).approach == "fine_tuning"


def test_training_from_scratch_is_nobodys_second_best() -> None:
    others = ("prompt_engineering", "rag", "fine_tuning", "continued_pretraining")
    assert decided({}, without=others).approach == "prompt_engineering"
