"""A check's formats: goldens, and what must hold of each whatever is found."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from planner.check.junit import render_junit
from planner.check.markdown import render_markdown
from planner.check.sarif import render_sarif
from planner.check.text import render_text
from planner.report import render_json
from tests.conftest import CHECKOUT
from tests.planner.check.answers import ANSWERS, WORKLOAD, answer
from tests.planner.policies.documents import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.policies.document import Document, Kind

GOLDEN = CHECKOUT / "tests" / "golden" / "check"
FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {
    "txt": lambda made: render_text(made, color=False, unicode=True),
    "json": render_json,
    "md": render_markdown,
    "sarif": render_sarif,
    "xml": render_junit,
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("suffix", FORMATS)
def test_checks_are_the_golden_ones(name: str, suffix: str, *, update_golden: bool) -> None:
    given = FORMATS[suffix](ANSWERS[name]())
    path = GOLDEN / f"{name}.{suffix}"
    if update_golden:
        path.write_text(given, encoding="utf-8", newline="\n")
    assert given == path.read_text(encoding="utf-8")
    assert FORMATS[suffix](ANSWERS[name]()) == given


def test_every_format_has_each_waiver_with_reason_owner_and_expiry() -> None:
    made = ANSWERS["everything"]()
    for suffix, render in FORMATS.items():
        text = re.sub(r"[\\\u2060]", "", render(made)).replace("&#124;", "|")
        for word in ("bought | for *all*", "data@example.com", "2027-01-31", "until autumn", "2026-10-31"):
            assert word in text, (suffix, word)


def test_every_format_says_what_can_not_be_told() -> None:
    made = ANSWERS["everything"]()
    for suffix in ("txt", "json", "md", "xml"):
        text = FORMATS[suffix](made)
        assert "it reads a diff, and this is a plan" in text, suffix
        assert "monthly_delta" in text, suffix
        assert "confirmed: 1 part unpriced (training)" in text, suffix


def test_a_line_of_text_is_a_finding_and_nothing_is_cut() -> None:
    lines = FORMATS["txt"](ANSWERS["everything"]()).splitlines()
    found = [line for line in lines if re.match(r"    (error|warning|note|waived) ", line)]
    assert len(found) == 6
    assert max(map(len, lines)) > 100


def test_colours_change_nothing_but_colours() -> None:
    made = ANSWERS["everything"]()
    colored = render_text(made, color=True, unicode=True)
    assert "\x1b[31merror\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == FORMATS["txt"](made)
    assert render_text(made, color=False, unicode=False).isascii()


def test_sarif_points_at_the_lines_of_the_workload() -> None:
    (run,) = json.loads(render_sarif(ANSWERS["everything"]()))["runs"]
    lines = WORKLOAD.splitlines()
    found = {}
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        file, region = place["artifactLocation"]["uri"], place["region"]
        line = lines[region["startLine"] - 1][region["startColumn"] - 1 :] if file == "shop.yaml" else file
        found[result["ruleId"]] = line
    assert found == {
        "monthly_limit": "monthly_usd: 500",
        "one_time_limit": "design: {model: amazon.nova-lite-v1:0}",  # constraints.one_time_usd is not stated
        "dear": "design: {model: amazon.nova-lite-v1:0}",
        "allowed_models": "model: amazon.nova-lite-v1:0}",
        "commitments": "commitment_months: 6",
        "fmplan/unused-waiver": "fmplan-policy.yml",
    }
    assert [result["level"] for result in run["results"]] == [
        "error",
        "note",
        "warning",
        "warning",
        "error",
        "error",
        "note",
    ]
    assert sum("suppressions" in result for result in run["results"]) == 1


def test_what_is_unpriced_alone_fails_a_strict_check_in_every_format() -> None:
    documents: dict[Kind, Document] = {"plan": document("plan", {"unpriced": ["a"]})}
    policies = "version: 1\npolicies: {monthly_limit: {usd: 5}}"
    lenient, strict = (answer(policies, documents, strict=strict) for strict in (False, True))
    assert (lenient["passed"], lenient["exit_code"]) == (True, 0)
    assert (strict["passed"], strict["exit_code"]) == (False, 3)
    assert FORMATS["txt"](lenient).startswith("Passed: 1 note\n")
    assert FORMATS["txt"](strict).startswith("Failed: 1 note\n")
    assert FORMATS["md"](strict).startswith("### ❌ Failed")
    assert 'failures="1"' in FORMATS["xml"](strict)
    assert 'failures="1"' not in FORMATS["xml"](lenient)


def test_junit_fails_by_errors_alone() -> None:
    root = ET.fromstring(render_junit(ANSWERS["everything"]()))  # noqa: S314  (made here)
    failed = [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["monthly_limit", "allowed_models", "commitments", "strict"]
    skipped = [case.get("name") for case in root.iter("testcase") if case.find("skipped") is not None]
    assert skipped == ["monthly_delta"]


def test_hostile_names_stay_names() -> None:
    made = ANSWERS["hostile"]()
    for suffix, render in FORMATS.items():
        text = render(made)
        if suffix != "json":
            assert not re.search("[\x1b\u202e]", text), suffix
    assert "<script>" not in FORMATS["md"](made)
    assert all(line.count("|") == 4 for line in FORMATS["md"](made).splitlines() if line.startswith("| error"))
    ET.fromstring(FORMATS["xml"](made))  # noqa: S314
    assert len(FORMATS["txt"](made).splitlines()) == len(
        FORMATS["txt"](
            answer(
                "version: 1\npolicies: {resource_monthly_limit: {usd: 1}, required_tags: {tags: [owner]}}",
                {"estimate": document("estimate", {"resources": [{"path": "x", "usd": 9}]})},
            )
        ).splitlines()
    )


def test_markdown_of_many_findings_has_an_end() -> None:
    resources = [{"path": f"r{number}", "usd": 9} for number in range(500)]
    made = answer(
        "version: 1\npolicies: {resource_monthly_limit: {usd: 1}}",
        {"estimate": document("estimate", {"resources": resources})},
    )
    text = render_markdown(made)
    assert len(text) < 65_000
    assert "And 400 more findings; the JSON answer has all." in text
