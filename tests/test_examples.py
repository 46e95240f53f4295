"""Each example: complete for editors, planned to the rung that it tells of, synthesized with the same bill."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from planner.assumptions import replaceable_names
from planner.plan import Planner
from planner.synth import synthesize
from planner.workload import load_workload
from planner.yaml12 import load_yaml

if TYPE_CHECKING:
    from planner.planned import Planned

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SCHEMA = Path(__file__).resolve().parent.parent / "planner" / "schemas" / "workload.schema.json"
DAY = date(2026, 11, 20)

# example: approach, how it is served, service that trains, stack
STORIES = {
    "ticket-triage": ("prompt_engineering", "on_demand", None, "prompting"),
    "support-assistant": ("rag", "on_demand", None, "knowledge_base"),
    "product-descriptions": ("fine_tuning", "custom_on_demand", "bedrock", "bedrock_customization"),
    "contract-clauses": ("fine_tuning", "sagemaker_endpoint", "sagemaker", "sagemaker_training"),
    "drilling-reports": ("continued_pretraining", "sagemaker_endpoint", "sagemaker", "sagemaker_training"),
    "minority-language-model": ("train_from_scratch", "sagemaker_endpoint", "sagemaker", "sagemaker_training"),
}


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner()


def planned(name: str, planner: Planner, *overrides: str) -> Planned:
    path = EXAMPLES / f"{name}.yaml"
    workload = load_workload(path, assumption_names=replaceable_names(), overrides=overrides)
    return planner.plan(workload, as_of=DAY, source=str(path))


def test_every_example_has_a_story() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.yaml")) == sorted(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_editors_find_the_schema_and_nothing_to_complain_about(name: str) -> None:
    path = EXAMPLES / f"{name}.yaml"
    text = path.read_text("utf-8")
    first = text.splitlines()[0]
    assert first == "# yaml-language-server: $schema=../planner/schemas/workload.schema.json"
    assert (EXAMPLES / first.partition("=")[2]).resolve() == SCHEMA
    # Decimals are numbers to a JSON Schema.
    data = json.loads(json.dumps(load_yaml(text, source=str(path)), default=float))
    jsonschema.validate(data, json.loads(SCHEMA.read_text("utf-8")))
    assert data["name"] == name


@pytest.mark.parametrize("name", STORIES)
def test_an_example_is_planned_to_its_rung(name: str, planner: Planner) -> None:
    approach, inference, service, stack = STORIES[name]
    plan = planned(name, planner)
    document = plan.document.document
    assert plan.exit_code == 0
    assert document["decision"]["admissible"]
    assert document["unpriced"] == []
    assert document["cost"]["complete"]
    training = document["design"]["training"] or {}
    got = (
        document["decision"]["approach"],
        document["design"]["inference"],
        training.get("service"),
        document["stack"],
    )
    assert got == (approach, inference, service, stack)


def test_the_assistant_needs_tuning_later(planner: Planner) -> None:
    assert planned("support-assistant", planner).document.document["decision"]["then"] == ["fine_tuning"]


def test_the_triage_in_bulk_is_a_batch(planner: Planner) -> None:
    plan = planned("ticket-triage", planner, "traffic.pattern=bulk").document.document
    assert plan["design"]["inference"] == "batch"


@pytest.mark.parametrize("name", STORIES)
def test_an_example_is_synthesized_with_the_bill_of_its_plan(name: str, planner: Planner, tmp_path: Path) -> None:
    plan = planned(name, planner).document
    template: dict[str, Any] = json.loads(synthesize(plan, output=tmp_path / "cdk.out").read_text("utf-8"))
    annotated = [template["Metadata"]["fmplan::cost"]]
    annotated += [resource.get("Metadata", {}).get("fmplan::cost", {}) for resource in template["Resources"].values()]
    for amount in ("monthly_usd", "one_time_usd", "idle_monthly_usd"):
        assert sum(Decimal(cost.get(amount, 0)) for cost in annotated) == Decimal(plan.document["cost"][amount])
    lines = [line for cost in annotated for line in cost.get("lines", [])]
    # CloudFormation's metadata knows no null: a line that no resource owns has no `resource` there.
    bill = [{key: value for key, value in line.items() if value is not None} for line in plan.document["bill"]]
    assert sorted(map(repr, lines)) == sorted(map(repr, bill))
