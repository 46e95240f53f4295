from __future__ import annotations

import copy
import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from planner.bill_report import render_csv, render_json, render_markdown, render_text
from planner.bill_report import words as bill_words
from planner.bill_report.csv import COLUMNS
from planner.meters import METERS
from planner.price_book import PriceBook
from planner.report import words as say

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "bill_report"
# Made by hand; list price 475.2 + 206.25 + 0.00000033 + 135 + 66.6 + 2.55 + 803 + 126.5928 + 3.3 = 1818.49280033,
# less 5 % of 475.2 and of 206.25 (23.76 + 10.3125) = 1784.42030033; × 0.93 = 1659.5108793069
ANSWER: Json = json.loads((GOLDEN / "answer.json").read_text(encoding="utf-8"))


def answer(**changed: object) -> Json:
    return {**copy.deepcopy(ANSWER), **changed}


def plain(given_answer: Json, width: int = 100) -> str:
    return render_text(given_answer, width=width, color=False)


def complete() -> Json:
    """A bill of two lines, all priced, without discounts, free allowances or another currency."""
    bill = answer(lines=answer()["lines"][4:6], unpriced=[], complete=True, warnings=[], free_tier=False)
    bill["total_usd"] = "135.00000033"
    for key in ("free", "list_usd", "currency"):
        del bill[key]
    return bill


def usage_line(**changed: object) -> Json:
    return {**answer()["lines"][2], **changed}


REPORTS: dict[str, Callable[[], str]] = {
    "100_columns.txt": lambda: plain(answer()),
    "44_columns.txt": lambda: plain(answer(), width=44),
    "ascii.txt": lambda: render_text(answer(), width=80, color=False, unicode=False),
    "color.ansi": lambda: render_text(answer(), width=80, color=True),
    "bill.md": lambda: render_markdown(answer()),
    "bill.csv": lambda: render_csv(answer()),
    "complete.txt": lambda: plain(complete()),
    "complete.md": lambda: render_markdown(complete()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_bills_are_the_golden_ones(name: str, *, update_golden: bool) -> None:
    path = GOLDEN / name
    given_text = REPORTS[name]()
    if update_golden:
        path.write_text(given_text, encoding="utf-8", newline="\n")
    assert given_text == path.read_text(encoding="utf-8")


def test_the_total_stands_first_and_says_what_is_missing() -> None:
    assert plain(answer()).splitlines()[0] == "At least $1,784.42: 2 lines have no price"
    assert plain(answer(unpriced=answer()["unpriced"][:1])).splitlines()[0].endswith(": 1 line has no price")
    assert render_markdown(answer()).splitlines()[2] == "**At least $1,784.42: 2 lines have no price**"
    assert plain(complete()).splitlines()[0] == "$135.00"
    assert "least" not in plain(complete()) + render_markdown(complete())


@pytest.mark.parametrize("render", [plain, render_markdown])
def test_both_currencies_are_there(render: Callable[[Json], str]) -> None:
    assert "1,659.51 EUR at 0.93 EUR per USD" in render(answer())
    assert "$1,784.42" in render(answer())


@pytest.mark.parametrize("render", [plain, render_markdown])
def test_discounts_stand_below_their_line_and_beside_the_total(render: Callable[[Json], str]) -> None:
    lines = [line.replace("\\", "") for line in render(answer()).splitlines()]
    at = next(number for number, line in enumerate(lines) if "Framework: 5 % off input tokens" in line)
    assert "Input tokens" in lines[at - 1]
    assert "-$23.76" in lines[at]
    # 23.76 + 10.3125
    assert re.search(r"At list price\W+1,818\.49", "\n".join(lines))
    assert re.search(r"Discounts\W+34\.07", "\n".join(lines))


def test_a_discount_belongs_to_the_line_before_it_whatever_its_price_says() -> None:
    lines = answer()["lines"]
    discount = {**lines[1], "price": "given"}
    bill = plain(answer(lines=[lines[5], lines[0], discount]))
    assert bill.index("Bedrock on demand") < bill.index("Framework") < bill.index("Total")
    assert bill.count("Bedrock on demand") == 2  # once in the bill, once in the note about its conflict
    assert "Framework: 5 % off input tokens" in plain(answer(lines=[discount]))


def test_lines_of_a_meter_and_model_are_one_group() -> None:
    bill = plain(answer())
    assert bill.count("Bedrock on demand  us.amazon.nova-2-lite-v1:0") == 1
    first = usage_line(price={**usage_line()["price"], "scope": "in_region"})
    bill = plain(answer(lines=[first, usage_line()]))
    assert "Bedrock on demand  amazon.nova-2-lite-v1:0" in bill
    assert "Bedrock on demand  us.amazon.nova-2-lite-v1:0" in bill


@pytest.mark.parametrize(
    ("meter", "sku", "scope", "expected"),
    [
        ("bedrock.on_demand", "a.b-v1:0", "global", "global.a.b-v1:0"),
        ("bedrock.on_demand", "a.b-v1:0", "in_region", "a.b-v1:0"),
        ("bedrock.on_demand", "a.b-v1:0", None, "a.b-v1:0"),
        ("bedrock.on_demand", "a.b-v1:0", "geo:moon", "a.b-v1:0, geo:moon"),
        ("sagemaker.hosting", "ml.g5.xlarge", "in_region", "ml.g5.xlarge"),
        ("sagemaker.hosting", "ml.g5.xlarge", "global", "ml.g5.xlarge, global"),
        ("s3.standard", "standard", "in_region", ""),
        ("lambda", None, None, ""),
    ],
)
def test_details(meter: str, sku: str | None, scope: str | None, expected: str) -> None:
    assert bill_words.detail(meter, sku, scope) == expected


def test_a_key_on_the_line_itself_tells_apart_what_has_a_given_rate_or_no_price() -> None:
    keys = {"sku": "amazon.titan-text-express-v1", "item": "provisioned_throughput.model_unit_hour_1_month"}
    line = usage_line(meter="bedrock.provisioned_throughput", dimension="model_unit_hour", price="given", **keys)
    missing = {**answer()["unpriced"][0], "meter": "bedrock.embedding", "dimension": "input_mtok", **keys}
    bill = plain(answer(lines=[line], unpriced=[missing]))
    assert "Bedrock provisioned throughput  amazon.titan-text-express-v1" in bill
    assert "Model units, 1-month term (given rate)" in bill
    assert "Bedrock embedding, amazon.titan-text-express-v1, input tokens" in bill


def test_tiers_say_from_where_on_they_count() -> None:
    assert "Output tokens, above 200,000" in plain(answer(lines=[usage_line(tier_above="200000")]))


def test_a_conflict_is_written_once_and_marked_on_each_line() -> None:
    bill = plain(answer(), width=300)
    assert bill.count("Input tokens [1]") == 2
    assert bill.count("another source says $0.30") == 1
    assert "[2]" not in bill


@pytest.mark.parametrize(
    ("grade", "said"), [("B", ", confidence B)"), ("conflict", "package)"), ("\x1b[1m", "package)")]
)
def test_a_conflict_has_a_grade_or_none(grade: str, said: str) -> None:
    conflict = {"usd": "2.5", "source": "package", "confidence": grade}
    line = usage_line(price={**usage_line()["price"], "conflicts": [conflict]})
    assert f"another source says $2.50 (package{said.removeprefix('package')}" in plain(answer(lines=[line]), width=300)


@pytest.mark.parametrize("mark", ["(given rate)", "(own price)", "(derived price)"])
def test_what_is_no_list_price_is_marked(mark: str) -> None:
    assert mark in plain(answer())
    assert mark in render_markdown(answer())
    assert mark not in plain(complete())


def test_sources_are_cited_by_title_with_their_days(tmp_path: Path) -> None:
    title = PriceBook().source("bedrock-price-list-2026-08").title
    bill = plain(answer(), width=300)
    assert f"{title}, in force 2026-08-20, seen 2026-11-20" in bill
    assert "rates given in the usage file" in bill
    assert "contract-2026, in force 2026-01-01" in bill  # people's own source: the book does not know it
    assert "discount, in force" not in bill
    (tmp_path / "sources.yaml").write_text(
        "bedrock-price-list-2026-08: {title: Another book, what: x, as_of: null, kind: package}\n", encoding="utf-8"
    )
    book = PriceBook(tmp_path)
    assert "Another book, in force" in render_text(answer(), width=300, color=False, book=book)
    assert "Another book" in render_markdown(answer(), book=book)


def test_every_meter_and_dimension_has_words() -> None:
    assert set(bill_words._METERS) == set(METERS)
    known = say._DIMENSIONS.keys() | bill_words._DIMENSIONS.keys()
    of_meter = bill_words._OF_METER
    wordless = [
        (meter.name, dimension)
        for meter in METERS.values()
        for dimension in meter.dimensions
        if dimension not in known and (meter.name, dimension) not in of_meter
    ]
    assert wordless == []
    assert bill_words.meter("quantum.annealing_hours") == "Quantum annealing hours"


def test_json_is_the_answer() -> None:
    assert json.loads(render_json(answer())) == ANSWER


@pytest.mark.parametrize("width", [1, 20, 33, 60, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_any_width_keeps_all_amounts(width: int, *, unicode: bool) -> None:
    bill = render_text(answer(), width=width, color=False, unicode=unicode)
    assert all(cell_len(line) <= max(width, 20) for line in bill.splitlines())
    assert bill.isascii() or unicode
    packed = re.sub(r"[\s│|]", "", bill)
    for line in ANSWER["lines"]:
        usd = abs(Decimal(line["usd"]))
        assert (f"${usd:,.2f}" if usd >= Decimal("0.01") else "<$0.01") in packed


def test_color_changes_nothing_else() -> None:
    colored = render_text(answer(), width=80, color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain(answer(), width=80)


def test_thousands_of_lines() -> None:
    lines = [
        usage_line(quantity=str(number), usd=str(Decimal("2.75") * number), unit_price_usd="2.75")
        for number in range(1, 5001)
    ]
    # 2.75 × 5,000 × 5,001 / 2
    bill = answer(lines=lines, total_usd="34381875")
    assert plain(bill).count("Output tokens") == 5000
    assert "$34,381,875.00" in plain(bill).splitlines()[0]
    assert render_markdown(bill).count("Output tokens") == 5000
    rows = list(csv.DictReader(io.StringIO(render_csv(bill))))
    assert sum(Decimal(row["usd"]) for row in rows if row["status"] == "priced") == Decimal(bill["total_usd"])


def test_a_bill_of_nothing() -> None:
    empty = {"total_usd": "0", "complete": True, "lines": [], "unpriced": [], "region": "us-east-1"}
    assert plain(empty).splitlines()[0] == "$0.00"
    assert render_markdown(empty).startswith("# Bill\n\n**$0.00**\n")
    assert render_csv(empty) == ",".join(COLUMNS) + "\n"


def test_csv_has_a_row_a_line_and_adds_up() -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv(answer()))))
    assert len(rows) == len(ANSWER["lines"]) + len(ANSWER["unpriced"])
    assert sum(Decimal(row["usd"]) for row in rows if row["status"] == "priced") == Decimal(ANSWER["total_usd"])
    assert [row["usd"] for row in rows if row["status"] == "unpriced"] == ["", ""]
    kinds = ["list", "discount", "list", "discount", "list", "list", "given", "given", "own", "derived", "list", "", ""]
    assert [row["price"] for row in rows] == kinds
    assert rows[4]["usd"] == "0.00000033"
    assert rows[-1]["reason"] == ANSWER["unpriced"][-1]["reason"]
    assert rows[0]["conflicts"] == "0.3 litellm-1.109.1 C"


def test_csv_keeps_its_columns() -> None:
    # Programs read them by name and by position: a new one goes to the end of this list.
    assert render_csv(answer()).splitlines()[0] == (
        "region,as_of,status,meter,dimension,sku,scope,quantity,unit,unit_price_usd,usd,rule,price,effective,observed,"
        "source,confidence,conflicts,reason,item,tier_above"
    )


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("EDP: 5 %", "EDP: 5 %"),
        ("\x1b[2Ja\x00b", "[2Jab"),
        ("-0.05", "'-0.05"),  # text, not one of the columns of numbers
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    row = next(csv.DictReader(io.StringIO(render_csv(answer(lines=[usage_line(rule=text)])))))
    assert row["rule"] == cell


def test_numbers_stay_numbers() -> None:
    row = next(csv.DictReader(io.StringIO(render_csv(answer(lines=[usage_line(usd="-0.05", quantity="-1+1")])))))
    assert (row["usd"], row["quantity"]) == ("-0.05", "'-1+1")


HOSTILE = "a|b\n# no <img src=x onerror=alert(1)> `tick` *star* [link](https://x.example) \x1b[31m ~~gone~~ &lt; @you"


def hostile() -> Json:
    bill = answer()
    for line in bill["lines"]:
        line |= {"rule": HOSTILE, "unit": HOSTILE, "meter": HOSTILE}
        if isinstance(line["price"], dict):
            line["price"] |= {"sku": HOSTILE, "source": HOSTILE, "effective": HOSTILE, "scope": HOSTILE}
            line["price"]["conflicts"] = [{"usd": HOSTILE, "source": HOSTILE, "confidence": HOSTILE}]
    for item in bill["unpriced"]:
        item |= {"reason": HOSTILE, "dimension": HOSTILE, "quantity": HOSTILE}
    return bill | {
        "warnings": [HOSTILE],
        "region": HOSTILE,
        "currency": {"code": HOSTILE, "rate": HOSTILE, "total": "1"},
    }


def test_hostile_texts_steer_no_terminal() -> None:
    assert "\x1b" not in plain(hostile())
    assert "\x1b" not in render_csv(hostile())


def test_hostile_texts_are_no_markdown() -> None:
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(render_markdown(hostile()))
    )
    every = [token for outer in tokens for token in (outer, *(outer.children or ()))]
    kinds = [token.type for token in every]
    assert not set(kinds) & {"html_inline", "image", "code_block", "fence", "s_open"}
    assert kinds.count("em_open") == 1  # the template's closing sentence
    assert not [token for token in every if token.type == "link_open" and "x.example" in str(token.attrs.get("href"))]
    html = [token.content for token in every if token.type == "html_block"]
    assert all(re.fullmatch(r"<details>\n<summary>[^<>]*</summary>\n|</details>\n", block) for block in html)
    assert kinds.count("heading_open") == 3  # title, free of charge, other sources
    rows = "".join(
        "\n" if kind == "tr_open" else "." for kind in kinds if kind in {"tr_open", "td_open", "th_open"}
    ).split()
    assert set(map(len, rows)) == {2, 5}  # the table of sources and the bill's


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "meter": st.sampled_from([*METERS, "other"]) | st.text(),
                "dimension": st.sampled_from(["input_mtok", "discount", "gb"]) | st.text(),
                "quantity": st.decimals(0, 10**12, places=6).map(lambda number: format(number, "f")),
                "unit": st.text(),
                "unit_price_usd": st.decimals(0, 10**6, places=9).map(lambda number: format(number, "f")),
                "usd": st.decimals(-(10**6), 10**12, places=12).map(lambda number: format(number, "f")),
                "rule": st.text(),
                "price": st.just("given") | st.fixed_dictionaries({"sku": st.text(), "source": st.text()}),
            }
        ),
        max_size=5,
    )
)
def test_any_lines_can_be_shown_and_add_up_in_csv(lines: list[Json]) -> None:
    total = sum((Decimal(line["usd"]) for line in lines), Decimal(0))
    bill = {"total_usd": format(total, "f"), "complete": True, "lines": lines, "unpriced": []}
    for width in (20, 80):
        assert all(cell_len(line) <= width for line in plain(bill, width).splitlines())
    assert render_markdown(bill).startswith("# Bill\n")
    rows = list(csv.DictReader(io.StringIO(render_csv(bill))))
    assert sum((Decimal(row["usd"]) for row in rows), Decimal(0)) == total
    assert len(rows) == len(lines)
