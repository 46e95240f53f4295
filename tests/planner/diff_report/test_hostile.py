"""Names of a template are anybody's: in no format are they more than text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from rich.cells import cell_len

from planner.diff_report.html import render_html
from planner.diff_report.infracost import render_infracost
from planner.diff_report.junit import render_junit
from planner.diff_report.markdown import LONGEST, render_markdown
from planner.diff_report.sarif import render_sarif
from planner.diff_report.text import render_text
from tests.planner.diff_report.documents import diffs, document, hostile

if TYPE_CHECKING:
    from markdown_it.token import Token

Json = dict[str, Any]

HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)></details>",
    "attribute": "\" onmouseover='alert(1)' x=\"",
    "pipes": "a | b | c\n| --- |\n| x |",
    "backticks": "```sh\nrm -rf /\n``` `x``",
    "mention": "@octocat and (@org/team) cc:@all",
    "reference": "#123 torvalds/linux#1 GH-12 !45 gitlab-org/gitlab!9",
    "link": "[click](https://evil.example) ![x](https://evil.example/x.png) https://evil.example www.evil.example",
    "escape": "\x1b[31mred\x1b[0m\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "direction": "abc\u202edcba\u2066x\u2069\u200f",
    "marker": "<!-- fmplan:comment:cost -->",
    "heading": "# Heading\n\n- item\n---\n> quote",
    "math": "$x$ $$y$$ costs $5 and $6",
    "emphasis": "*bold* _italics_ ~~gone~~ \\*",
    "command": "/close\n/merge",
    "surrogate": "half \ud83d of a pair",
    "null": "a\x00b\x07c",
    "template": "{{ 7*7 }} {% raw %} ${{ secrets.TOKEN }}",
    "empty": "",
    "long": "x" * 3000,
}
DOCUMENTS = ("plans", "templates")


def cases() -> list[Any]:
    return [
        pytest.param(hostile(text, name), id=f"{kind}-{name}") for kind, text in HOSTILE.items() for name in DOCUMENTS
    ]


def tokens_of(markdown: str) -> list[Token]:
    """All tokens as GitHub reads them: with tables and with links made of addresses."""
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    found: list[Token] = []
    for token in parser.parse(markdown):
        found += [token, *(token.children or ())]
    return found


@pytest.mark.parametrize("made", cases())
def test_in_markdown_names_are_text(made: Json) -> None:
    text = render_markdown(made, marker="cost")
    assert text.startswith("<!-- fmplan:comment:cost -->\n**Monthly cost")
    assert len(text.encode()) <= LONGEST
    assert text.count("<!--") == 1
    tokens = tokens_of(text)
    assert not {token.type for token in tokens} & {"link_open", "image", "fence", "code_block", "heading_open", "hr"}
    ours = r"<!-- fmplan:comment:cost -->|</?details>|<summary>[^<]*</summary>|<br>"
    for token in tokens:
        if token.type in {"html_block", "html_inline"}:
            assert not re.sub(ours, "", token.content).strip()
    outside = re.sub(r"`+[^`]*`+", "", text)
    assert not re.search(r"(?<![\w&])@\w|#\d(?!\d*;)|!\d|GH-\d|://|www\.", outside)


@pytest.mark.parametrize("made", cases())
def test_in_markdown_every_row_has_six_cells(made: Json) -> None:
    tokens = tokens_of(render_markdown(made))
    rows = [number for number, token in enumerate(tokens) if token.type == "tr_open"]
    cells = [sum(token.type in {"th_open", "td_open"} for token in tokens[at : at + 60]) for at in rows[:1]]
    assert cells
    # Of one table of resources, one of totals: a pipe in a name would make a row of another width.
    text = render_markdown(made)
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in table} <= {7, 6}
    assert len(table) == 2 + len(made["resources"]) + 1 + 2 + 3


class Page(HTMLParser):
    """Collects the elements, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("made", cases())
def test_in_html_names_are_text(made: Json) -> None:
    text = render_html(made)
    page = Page()
    page.feed(text)
    assert not page.tags & {"script", "img", "a", "iframe", "link", "base", "object", "svg", "form"}
    assert page.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class", "colspan"}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


@pytest.mark.parametrize("made", cases())
@pytest.mark.parametrize("width", [40, 100])
def test_in_text_no_name_steers_the_terminal(made: Json, width: int) -> None:
    text = render_text(made, width=width, color=False, unicode=True)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert max(map(cell_len, text.splitlines())) <= width
    assert render_text(made, width=width, color=False, unicode=False).isascii()


def test_with_color_only_our_escapes_are_there() -> None:
    text = render_text(hostile(HOSTILE["escape"]), width=100, color=True, unicode=True)
    assert "evil.example" in text
    assert set(re.findall(r"\x1b.", text)) == {"\x1b["}
    assert {found[-1] for found in re.findall(r"\x1b\[[0-9;]*.", text)} == {"m"}
    assert "\x07" not in text


@pytest.mark.parametrize("made", cases())
def test_in_sarif_names_are_text(made: Json) -> None:
    log = json.loads(render_sarif(made).encode())
    for result in log["runs"][0]["results"]:
        message = result["message"]["text"]
        assert message.isprintable()
        assert "](" not in message.replace("\\](", "")
        assert not re.search(r"(?<!\{)\{(?:\{\{)*\d", message)
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"].isascii()


@pytest.mark.parametrize("made", cases())
def test_in_junit_names_are_text(made: Json) -> None:
    root = ET.fromstring(render_junit(made).encode())  # noqa: S314  (our own document)
    tags = {element.tag for element in root.iter()}
    assert tags <= {"testsuites", "testsuite", "testcase", "skipped", "system-out"}
    count = 3 + bool(made["decision"]) + sum(len(made[key]) for key in ("resources", "unpriced", "unsupported"))
    assert len(list(root.iter("testcase"))) == count


@pytest.mark.parametrize("made", cases())
def test_in_infracosts_json_names_are_text(made: Json) -> None:
    text = render_infracost(made)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]|\\u00[01]", text)
    assert json.loads(text.encode())["version"] == "0.2"


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(diffs)
def test_any_document_of_the_contract_is_rendered(made: Json) -> None:
    for width, unicode in ((40, True), (100, False)):
        text = render_text(made, width=width, color=False, unicode=unicode)
        assert max(map(cell_len, text.splitlines())) <= width
        assert unicode or text.isascii()
    assert len(render_markdown(made).encode()) <= LONGEST
    page = Page()
    page.feed(render_html(made))
    assert "script" not in page.tags
    ET.fromstring(render_junit(made).encode())  # noqa: S314
    assert json.loads(render_sarif(made).encode())["version"] == "2.1.0"
    assert json.loads(render_infracost(made).encode())["currency"] == "USD"


def test_a_document_of_the_contract_alone_is_rendered() -> None:
    made = document("minimum")
    assert "+$761.83" in render_html(made)
    assert json.loads(render_sarif(made))["runs"][0]["results"]
    assert "+$761.83" in render_junit(made)
    assert json.loads(render_infracost(made))["diffTotalMonthlyCost"] == made["delta"]["monthly_usd"]
