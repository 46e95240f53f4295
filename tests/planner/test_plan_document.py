"""plan.json read back: what is no plan, what was damaged, what was changed by hand."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import InputError
from planner.plan import Planner
from planner.plan_document import SCHEMA, PlanDocument, is_plan, parse_plan_document, read_plan_document
from planner.report import render_json
from tests.planner.builders import DAY
from tests.planner.strategies import workload_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def made() -> PlanDocument:
    workload = workload_of({"name": "w1", "need": {"knowledge": {"changes": "monthly"}}})
    return Planner().plan(workload, as_of=DAY, source="w.yaml", flips=False).document


def refused(data: object) -> str:
    with pytest.raises(InputError) as caught:
        parse_plan_document(data, source="plan.json")
    return str(caught.value)


def changed(made: PlanDocument) -> dict[str, Any]:
    return copy.deepcopy(made.document)


def test_a_plan_is_read_back(made: PlanDocument, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(render_json(made.document), encoding="utf-8")
    read = read_plan_document(path)
    assert read == made
    assert (read.name, read.region, read.stack) == ("w1", "us-east-1", "knowledge_base")
    assert read.design["approach"] == "rag"
    assert read.settings["changes"] == "monthly"
    assert read.unpriced == []
    assert Decimal(read.cost["monthly_usd"]) > 0
    assert len(read.parts) == len(made.document["parts"])
    assert {part.path for part in read.parts} >= {"Key/Resource", "Documents/Resource", "KnowledgeBase"}


@pytest.mark.parametrize("data", [None, [], "plan", 5, {}, {"name": "w1"}, {"decision": {}}, {"bill": []}])
def test_what_is_no_plan(data: object) -> None:
    assert not is_plan(data)
    assert refused(data) == "plan.json: this is no plan: a plan is what 'fmplan plan --format json' writes"


@pytest.mark.parametrize("key", ["cost", "design", "parts", "settings", "stack", "priced_on", "prices_as_of"])
def test_a_missing_key_is_named(made: PlanDocument, key: str) -> None:
    data = changed(made)
    del data[key]
    assert refused(data).startswith(f"plan.json: {key}: missing from the plan")


def test_a_newer_schema_is_not_understood(made: PlanDocument) -> None:
    data = {**changed(made), "schema": SCHEMA + 1}
    assert refused(data) == f"plan.json: schema: {SCHEMA + 1} is not understood; this version reads schema {SCHEMA}"


@pytest.mark.parametrize("key", ["monthly_usd", "one_time_usd", "idle_monthly_usd"])
def test_an_amount_that_is_not_the_sum_of_its_lines(made: PlanDocument, key: str) -> None:
    data = changed(made)
    data["cost"][key] = str(Decimal(data["cost"][key]) + 1)
    assert f"plan.json: cost.{key}: " in refused(data)
    assert "is not the sum of the bill's lines" in refused(data)


def test_a_line_that_was_changed_by_hand(made: PlanDocument) -> None:
    data = changed(made)
    data["bill"][0]["usd"] = "0"
    assert "the plan was changed by hand" in refused(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data["bill"][0].pop("usd"),
        lambda data: data["bill"][0].update(usd="much"),
        lambda data: data["bill"][0].update(usd=None),
        lambda data: data["bill"][0].update(charge="yearly"),
        lambda data: data.update(bill=[1]),
        lambda data: data.update(bill=5),
        lambda data: data.update(cost=[]),
        lambda data: data["cost"].pop("monthly_usd"),
        lambda data: data["parts"][0].pop("usage"),
        lambda data: data.update(parts=None),
        lambda data: data["parts"].append("part"),
    ],
)
def test_a_damaged_plan_is_one_message(made: PlanDocument, damage: Callable[[dict[str, Any]], object]) -> None:
    data = changed(made)
    damage(data)
    assert refused(data).startswith("plan.json: the plan is damaged (")
    assert "\n" not in refused(data)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"schema": 1,', encoding="utf-8")
    with pytest.raises(InputError, match=r"plan\.json: not JSON: "):
        read_plan_document(path)


def test_numbers_are_written_as_text_and_thresholds_as_numbers(made: PlanDocument) -> None:
    text = render_json(made.document)
    assert json.loads(text) == made.document
    assert "E-" not in text
    assert isinstance(made.document["cost"]["monthly_usd"], str)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("name",), 5, "name: is not text"),
        (("design",), None, "design: is not a mapping"),
        (("bill", 0, "component"), ["a"], "bill[0].component: is not text"),
        (("bill", 0, "price"), {}, "bill[0].price.sku: is missing"),
        (("decision", "misses"), {}, "decision.misses: is not a list"),
        (("assumptions", 0), 5, "assumptions[0]: is not a mapping"),
        (("parts", 0, "usage"), {"monthly": {}}, "parts[0].usage.idle: is missing"),
    ],
)
def test_a_damaged_plan_says_where(made: PlanDocument, path: tuple[str | int, ...], value: object, said: str) -> None:
    data = changed(made)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert refused(data) == f"plan.json: the plan is damaged ({said}); write it again with 'fmplan plan --format json'"
