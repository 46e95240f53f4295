from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from planner.diff_report.html import render_html
from tests.planner.diff_report.documents import NAMES, document

_VOID = {"meta", "br", "img", "hr", "input", "link"}


class Nesting(HTMLParser):
    """Fails where elements are not closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_and_needs_nothing_else(name: str) -> None:
    page = render_html(document(name))
    parsed = Nesting()
    parsed.feed(page)
    assert not parsed.open
    assert page.startswith("<!DOCTYPE html>\n<html lang")
    assert not re.search(r"https?:|url\(|@import|<script|<link", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


def text_of(name: str) -> str:
    parsed = Nesting()
    parsed.feed(render_html(document(name)))
    return " ".join(" ".join(parsed.text).split())


def test_a_page_says_what_the_text_says() -> None:
    text = text_of("plans")
    assert "Monthly cost +$761.83 (+170 %)" in text
    assert "$447.67 → $1,209.50" in text
    assert "Of the monthly difference -$28.80 is from prices" in text
    assert "Retrieval-augmented generation (RAG) → fine-tuning" in text
    assert "Above 500,000 requests a month the vector store becomes opensearch_serverless." in text
    assert "Assumptions that changed" in text
    assert "Prices that changed" in text
    text = text_of("templates")
    assert "Shop-Api/Database AWS::RDS::DBInstance requires replacement $49.64 $164.25 +$114.61" in text
    assert "Shop-Web/Map, AWS::Location::Map; only after the change" in text
    assert "IsProd: $20.00 a month if true" in text
    assert "Double running: $5.40 once for 24 hours" in text


def test_a_page_without_differences_says_so() -> None:
    assert "No differences $447.67 a month." in text_of("same")
