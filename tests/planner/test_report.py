from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from planner.plan_document import PlanDocument, parse_plan_document
from planner.report import render_json, render_json_line, render_markdown, render_text
from planner.report.markdown import code, prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


@pytest.fixture(scope="session")
def golden(checkout: Path) -> Path:
    return checkout / "tests" / "golden" / "report"


@pytest.fixture
def document(golden: Path) -> Json:
    read: Json = json.loads((golden / "plan.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def plan(document: Json) -> PlanDocument:
    return parse_plan_document(document, source="plan.json")


def nearest(document: Json) -> Json:
    """The same plan where nothing meets the budget, a store has no price and none of it has a stack."""
    changed = copy.deepcopy(document)
    changed["stack"] = None
    changed["decision"] |= {
        "admissible": False,
        "text": "",
        "misses": [
            {
                "constraint": "constraints.monthly_usd",
                "limit": "1500",
                "value": "2092.870097",
                "text": "constraints.monthly_usd is $1,500.00; the plan takes $2,092.87, which is $592.87 more.",
            },
            {"constraint": "constraints.weeks_to_launch", "limit": "0.5", "value": "1"},
        ],
    }
    changed["cost"] |= {"complete": False, "usd_per_1000_requests": None, "people": {"days": "1", "usd": "800"}}
    changed["unpriced"] = [
        {
            "component": "query_engine",
            "variant": "redshift",
            "resource": None,
            "resource_type": "AWS::RedshiftServerless::Workgroup",
            "meter": "AWS::RedshiftServerless::Workgroup",
            "dimension": "",
            "quantity": "0",
            "unit": "",
            "charge": "monthly",
            "reason": "the query engine behind structured retrieval has no price in the book",
        },
        {
            "component": "documents",
            "variant": "standard",
            "resource": "support-assistant/Documents/Resource",
            "resource_type": "AWS::S3::Bucket",
            "meter": "s3.standard",
            "dimension": "put_k",
            "quantity": "20",
            "unit": "1K requests",
            "charge": "one_time",
            "reason": "no price in eu-north-1",
        },
    ]
    changed["bill"][0] |= {"resource": None, "resource_type": "meter"}
    changed["bill"][1] |= {"resource": None, "resource_type": "meter", "price": "given"}
    changed["design"] |= {
        "training": {
            "service": "sagemaker",
            "method": "lora",
            "epochs": 1,
            "instance": "ml.g5.xlarge",
            "instances": 2,
            "spot": True,
            "teacher": "us.amazon.nova-pro-v1:0",
        },
        "inference": "provisioned_throughput",
        "model_units": 2,
        "term": "1_month",
        "endpoint_instance": "ml.g5.xlarge",
        "retraining_per_year": "2",
    }
    changed["alternatives"] = [{**changed["alternatives"][0], "why_not": f"number {number}"} for number in range(12)]
    changed["decision"]["would_change_if"] = [
        {"key": "traffic.requests_per_month", "below": 20000, "to": {"choice": "vector_store", "value": "s3_vectors"}}
    ]
    del changed["workload"], changed["sources"]
    return changed


REPORTS: dict[str, Callable[[PlanDocument], str]] = {
    "80_columns.txt": lambda plan: render_text(plan, width=80, color=False),
    "44_columns.txt": lambda plan: render_text(plan, width=44, color=False),
    "ascii.txt": lambda plan: render_text(plan, width=100, color=False, unicode=False),
    "color.ansi": lambda plan: render_text(plan, width=80, color=True),
    "report.md": render_markdown,
    "nearest.txt": lambda plan: render_text(PlanDocument(nearest(plan.document)), width=80, color=False),
    "nearest.md": lambda plan: render_markdown(PlanDocument(nearest(plan.document))),
}


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_the_golden_ones(name: str, golden: Path, plan: PlanDocument, *, update_golden: bool) -> None:
    path = golden / name
    given = REPORTS[name](plan)
    if update_golden:
        path.write_text(given, encoding="utf-8", newline="\n")
    assert given == path.read_text(encoding="utf-8")


def test_choice_cost_idle_floor_and_reason_stand_in_the_first_ten_lines(plan: PlanDocument) -> None:
    for report in (render_text(plan, width=80, color=False), render_markdown(plan)):
        top = "\n".join(report.splitlines()[:10])
        for expected in ("RAG", "$2,092.87 a month", "idle floor", "$1,227.74", "$27,012.26", "facts change monthly"):
            assert expected in top


@pytest.mark.parametrize("render", [render_markdown, REPORTS["80_columns.txt"], REPORTS["44_columns.txt"]])
def test_each_report_says_what_it_is_and_whose_prices_it_uses(
    render: Callable[[PlanDocument], str], plan: PlanDocument
) -> None:
    report = " ".join(render(plan).split())
    assert "Estimate, not a quote" in report
    assert "2026-11-20" in report
    for title in plan.document["sources"].values():
        assert title in report


def test_without_titles_in_the_plan_the_price_book_is_asked(document: Json) -> None:
    expected = document.pop("sources")
    document["bill"][0]["price"]["source"] = "of-another-version"
    report = render_markdown(PlanDocument(document))
    assert expected["price-list-bulk-copy"] in report
    assert "of-another-version" in report


def test_a_source_may_bring_its_address(document: Json) -> None:
    key = document["bill"][0]["price"]["source"]
    document["sources"][key] = {"title": "The [list]", "url": "https://example.com/a_b"}
    assert r"[The \[list\]](https://example.com/a_b)" in render_markdown(PlanDocument(document))
    document["sources"][key] = {"title": "The list", "url": "javascript:alert(1)"}
    assert "javascript" not in render_markdown(PlanDocument(document))


def test_nothing_is_colored_without_color(plan: PlanDocument) -> None:
    assert "\x1b" not in render_text(plan, width=80, color=False)
    colored = render_text(plan, width=80, color=True)
    assert "\x1b[" in colored
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert stripped == render_text(plan, width=80, color=False)


def test_the_environment_is_not_read(plan: PlanDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {name: render(plan) for name, render in REPORTS.items()}
    for name, value in {"COLUMNS": "20", "LINES": "5", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert {name: render(plan) for name, render in REPORTS.items()} == expected


@pytest.mark.parametrize("width", [1, 7, 20, 40, 44, 60, 79, 100, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_any_width_keeps_all_amounts(width: int, plan: PlanDocument, *, unicode: bool) -> None:
    report = render_text(plan, width=width, color=False, unicode=unicode)
    assert all(cell_len(line) <= max(width, 20) for line in report.splitlines())
    assert report.isascii() or unicode
    packed = re.sub(r"[\s│|]", "", report)
    for line in plan.bill:
        usd = Decimal(line["usd"])
        assert (f"${usd:,.2f}" if usd >= Decimal("0.01") else "<$0.01") in packed


def test_what_users_write_cannot_steer_a_terminal(document: Json) -> None:
    document["decision"]["reasons"][0]["text"] = "\x1b[2J[red]bold[/red]\x07\r\nnext\u202eline\u2028end \ud800"
    report = render_text(PlanDocument(document), width=80, color=False)
    assert "[2J[red]bold[/red] nextline end \ufffd" in report
    assert not set("\x1b\x07\r\u202e\u2028") & set(report)


def test_text_without_glyphs_is_still_read(document: Json) -> None:
    document["decision"]["text"] = "“Größe” ≤ 5 × naïve – 東"
    assert '"Groe" <= 5 x naive - ?' in render_text(
        PlanDocument(document), width=80, color=False, unicode=False
    ).replace("Gro?e", "Groe")


HOSTILE = (
    "a|b\n# no heading <img src=x onerror=alert(1)> `tick` *star* [link](https://x.example) ~~gone~~ &lt; \\| @you"
)


def _tokens(text: str) -> list[Any]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [token for outer in tokens for token in (outer, *(outer.children or ()))]


def test_what_users_write_is_no_markdown() -> None:
    tokens = _tokens(f"- {prose(HOSTILE)}\n")
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "text_special"),
        *("paragraph_close", "list_item_close", "bullet_list_close"),
    }
    shown = "".join(token.content for token in tokens if token.type in {"text", "text_special"})
    assert shown.replace("\u2060", "") == " ".join(HOSTILE.split())


@pytest.mark.parametrize(
    "text", ["# heading", "- item", "+ item", "1. item", "2) item", "=====", "---", "> quote", "    code", "_em_", "_"]
)
def test_no_text_opens_a_block(text: str) -> None:
    tokens = _tokens(f"{prose(text)}\n")
    assert [token.type for token in tokens if token.block] == ["paragraph_open", "inline", "paragraph_close"]
    assert not any(token.type.startswith(("em", "strong")) for token in tokens)


@pytest.mark.parametrize("text", ["0.2", "183.75", "monthly_usd", "$1,227.74 or $3.00", "us.amazon.nova-lite-v1:0"])
def test_plain_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert prose(text) == text


@pytest.mark.parametrize(("text", "expected"), [("a.b", "`a.b`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("", "")])
def test_code_spans(text: str, expected: str) -> None:
    assert code(text) == expected


def test_hostile_texts_break_no_table(document: Json) -> None:
    changed = nearest(document)
    decision = changed["decision"]
    for entry in (*decision["reasons"], *changed["warnings"], *decision["rejected"][0]["reasons"]):
        entry |= {"text": HOSTILE, "reads": [HOSTILE], "source": HOSTILE}
    for entry in changed["alternatives"]:
        entry["why_not"] = HOSTILE
    for entry in changed["assumptions"]:
        entry |= {"key": HOSTILE, "value": HOSTILE, "why": HOSTILE}
    for entry in changed["unpriced"]:
        entry["reason"] = HOSTILE
    changed["workload"] = {"description": HOSTILE}
    tokens = _tokens(render_markdown(PlanDocument(changed)))
    assert not any(token.type in {"image", "s_open"} for token in tokens)
    assert not any("x.example" in str(token.attrGet("href")) for token in tokens)
    html = "".join(token.content for token in tokens if token.type in {"html_block", "html_inline"})
    assert set(re.findall(r"</?(\w+)", html)) == {"details", "summary", "br"}
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert not any("no heading" in heading for heading in headings)


def test_json_is_written_as_given(document: Json) -> None:
    assert json.loads(render_json(document)) == document
    assert list(json.loads(render_json(document))) == list(document)
    assert render_json({"b": "é", "a": Decimal(2100000), "c": Decimal("0.5")}) == (
        '{\n  "b": "é",\n  "a": 2100000,\n  "c": 0.5\n}\n'
    )
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        render_json({"a": object()})


def test_a_json_line_is_one_line(document: Json) -> None:
    document["name"] = "a\u2028b\u2029c\x85d\ne"
    line = render_json_line(document)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert json.loads(line) == document


@pytest.mark.parametrize(
    ("call", "absent"),
    [
        ("render_text(plan, width=80, color=True)", "jinja2"),
        ("render_markdown(plan)", "rich"),
        ("render_json(plan.document)", "rich"),
        ("render_json(plan.document)", "jinja2"),
        ("render_text(plan, width=80, color=False)", "ruamel"),
    ],
)
def test_a_format_loads_only_what_it_needs(call: str, absent: str, golden: Path, checkout: Path) -> None:
    program = (
        "import json, sys\nfrom planner.plan_document import PlanDocument\nfrom planner.report import *\n"
        f"plan = PlanDocument(json.load(open({str(golden / 'plan.json')!r}, encoding='utf-8')))\n{call}\n"
        f"sys.exit({absent!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=checkout, check=False).returncode == 0
