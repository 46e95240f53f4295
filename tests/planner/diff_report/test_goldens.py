from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.diff_report.html import render_html
from planner.diff_report.infracost import render_infracost
from planner.diff_report.junit import render_junit
from planner.diff_report.markdown import render_markdown
from planner.diff_report.sarif import render_sarif
from planner.diff_report.text import render_text
from tests.planner.diff_report.documents import GOLDEN, NAMES, document

if TYPE_CHECKING:
    from collections.abc import Callable

WIDE = 100


def plain(name: str, *, width: int = WIDE, color: bool = False, unicode: bool = True) -> str:
    return render_text(document(name), width=width, color=color, unicode=unicode)


REPORTS: dict[str, Callable[[], str]] = {
    **{f"{name}.txt": lambda name=name: plain(name) for name in NAMES},  # type: ignore[misc]
    **{f"{name}.md": lambda name=name: render_markdown(document(name), marker="cost") for name in NAMES},  # type: ignore[misc]
    "templates_52_columns.txt": lambda: plain("templates", width=52),
    "plans_ascii.txt": lambda: plain("plans", unicode=False),
    "plans_color.ansi": lambda: plain("plans", color=True),
    "plans.html": lambda: render_html(document("plans")),
    "templates.html": lambda: render_html(document("templates")),
    "same.html": lambda: render_html(document("same")),
    "plans.sarif": lambda: render_sarif(document("plans"), lines=lambda key: (len(key), 3)),
    "templates.sarif": lambda: render_sarif(document("templates")),
    "plans.xml": lambda: render_junit(document("plans")),
    "templates.xml": lambda: render_junit(document("templates")),
    "plans_infracost.json": lambda: render_infracost(document("plans")),
    "templates_infracost.json": lambda: render_infracost(document("templates")),
    "new_infracost.json": lambda: render_infracost(document("new")),
}


@pytest.mark.parametrize("name", REPORTS)
def test_diffs_are_the_golden_ones(name: str, *, update_golden: bool) -> None:
    path = GOLDEN / name
    given = REPORTS[name]()
    if update_golden:
        path.write_text(given, encoding="utf-8", newline="\n")
    assert given == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_documents_made_by_hand_add_up(name: str) -> None:
    made = document(name)
    for key in made["delta"]:
        delta = Decimal(made["delta"][key])
        assert Decimal(made["after"]["cost"][key]) == Decimal(made["before"]["cost"][key]) + delta
        if name != "minimum" or key == "monthly_usd":
            assert sum(Decimal(each[key]["delta"]) for each in made["resources"]) == delta


def test_the_same_document_gives_the_same_bytes() -> None:
    for render in REPORTS.values():
        assert render() == render()
