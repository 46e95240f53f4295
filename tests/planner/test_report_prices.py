"""What reports of plans say of prices beside the list's: discounts, own and derived prices, sources that disagree."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.currency import Currency
from planner.plan_document import PlanDocument, parse_plan_document
from planner.report import render_markdown, render_text
from planner.report.view import report_view

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


def off(line: Json, rule: str, share: str, usd: str, idle_usd: str = "0", *, quantity: str = "") -> Json:
    """A discount's line, as a bill has it behind the line that it is taken off."""
    return {
        **line,
        "dimension": "discount",
        "quantity": quantity or line["usd"],
        "unit": "USD",
        "unit_price_usd": share,
        "usd": usd,
        "idle_usd": idle_usd,
        "rule": rule,
        "price": {**line["price"], "observed": None, "source": "discount", "confidence": "discount"},
    }


def agreed(document: Json) -> Json:
    """The same plan as agreed with AWS: two discounts, an own price, a derived one, sources that disagree, euros."""
    changed = copy.deepcopy(document)
    bill: list[Json] = changed["bill"]
    tokens_in, collection, key = bill[0], bill[10], bill[13]
    assert (tokens_in["dimension"], collection["dimension"], key["dimension"]) == (
        "input_mtok",
        "ocu_hour",
        "key_month",
    )
    tokens_in["price"]["conflicts"] = [
        {"usd": "0.3", "source": "price-list-bulk-copy", "confidence": "conflict"},
        {"usd": "0.35", "source": "of-another-version", "confidence": "C"},
    ]
    bill[9]["price"] |= {"source": "agreement-17", "effective": "2026-10-01", "observed": "2026-10-02", "own": True}
    bill[8]["price"] |= {"confidence": "derived"}
    key["price"]["conflicts"] = [{"usd": "2", "source": "agreement-17", "confidence": "A"}]
    # 9 % of 475.20 is 42.768; then 5 % of the 432.432 that are left is 21.6216.
    # 20 % of 1,226.40 is 245.28, also when idle.
    changed["bill"] = [
        tokens_in,
        off(tokens_in, "EDP: 9 % off input_mtok", "-0.09", "-42.768"),
        off(tokens_in, "Off-peak: 5 % off input_mtok", "-0.05", "-21.6216", quantity="432.432"),
        *bill[1:11],
        off(collection, "EDP: 20 % off ocu_hour", "-0.2", "-245.28", "-245.28"),
        *bill[11:],
    ]
    # 2,092.870097 - 42.768 - 21.6216 - 245.28 = 1,783.200497; 1,227.739697 - 245.28 = 982.459697
    changed["cost"] |= {"monthly_usd": "1783.200497", "idle_monthly_usd": "982.459697", "total_usd": "23296.221136"}
    # 1783.200497 x 0.9312345 = 1660.5778..., 23296.221136 x 0.9312345 = 21694.2448...
    changed["currency"] = Currency("EUR", Decimal("0.9312345")).stated(
        monthly=Decimal("1783.200497"), total=Decimal("23296.221136")
    )
    changed["warnings"].append({"id": "stale_prices", "text": "The newest price here was seen long ago."})
    return changed


REPORTS: dict[str, Callable[[PlanDocument], str]] = {
    "agreed.txt": lambda plan: render_text(plan, width=100, color=False),
    "agreed_44_columns.txt": lambda plan: render_text(plan, width=44, color=False),
    "agreed.md": render_markdown,
}


@pytest.fixture
def plan(document: Json) -> PlanDocument:
    """The plan above, whose sums hold."""
    return parse_plan_document(agreed(document), source="plan.json")


@pytest.mark.parametrize("name", REPORTS)
def test_reports_are_the_golden_ones(name: str, golden: Path, plan: PlanDocument, *, update_golden: bool) -> None:
    given = REPORTS[name](plan)
    if update_golden:
        (golden / name).write_text(given, encoding="utf-8", newline="\n")
    assert given == (golden / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPORTS)
def test_each_format_says_all_of_it(name: str, plan: PlanDocument) -> None:
    report = " ".join(REPORTS[name](plan).replace("\\", "").split())
    for expected in (
        "$1,783.20",
        "1,660.58 EUR a month, 21,694.24 EUR over 12 months, at 0.9312345 EUR per USD",
        "EDP: 9 % off input tokens",
        "Off-peak: 5 % off input tokens",
        "EDP: 20 % off compute (OCUs)",
        "Input tokens [1] [2]",
        "Input tokens (own price)",
        "Input tokens (derived price)",
        "[1] InferenceProfile, model inference, us.amazon.nova-2-lite-v1:0, input tokens: priced at $0.33;",
        "another source says $0.30 (Third-party copy of the price list: bulk files of many services)",
        "another source says $0.35 (of-another-version, confidence C)",
        "Own prices and list prices less discounts in US dollars as of 2026-11-20",
        "The newest price here was seen long ago.",
        "agreement-17",
    ):
        assert expected in report


def test_what_is_below_the_lines_adds_up(plan: PlanDocument) -> None:
    view = report_view(plan)
    assert [tuple(row) for row in view.monthly_sums] == [
        ("Before discounts", "$1,227.74", "$2,092.87"),
        ("Discounts", "-$245.28", "-$309.67"),
        ("A month", "$982.46", "$1,783.20"),
    ]
    # Nothing is taken off what is paid once.
    assert [tuple(row) for row in view.one_time_sums] == [("One-time", "", "$1.60")]


def test_a_plan_at_list_prices_says_nothing_of_discounts(document: Json) -> None:
    view = report_view(PlanDocument(document))
    assert [row.label for row in (*view.monthly_sums, *view.one_time_sums)] == ["A month", "One-time"]
    assert (view.prices, view.currency, view.notes) == ("List prices in US dollars as of 2026-11-20", "", ())


def test_a_discount_is_no_source(plan: PlanDocument) -> None:
    cited = [(source.title, source.effective) for source in report_view(plan).sources]
    assert ("agreement-17", "2026-10-01") in cited
    assert "discount" not in {title for title, _ in cited}
    assert len(cited) == 7


def test_what_lacks_a_price_makes_other_currencies_least_amounts_too(document: Json) -> None:
    changed = agreed(document)
    changed["cost"]["complete"] = False
    assert report_view(PlanDocument(changed)).currency.startswith(
        "at least 1,660.58 EUR a month, at least 21,694.24 EUR over 12 months"
    )


def test_one_note_for_lines_that_say_the_same(document: Json) -> None:
    changed = agreed(document)
    put = [line for line in changed["bill"] if line["dimension"] == "put_k"]
    assert [line["charge"] for line in put] == ["monthly", "one_time"]
    for line in put:
        line["price"]["conflicts"] = [{"usd": "0.0055", "source": "price-list-bulk-copy", "confidence": "conflict"}]
    view = report_view(PlanDocument(changed))
    labels = [
        line.label
        for group in (*view.monthly_groups, *view.one_time_groups)
        for line in group.lines
        if line.label.startswith("PUT")
    ]
    assert labels == ["PUT requests [3]", "PUT requests [3]"]
    assert len(view.notes) == 4


@pytest.mark.parametrize("usd", [None, "lots"])
def test_an_amount_that_is_no_number_is_a_question_mark(document: Json, usd: str | None) -> None:
    changed = agreed(document)
    changed["bill"][1]["usd"] = usd
    rows = {row.label: row.amount for row in report_view(PlanDocument(changed)).monthly_sums}
    assert rows == {"Before discounts": "$2,092.87", "Discounts": "?", "A month": "$1,783.20"}


def test_a_rule_of_another_version_is_shown_as_it_is(document: Json) -> None:
    changed = agreed(document)
    changed["bill"][1]["rule"] = "nine percent"
    labels = [line.label for line in report_view(PlanDocument(changed)).monthly_groups[0].lines]
    assert labels[1] == "Nine percent"


def test_the_discounts_are_taken_off_what_the_lines_say(document: Json) -> None:
    """The fixture is itself a bill: each discount is its share of its own quantity."""
    for line in agreed(document)["bill"]:
        if line["dimension"] == "discount":
            assert Decimal(line["usd"]) == Decimal(line["quantity"]) * Decimal(line["unit_price_usd"])
