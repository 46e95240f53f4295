from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from markdown_it import MarkdownIt

from planner.diff_report.markdown import LONGEST, render_markdown
from tests.planner.diff_report.documents import document, resource

Json = dict[str, Any]


def of_resources(*resources: Json, **changed: object) -> Json:
    return document("templates", resources=list(resources), **changed)


def test_the_headline_stands_first() -> None:
    first = render_markdown(document("plans")).splitlines()[0]
    assert first == "**Monthly cost +$761.83 (+170 %)** – $447.67 → $1,209.50"


def test_the_marker_is_the_first_line_where_it_is_asked_for() -> None:
    text = render_markdown(document("plans"), marker="cost-of-staging")
    assert text.splitlines()[0] == "<!-- fmplan:comment:cost-of-staging -->"
    assert text.partition("\n")[2] == render_markdown(document("plans"))
    assert render_markdown(document("same"), marker="cost").startswith("<!-- fmplan:comment:cost -->\n**No diff")


@pytest.mark.parametrize("name", ["", "a b", "Cost", "x" * 41, "a-->", "cost\n", "ä"])
def test_a_marker_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a marker"):
        render_markdown(document("plans"), marker=name)


def test_without_differences_there_is_one_line() -> None:
    assert render_markdown(document("same")) == "**No differences**: $447.67 a month.\n"
    noted = render_markdown(document("same", notes=["/close", "Two"]))
    assert noted.splitlines()[2:] == ["- /close", "- Two"]


def test_resources_stand_by_the_size_of_their_change() -> None:
    deltas = ["1", "-300", "0", "20"]
    made = of_resources(*(resource(f"App/R{at}", delta=delta) for at, delta in enumerate(deltas)))
    text = render_markdown(made)
    order = re.findall(r"^\| `\+` \| App/(R\d)", text, re.MULTILINE)
    assert order == ["R1", "R3", "R0", "R2"]


def test_details_are_folded_away_and_closed() -> None:
    text = render_markdown(document("templates"))
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>") == 3
    before, _, folded = text.partition("<details>")
    assert "Shop-Api/Database" in before
    assert "db.r6g.large" not in before
    assert "db.r6g.large" in folded
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)
    # Lists and tables inside of what is folded are read as such.
    assert html.count("<table>") == 2
    assert "<li><code>DBInstanceClass</code>: <code>db.t3.medium</code> → <code>db.r6g.large</code></li>" in html


def test_what_has_no_price_is_in_sight() -> None:
    before = render_markdown(document("templates")).partition("<details>")[0]
    assert "> **Without a price** (in no total):" in before
    assert "> - Shop-Api/Queue, queue, fifo, requests: no price in us-east-1" in before
    assert "> - Shop-Web/Map, AWS::Location::Map; only after the change" in before


def test_of_many_without_a_price_a_few_are_in_sight_and_all_in_the_details() -> None:
    item = document("templates")["unpriced"][1]
    many = [{**item, "side": "after", "resource": f"App/Queue{at}"} for at in range(9)]
    before, _, folded = render_markdown(document("templates", unpriced=many)).partition("<details>")
    assert before.count("> - App/Queue") == 3
    assert "> - and 6 more" in before
    assert folded.count("- App/Queue") == 9


def test_what_had_no_price_before_and_does_not_change_is_folded() -> None:
    item = document("templates")["unpriced"][1]
    same = [{**item, "side": "both", "resource": f"App/Queue{at}"} for at in range(9)]
    sight, _, folded = render_markdown(document("templates", unpriced=same, unsupported=[])).partition("<details>")
    assert "[!WARNING]" not in sight
    assert "at least" in sight.splitlines()[0]
    assert folded.count("- App/Queue") == 9


def test_a_comment_is_cut_to_its_length_and_says_what_is_left_out() -> None:
    resources = [resource(f"App/Queue{at}/{'x' * 60}", delta=str(at)) for at in range(3000)]
    text = render_markdown(of_resources(*resources))
    assert len(text.encode()) <= LONGEST < 65_536
    rows = re.findall(r"^\| `\+` \| App/Queue(\d+)", text, re.MULTILINE)
    assert rows == [str(at) for at in range(2999, 2999 - len(rows), -1)]
    rest = sum(range(3000 - len(rows)))
    assert f"And {3000 - len(rows):,} more resources, +${Decimal(rest):,}.00 a month together; the JSON answer" in text


def test_details_go_before_rows_do() -> None:
    lines = document("plans")["resources"][1]["lines"] * 20
    text = render_markdown(of_resources(*(resource(f"App/Queue{at}", lines=lines) for at in range(60))))
    assert len(text.encode()) <= LONGEST
    assert len(re.findall(r"^\| `\+` \| App/Queue", text, re.MULTILINE)) == 60
    shown = len(re.findall(r"^`\+` \*\*App/Queue", text, re.MULTILINE))
    assert 0 < shown < 60
    assert f"And {60 - shown} more resources, in the JSON answer." in text


@pytest.mark.parametrize("size", [1, 150])
@pytest.mark.parametrize("character", "üx|😀")
def test_whatever_is_long_is_cut(size: int, character: str) -> None:
    item = document("templates")["unpriced"][1]
    wide = character * 1000
    keys = [{"key": wide, "before": wide, "after": wide, "unit": wide, "text": wide}] * size
    plans = document("plans")
    price = plans["price_changes"][0]
    ends = {name: {**plans[name], "source": wide, "region": wide, "priced_on": wide} for name in ("before", "after")}
    made = of_resources(
        *(resource(f"{wide}{at}", type=wide, reason=wide) for at in range(size)),
        unpriced=[{**item, "resource": wide, "reason": wide}] * size,
        unsupported=[{"side": "after", "path": wide, "type": wide}] * size,
        notes=[f"{wide}{at}" for at in range(size)],
        decision={"before": wide, "after": wide, "because": keys, "text": f"{wide}."},
        **dict.fromkeys(("design", "workload", "assumptions", "flips_crossed"), keys),
        price_changes=[{**price, "sku": wide, "unit": wide}] * size,
        conditions=[{**document("templates")["conditions"][0], "condition": wide}] * size,
        **ends,
    )
    text = render_markdown(made)
    assert len(text.encode()) <= LONGEST
    assert text.count("<details>") == text.count("</details>")
