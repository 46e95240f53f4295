"""Golden plans: the examples and further stories, planned as of one day; `--update-golden` writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.assumptions import replaceable_names
from planner.plan import Planner
from planner.report import render_json
from planner.workload import load_workload
from tests.planner.builders import DAY

if TYPE_CHECKING:
    from planner.planned import Planned

STORIES = Path(__file__).resolve().parent / "golden" / "stories"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PLANNER = Planner()

# story: exit code, approach, what serves the model, where the vectors are, further rungs
TOLD: dict[str, tuple[int, str, str, str | None, list[str]]] = {
    "emergency-hotline": (0, "rag", "provisioned_throughput", "s3_vectors", []),
    "family-tree": (3, "rag", "on_demand", "neptune_analytics", []),
    "imported-weights": (0, "fine_tuning", "custom_model_import", None, []),
    "intent-router": (0, "fine_tuning", "custom_on_demand", None, []),
    "invoice-archive": (0, "prompt_engineering", "batch", None, []),
    "startup-budget": (1, "rag", "on_demand", "s3_vectors", []),
    "western-records": (0, "rag", "on_demand", "aurora_pgvector", []),
}


def files() -> dict[str, Path]:
    """Return the workload files by story: the examples, and those told here."""
    told = {path.parent.name: path for path in STORIES.glob("*/workload.yaml")}
    return {**{path.stem: path for path in sorted(EXAMPLES.glob("*.yaml"))}, **told}


def planned(name: str) -> Planned:
    workload = load_workload(files()[name], assumption_names=replaceable_names())
    return PLANNER.plan(workload, as_of=DAY, source=f"{name}.yaml")


@pytest.mark.parametrize("name", files())
def test_a_story_is_told_as_before(name: str, update_golden: bool) -> None:
    document: dict[str, Any] = planned(name).document.document
    # The price book's digest changes with every row that is added, whatever it prices.
    assert document["price_book"].startswith("sha256:")
    text = render_json({**document, "price_book": "sha256:…"})
    golden = STORIES / name / "plan.json"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"no golden plan of {name}: write it with --update-golden and read it"
    expected = json.loads(golden.read_text(encoding="utf-8"))
    # What a reader looks at first, so that a difference says something.
    assert document["decision"] == expected["decision"]
    assert document["design"] == expected["design"]
    assert document["cost"] == expected["cost"]
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TOLD)
def test_a_story_ends_as_it_should(name: str) -> None:
    made = planned(name)
    document = made.document.document
    design, decision = document["design"], document["decision"]
    assert (
        made.exit_code,
        decision["approach"],
        design["inference"],
        design["vector_store"],
        decision["then"],
    ) == TOLD[name]


def test_every_story_is_there() -> None:
    assert {path.parent.name for path in STORIES.glob("*/workload.yaml")} == set(TOLD)
    assert {path.parent.name for path in STORIES.glob("*/plan.json")} == set(files())


def test_what_the_hotline_pays_for() -> None:
    document = planned("emergency-hotline").document.document
    # 40 requests a minute of 600 + 5 × 300 + 250 tokens are 94,000; units of 30,000 each: 3.13, so 4.
    assert (document["design"]["model_units"], document["design"]["term"]) == (4, "1_month")


def test_what_the_startup_misses() -> None:
    decision = planned("startup-budget").document.document["decision"]
    missed = [miss["constraint"] for miss in decision["misses"]]
    assert missed[0] == "constraints.monthly_usd"
    assert missed[-1] == "constraints.weeks_to_launch"


def test_what_the_records_keep_out_of_the_weights() -> None:
    document = planned("western-records").document.document
    assert document["region"] == "us-west-2"
    tuning = next(rung for rung in document["decision"]["rejected"] if rung["approach"] == "fine_tuning")
    assert tuning["reasons"][0]["id"] == "training_forbidden"


def test_what_the_import_is_warned_of() -> None:
    warnings = {warning["id"] for warning in planned("imported-weights").document.document["warnings"]}
    assert {"ladder_disagrees", "import_copies_unknown", "no_stack"} <= warnings
