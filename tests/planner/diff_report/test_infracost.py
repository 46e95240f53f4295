"""Infracost's JSON as infracost/infracost describes it: schema/infracost.schema.json, as of 2025."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from planner.diff_report.infracost import UNCHANGED, render_infracost
from tests.planner.diff_report.documents import NAMES, diffs, document, resource

Json = dict[str, Any]


def made_of(required: str, optional: str = "", **inner: Json) -> Json:
    """An object with these keys alone; a key ends with the mark of its type: $ decimal, # count, ? yes or no."""
    types: dict[str, Json] = {
        "$": {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
        "#": {"type": "integer"},
        "?": {"type": "boolean"},
    }
    properties: Json = {
        name.rstrip("$#?"): types.get(name[-1], {"type": "string"}) for name in f"{required} {optional}".split()
    }
    return {
        "type": "object",
        "properties": properties | inner,
        "required": [name.rstrip("$#?") for name in required.split()],
        "additionalProperties": False,
    }


def listed(item: Json) -> Json:
    return {"type": "array", "items": item}


COMPONENT = made_of("name unit hourlyQuantity$ monthlyQuantity$ price$ hourlyCost$ monthlyCost$ priceNotFound?")
RESOURCE = made_of(
    "name metadata",
    "resourceType hourlyCost$ monthlyCost$ monthlyUsageCost$ costComponents",
    metadata={"type": "object"},
    costComponents=listed(COMPONENT),
)
BREAKDOWN = made_of("resources totalHourlyCost$ totalMonthlyCost$ totalMonthlyUsageCost$", resources=listed(RESOURCE))
COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}
SUMMARY = made_of(
    "totalDetectedResources# totalSupportedResources# totalUnsupportedResources# totalUsageBasedResources#"
    " totalNoPriceResources#",
    "totalResources# unsupportedResourceCounts noPriceResourceCounts supportedResourceCounts",
    unsupportedResourceCounts=COUNTS,
)
VCS = "vcsBranch vcsCommitSha vcsCommitAuthorName vcsCommitAuthorEmail vcsCommitTimestamp vcsCommitMessage"
PROJECT = made_of(
    "name displayName metadata pastBreakdown breakdown diff summary",
    metadata=made_of("path type"),
    pastBreakdown=BREAKDOWN,
    breakdown=BREAKDOWN,
    diff=BREAKDOWN,
    summary=SUMMARY,
)
ROOT = made_of(
    "version metadata currency projects totalHourlyCost$ totalMonthlyCost$ pastTotalHourlyCost$ pastTotalMonthlyCost$"
    " diffTotalHourlyCost$ diffTotalMonthlyCost$ timeGenerated summary",
    "totalMonthlyUsageCost$ pastTotalMonthlyUsageCost$ diffTotalMonthlyUsageCost$",
    metadata=made_of(f"infracostCommand {VCS}"),
    projects=listed(PROJECT),
    summary=SUMMARY,
    timeGenerated={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
)


def written(made: Json) -> Json:
    found: Json = json.loads(render_infracost(made))
    return found


def project_of(made: Json) -> Json:
    (found,) = written(made)["projects"]
    assert isinstance(found, dict)
    return found


def by_name(breakdown: Json) -> dict[str, Json]:
    return {each["name"]: each for each in breakdown["resources"]}


@pytest.mark.parametrize("name", NAMES)
def test_it_has_infracosts_form(name: str) -> None:
    Draft202012Validator(ROOT).validate(written(document(name)))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(diffs)
def test_any_diff_has_infracosts_form(made: Json) -> None:
    Draft202012Validator(ROOT).validate(written(made))


def test_totals_are_the_documents_and_hourly_ones_a_730th() -> None:
    made = document("templates")
    found = written(made)
    assert (found["version"], found["currency"]) == ("0.2", "USD")
    assert found["pastTotalMonthlyCost"] == made["before"]["cost"]["monthly_usd"]
    assert found["totalMonthlyCost"] == made["after"]["cost"]["monthly_usd"]
    assert found["diffTotalMonthlyCost"] == made["delta"]["monthly_usd"]
    # 81.4 / 730 = 0.11150684931506849...
    assert found["pastTotalHourlyCost"].startswith("0.1115068493150684")
    # What is there without traffic is no cost by usage: 81.4 - 49.64.
    assert found["pastTotalMonthlyUsageCost"] == "31.76"


@pytest.mark.parametrize("name", NAMES)
def test_resources_and_their_components_add_up(name: str) -> None:
    made = document(name)
    project = project_of(made)
    for breakdown in (project["pastBreakdown"], project["breakdown"], project["diff"]):
        total = sum(Decimal(each["monthlyCost"] or 0) for each in breakdown["resources"])
        assert total == Decimal(breakdown["totalMonthlyCost"])
        for each in breakdown["resources"]:
            components = each.get("costComponents")
            # The contract's minimum does not tell which of its lines are monthly.
            if components and each["monthlyCost"] is not None and name != "minimum":
                parts = sum(Decimal(part["monthlyCost"] or 0) for part in components)
                assert parts == Decimal(each["monthlyCost"]), each["name"]


def test_a_diff_is_after_minus_before_line_by_line() -> None:
    project = project_of(document("plans"))
    profile = "support-assistant/InferenceProfile"
    sides = [by_name(project[key])[profile]["costComponents"][0] for key in ("pastBreakdown", "breakdown", "diff")]
    assert [side["name"] for side in sides] == ["Input tokens (openai.gpt-oss-120b-1:0)"] * 3
    assert [side["monthlyCost"] for side in sides] == ["216", "403.2", "187.2"]
    assert [side["monthlyQuantity"] for side in sides] == ["1440", "2880", "1440"]
    assert [side["price"] for side in sides] == ["0.15", "0.14", "-0.01"]


def test_what_was_removed_is_in_the_past_and_negative_in_the_diff() -> None:
    project = project_of(document("templates"))
    assert "Shop-Web/Cdn" not in by_name(project["breakdown"])
    assert by_name(project["pastBreakdown"])["Shop-Web/Cdn"]["monthlyCost"] == "10.2"
    assert by_name(project["diff"])["Shop-Web/Cdn"]["monthlyCost"] == "-10.2"


def test_one_time_costs_are_in_metadata_alone() -> None:
    job = by_name(project_of(document("plans"))["breakdown"])["support-assistant/Training/Job"]
    assert job["metadata"] == {
        "action": "added",
        "replacement": "no",
        "logicalId": "TrainingJob",
        "oneTimeCost": "0.9",
    }
    # 0.012 × 0.025
    assert job["monthlyCost"] == "0.0003"
    assert [part["name"] for part in job["costComponents"]] == ["State transitions"]


def test_what_has_no_price_is_null_and_named() -> None:
    project = project_of(document("templates"))
    group = by_name(project["breakdown"])["Shop-Api/Handler/LogGroup/Resource"]
    assert group["monthlyCost"] is None
    assert [(part["name"], part["price"], part["priceNotFound"]) for part in group["costComponents"]] == [
        ("Ingestion", None, True)
    ]
    # Unchanged, so that the diff knows only that it has no price: on both sides.
    for key in ("pastBreakdown", "breakdown"):
        queue = by_name(project[key])["Shop-Api/Queue"]
        assert [part["priceNotFound"] for part in queue["costComponents"]] == [True]
    assert "Shop-Api/Queue" not in by_name(project["diff"])


def test_lines_of_one_name_are_told_apart() -> None:
    line = document("plans")["resources"][0]["lines"][0]
    made = document("same", resources=[resource("App/A", lines=[line, line])])
    parts = by_name(project_of(made)["breakdown"])["App/A"]["costComponents"]
    assert [part["name"] for part in parts][:2] == ["Content filter (content)", "Content filter (content), 2"]


def test_free_and_unsupported_resources_are_counted_not_listed() -> None:
    free = resource("App/Role", "0", status={"before": None, "after": "free"})
    unknown = resource("App/Map", "0", status={"before": None, "after": "unsupported"})
    found = written(document("templates", resources=[free, unknown]))
    names = set(by_name(found["projects"][0]["breakdown"])) | set(by_name(found["projects"][0]["diff"]))
    assert not {"App/Role", "App/Map"} & names
    assert found["summary"] == {
        "totalDetectedResources": 10,
        "totalSupportedResources": 6,
        "totalUnsupportedResources": 1,
        "totalUsageBasedResources": 0,
        "totalNoPriceResources": 3,
        "unsupportedResourceCounts": {"AWS::Location::Map": 1},
    }


def test_what_does_not_change_is_one_resource_on_both_sides() -> None:
    project = project_of(document("plans"))
    # 447.67 - 180 - 261 - 0.8284548
    rest = [by_name(project[key])[UNCHANGED]["monthlyCost"] for key in ("pastBreakdown", "breakdown")]
    assert rest == ["5.8415452", "5.8415452"]
    assert UNCHANGED not in by_name(project["diff"])
    assert UNCHANGED not in by_name(project_of(document("new"))["breakdown"])


@pytest.mark.parametrize(
    ("after", "before", "time"),
    [
        ("2026-11-20", "2026-11-19", "2026-11-20T00:00:00Z"),
        ("2026-11-18, 2026-11-20", "", "2026-11-20T00:00:00Z"),
        ("", "2026-11-19", "2026-11-19T00:00:00Z"),
        ("", "", "0001-01-01T00:00:00Z"),
    ],
)
def test_the_time_is_the_day_of_the_prices(after: str, before: str, time: str) -> None:
    made = document("plans")
    made["after"]["priced_on"], made["before"]["priced_on"] = after, before
    assert written(made)["timeGenerated"] == time


def test_the_project_is_named_and_typed() -> None:
    assert project_of(document("plans"))["name"] == "support-assistant"
    assert project_of(document("plans"))["metadata"] == {
        "path": "examples/support-assistant.yaml",
        "type": "fmplan_workload",
    }
    assert project_of(document("templates"))["metadata"] == {"path": "cdk.out", "type": "cloudformation"}
