from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.diff_report.sarif import render_sarif
from tests.planner.diff_report.documents import document

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


def results(made: Json, lines: Callable[[str], tuple[int, int] | None] | None = None) -> list[Json]:
    found: list[Json] = json.loads(render_sarif(made, lines=lines))["runs"][0]["results"]
    return found


def of_rule(found: list[Json], rule: str) -> list[Json]:
    return [each for each in found if each["ruleId"] == rule]


def messages(found: list[Json]) -> list[str]:
    return [each["message"]["text"] for each in found]


def place(result: Json) -> tuple[str, int, int]:
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"], physical["region"]["startColumn"]


def test_increases_of_totals_are_warnings_and_of_resources_notes() -> None:
    found = of_rule(results(document("plans")), "diff-cost-increase")
    assert [(each["level"], each["message"]["text"]) for each in found[:4]] == [
        ("warning", "Monthly: $447.67 → $1,209.50, +$761.83 (+170 %)"),
        ("warning", "One-time: $1.86 → $2.76, +$0.90 (+48.4 %)"),
        ("warning", "Idle floor, a month: $1.38 → $351.76, +$350.38 (+25,390 %)"),
        ("note", "support-assistant/Guardrail (AWS::Bedrock::Guardrail): $180.00 → $360.00 a month, +$180.00"),
    ]
    assert found[3]["properties"] == {"delta_monthly_usd": "180"}
    # The index that was removed costs less now.
    assert not any("VectorStore/Index" in text for text in messages(found))


def test_a_decision_stands_at_the_key_that_moved_it() -> None:
    lines = {"need.behavior": (3, 3)}
    (found,) = of_rule(results(document("plans"), lines.get), "diff-decision-change")
    assert place(found) == ("examples/support-assistant.yaml", 3, 3)
    assert "Retrieval-augmented generation (RAG) → fine-tuning" in found["message"]["text"]
    (found,) = of_rule(results(document("plans")), "diff-decision-change")
    assert place(found) == ("examples/support-assistant.yaml", 1, 1)


def test_the_same_decision_is_no_finding() -> None:
    same = {"before": "rag", "after": "rag", "because": [], "text": ""}
    assert not of_rule(results(document("plans", decision=same)), "diff-decision-change")
    # The rung stays, but another store was chosen.
    store = {**same, "because": [{"key": "traffic.requests_per_month", "before": 1, "after": 2}], "text": "The store."}
    assert messages(of_rule(results(document("plans", decision=store)), "diff-decision-change")) == [
        "The store.; traffic.requests_per_month: 1 → 2"
    ]


def test_replacements_name_the_properties_and_double_running() -> None:
    found = of_rule(results(document("templates")), "diff-replacement")
    assert [each["level"] for each in found] == ["warning", "note"]
    assert messages(found) == [
        (
            "Shop-Api/Database (AWS::RDS::DBInstance) requires replacement for Engine, Port; "
            "$5.40 once for 24 hours of old and new side by side"
        ),
        "Shop-Web/Fn (AWS::Lambda::Function) may be replaced for FunctionName",
    ]


def test_what_has_no_price_is_found_in_what_comes_after() -> None:
    made = document("templates")
    found = results(made)
    assert len(of_rule(found, "diff-unpriced")) == 2
    assert len(of_rule(found, "diff-unsupported")) == 1
    for item in (*made["unpriced"], *made["unsupported"]):
        item["side"] = "before"
    assert not {"diff-unpriced", "diff-unsupported"} & {each["ruleId"] for each in results(made)}


def test_in_a_template_resources_have_lines() -> None:
    made = document("templates")
    made["after"]["kind"] = "template"
    asked: list[str] = []

    def lines(key: str) -> tuple[int, int] | None:
        asked.append(key)
        return (7, 5) if key == "Resources.DatabaseB269D8BB" else None

    found = of_rule(results(made, lines), "diff-replacement")
    assert [place(each)[1:] for each in found] == [(7, 5), (1, 1)]
    assert set(asked) == {f"Resources.{name}" for name in ("DatabaseB269D8BB", "HandlerLogs", "HandlerF2C1", "Fn")}


@pytest.mark.parametrize(
    ("source", "kind", "uri"),
    [
        ("main:examples/a.yaml", "workload", "examples/a.yaml"),
        ("HEAD~2:a.yaml", "workload", "a.yaml"),
        ("a.yaml", "workload", "a.yaml"),
        ("C:/a.yaml", "workload", "file:///C:/a.yaml"),
        ("deployed stack Shop", "deployed", None),
        ("gone.yaml", "missing", None),
    ],
)
def test_the_file_is_the_heads(source: str, kind: str, uri: str | None) -> None:
    made = document("plans")
    made["after"] |= {"source": source, "kind": kind}
    location = results(made)[0]["locations"][0]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "monthly_usd"}]
    physical = location.get("physicalLocation")
    assert (physical and physical["artifactLocation"]["uri"]) == uri


def test_without_differences_there_are_no_results() -> None:
    assert results(document("same")) == []
