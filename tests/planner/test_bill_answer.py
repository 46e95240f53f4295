"""Bills of usage files: situations with their arithmetic, the answer's form, and what holds whatever the numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.bill_answer import UsageBill, bill_answer, bill_of
from planner.currency import Currency
from planner.discounts import Discount
from planner.free_allowances import ALLOWANCES_FILE, allowances
from planner.meters import METERS
from planner.money import CONTEXT
from planner.price_book import PriceBook
from planner.usage_file import UsageFile, parse_usage
from planner.yaml12 import load_yaml
from tests.planner.builders import SHIPPED_BOOK, MadeUpBook

CASES_FILE = Path(__file__).parents[1] / "cases" / "usage_bills.yaml"
TODAY = date(2026, 11, 20)
NOVA = "amazon.nova-lite-v1:0"


def _cases() -> list[dict[str, Any]]:
    cases = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source=str(CASES_FILE))
    assert isinstance(cases, list)
    return cases


def usage_of(*lines: dict[str, Any], free_tier: bool = False, as_of: str = "2026-11-20") -> UsageFile:
    data = {"region": "us-east-1", "as_of": as_of, "free_tier": free_tier, "usage": list(lines)}
    return parse_usage(data, source="usage.yaml", today=TODAY)


def bill(*lines: dict[str, Any], free_tier: bool = False) -> UsageBill:
    return bill_of(usage_of(*lines, free_tier=free_tier), book=SHIPPED_BOOK)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["is"])
def test_a_bill_is_what_its_arithmetic_says(case: dict[str, Any]) -> None:
    found = bill_of(usage_of(*case["usage"], free_tier=case.get("free_tier", False)), book=MadeUpBook())
    lines = [[f"{line.quantity.meter}.{line.quantity.dimension}", line.usd] for line in found.lines]
    assert lines == case["lines"]
    assert found.total_usd == case["total"] == sum((line.usd for line in found.lines), Decimal(0))
    unpriced = [f"{item.quantity.meter}.{item.quantity.dimension}" for item in found.unpriced]
    assert unpriced == case.get("unpriced", [])
    free = [[f"{use.allowance.meter}.{use.allowance.dimension}", use.quantity] for use in found.free]
    assert free == case.get("free", [])
    assert found.exit_code == (3 if unpriced else 0)


# --- The answer ------------------------------------------------------------------------------------------------------


def test_an_answer_says_for_each_line_where_its_price_is_from() -> None:
    rate = {"prices": {"input_mtok": "0.05"}}
    line = {"meter": "bedrock.on_demand", "model": NOVA, "requests": 1000, "input_tokens": 600, "output_tokens": 250}
    answer, code = bill_answer(usage_of({**line, **rate}), book=SHIPPED_BOOK)
    assert code == 0
    assert (answer["complete"], answer["unpriced"], answer["warnings"]) == (True, [], [])
    given_line, book_line = answer["lines"]
    # 1,000 × 600 / 10^6 × 0.05
    assert given_line == {
        "meter": "bedrock.on_demand",
        "dimension": "input_mtok",
        "quantity": "0.6",
        "unit": "1M tokens",
        "unit_price_usd": "0.05",
        "usd": "0.03",
        "rule": "requests × tokens / 1,000,000",
        "item": "on_demand.input_mtok",
        "sku": NOVA,
        "scope": "in_region",
        "price": "given",
    }
    assert book_line["price"]["sku"] == book_line["sku"] == NOVA
    assert SHIPPED_BOOK.source(book_line["price"]["source"]).title
    assert book_line["price"]["effective"] <= book_line["price"]["observed"]
    assert Decimal(answer["total_usd"]) == sum(Decimal(line["usd"]) for line in answer["lines"])


def test_what_has_no_price_is_listed_with_the_reason_and_the_bill_is_incomplete() -> None:
    line = {"meter": "bedrock.on_demand", "model": "amazon.nova-lit-v1:0", "input_tokens": 600, "output_tokens": 0}
    answer, code = bill_answer(usage_of(line), book=SHIPPED_BOOK)
    assert (code, answer["complete"], answer["total_usd"], answer["lines"]) == (3, False, "0", [])
    (item,) = answer["unpriced"]
    assert (item["meter"], item["dimension"], item["quantity"]) == ("bedrock.on_demand", "input_mtok", "0.0006")
    assert "amazon.nova-lite-v1:0" in item["reason"]


def test_a_day_before_the_first_price_leaves_a_line_unpriced() -> None:
    line = {"meter": "bedrock.on_demand", "model": NOVA, "input_tokens": 600, "output_tokens": 0}
    answer, code = bill_answer(usage_of(line, as_of="2019-01-01"), book=SHIPPED_BOOK)
    assert code == 3
    assert "before" in answer["unpriced"][0]["reason"]


def test_a_profile_has_its_own_price_and_no_other_stands_in_for_it() -> None:
    def scopes(model: str) -> list[str]:
        line = {"meter": "bedrock.on_demand", "model": model, "input_tokens": 1, "output_tokens": 0}
        answer, _ = bill_answer(usage_of(line), book=SHIPPED_BOOK)
        return [each["scope"] for each in answer["lines"]]

    sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert [scopes(sonnet), scopes(f"us.{sonnet}"), scopes(f"global.{sonnet}"), scopes(f"jp.{sonnet}")] == [
        ["in_region"],
        ["geo:us"],
        ["global"],
        [],
    ]


def test_a_quiet_book_is_warned_about() -> None:
    line = {"meter": "bedrock.on_demand", "model": NOVA, "input_tokens": 1, "output_tokens": 0}
    fresh, _ = bill_answer(usage_of(line), book=SHIPPED_BOOK)
    stale, _ = bill_answer(usage_of(line, as_of="2027-11-20"), book=SHIPPED_BOOK)
    given_rate, _ = bill_answer(
        usage_of({**line, "prices": {"input_mtok": "1"}}, as_of="2027-11-20"), book=SHIPPED_BOOK
    )
    assert (fresh["warnings"], given_rate["warnings"]) == ([], [])
    (warning,) = stale["warnings"]
    assert "days" in warning


# --- Allowances as data ----------------------------------------------------------------------------------------------


def test_each_allowance_is_a_dimension_of_a_meter_with_a_source() -> None:
    assert allowances()
    for allowance in allowances():
        assert allowance.dimension in METERS[allowance.meter].dimensions
        assert allowance.quantity > 0
        assert allowance.source.startswith("https://aws.amazon.com/")
        assert date.fromisoformat(allowance.observed) <= TODAY
    assert ALLOWANCES_FILE.suffix == ".csv"


# --- Whatever the numbers --------------------------------------------------------------------------------------------

COUNTS = st.integers(0, 10**10)
# Meters of the book that round nothing up: what is split over two lines costs what it does in one, tiers or not.
SPLIT: list[tuple[dict[str, Any], str]] = [
    ({"meter": "bedrock.on_demand", "model": NOVA, "input_tokens": 613, "output_tokens": 251}, "requests"),
    ({"meter": "lambda", "memory_mb": 512, "duration_ms": 1000}, "requests"),
    ({"meter": "api_gateway.rest"}, "requests"),
    ({"meter": "api_gateway.http"}, "requests"),
    ({"meter": "s3.standard"}, "gb_months"),
    ({"meter": "cloudwatch.metrics", "months": 3}, "count"),
    ({"meter": "step_functions.express", "requests": 0}, "gb_hours"),
    ({"meter": "vpc.interface_endpoint", "endpoints": 0, "azs": 1, "hours": 1}, "gb"),
    ({"meter": "cloudwatch.logs"}, "ingest_gb"),
    ({"meter": "budgets.action", "months": 2}, "budgets"),
]


@pytest.mark.parametrize(("line", "count"), SPLIT, ids=[line["meter"] for line, _ in SPLIT])
@given(one=COUNTS, other=COUNTS, free_tier=st.booleans())
def test_two_lines_cost_what_one_of_both_does(
    line: dict[str, Any], count: str, one: int, other: int, free_tier: bool
) -> None:
    split = bill({**line, count: one}, {**line, count: other}, free_tier=free_tier)
    whole = bill({**line, count: one + other}, free_tier=free_tier)
    # Each line is rounded to twelve places.
    assert abs(split.total_usd - whole.total_usd) <= Decimal("5e-12")

    def left(found: UsageBill) -> Decimal:
        return sum((item.quantity.quantity for item in found.unpriced), Decimal(0))

    with localcontext(CONTEXT):
        assert abs(left(split) - left(whole)) <= Decimal("1e-20")


@pytest.mark.parametrize(("line", "count"), SPLIT, ids=[line["meter"] for line, _ in SPLIT])
@given(one=COUNTS, more=COUNTS, free_tier=st.booleans())
def test_more_never_costs_less(line: dict[str, Any], count: str, one: int, more: int, free_tier: bool) -> None:
    less = bill({**line, count: one}, free_tier=free_tier)
    assert bill({**line, count: one + more}, free_tier=free_tier).total_usd >= less.total_usd
    # The allowance never makes a bill dearer.
    assert bill({**line, count: one}, free_tier=True).total_usd <= bill({**line, count: one}).total_usd


# Meters of the book without tiers, and what multiplies all of their usage.
SCALED: list[tuple[dict[str, Any], str]] = [
    ({"meter": "bedrock.on_demand", "model": NOVA, "input_tokens": 613, "output_tokens": 251}, "requests"),
    ({"meter": "bedrock.customization_training", "model": NOVA, "epochs": 3}, "tokens"),
    ({"meter": "bedrock.guardrails", "policies": ["content", "pii"]}, "texts"),
    ({"meter": "sagemaker.training", "instance": "ml.g5.xlarge", "hours": 2.5}, "instances"),
    ({"meter": "opensearch_serverless.ocu", "indexing_ocus": 1, "search_ocus": 1}, "hours"),
    ({"meter": "vpc.nat_gateway", "hours": 3.5}, "gateways"),
]


@pytest.mark.parametrize(("line", "count"), SCALED, ids=[line["meter"] for line, _ in SCALED])
@given(size=st.integers(0, 10**7), factor=st.integers(0, 1000))
def test_so_many_times_the_usage_costs_so_many_times(line: dict[str, Any], count: str, size: int, factor: int) -> None:
    def total(number: int) -> Decimal:
        stated = [{"count": number, "characters": 1500}] if count == "texts" else number
        line_of = {key: Decimal(str(value)) if isinstance(value, float) else value for key, value in line.items()}
        found = bill({**line_of, count: stated})
        assert found.unpriced == []
        return found.total_usd

    # Each line is rounded to twelve places, and its rounding is multiplied.
    assert abs(total(size * factor) - total(size) * factor) <= Decimal("1e-11") * max(factor, 1)


@given(
    gb=st.lists(st.integers(0, 10**7), min_size=1, max_size=5),
    months=st.lists(st.integers(0, 24), min_size=5, max_size=5),
)
def test_an_allowance_is_never_used_twice(gb: list[int], months: list[int]) -> None:
    lines = [
        {"meter": "cloudwatch.alarms", "count": count, "months": length}
        for count, length in zip(gb, months, strict=False)
    ]
    free = sum((use.quantity for use in bill(*lines, free_tier=True).free), Decimal(0))
    # Month by month: what is used of ten.
    used = sum(
        min(10, sum(count for count, length in zip(gb, months, strict=False) if length > month)) for month in range(24)
    )
    assert free == used


@given(order=st.permutations(range(4)))
def test_the_order_of_lines_changes_no_total(order: list[int]) -> None:
    lines = [
        {"meter": "lambda", "requests": 7 * 10**9, "gb_seconds": 5 * 10**9},
        {"meter": "lambda", "requests": 10**9, "gb_seconds": 11 * 10**9},
        {"meter": "cloudwatch.logs", "ingest_gb": 3, "store_gb_months": 9, "scan_gb": 4},
        {"meter": "cloudwatch.logs", "ingest_gb": 1, "store_gb_months": 1, "scan_gb": 1},
    ]
    assert bill(*(lines[index] for index in order), free_tier=True).total_usd == bill(*lines, free_tier=True).total_usd


# --- Discounts -------------------------------------------------------------------------------------------------------


def test_discounts_are_lines_of_their_own_one_after_the_other() -> None:
    discounts = (
        Discount("EDP", "*", Decimal(10)),
        Discount("Savings Plan", "cloudwatch", Decimal(50), ("unit_month",)),
        Discount("Savings Plan", "sagemaker", Decimal(50)),
    )
    book = PriceBook(discounts=discounts)
    metrics = {"meter": "cloudwatch.metrics", "count": 20_000}
    answer, _ = bill_answer(usage_of(metrics, {"meter": "kms.key", "keys": 5, "months": 1}), book=book)
    lines = [(line["dimension"], line["quantity"], line["unit_price_usd"], line["usd"]) for line in answer["lines"]]
    assert lines == [
        # 10,000 × 0.30; 10 % of 3,000; 50 % of the 2,700 that are left
        ("unit_month", "10000", "0.3", "3000"),
        ("discount", "3000", "-0.1", "-300"),
        ("discount", "2700", "-0.5", "-1350"),
        # the tier above: 10,000 × 0.10
        ("unit_month", "10000", "0.1", "1000"),
        ("discount", "1000", "-0.1", "-100"),
        ("discount", "900", "-0.5", "-450"),
        ("key_month", "5", "1", "5"),
        ("discount", "5", "-0.1", "-0.5"),
    ]
    assert [line["rule"] for line in answer["lines"][1:3]] == [
        "EDP: 10 % off unit_month",
        "Savings Plan: 50 % off unit_month",
    ]
    # 1,350 + 450 + 4.50, off 4,005 at list prices
    assert (answer["total_usd"], answer["list_usd"]) == ("1804.5", "4005")


def test_a_given_rate_and_a_price_of_ones_own_have_no_discount(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "service,item,sku,region,scope,unit,usd,effective,observed,source,confidence\n"
        "kms,key.key_month,standard,us-east-1,in_region,key-month,0.75,2026-01-01,,our contract,A\n",
        encoding="utf-8",
    )
    book = PriceBook(own=own, discounts=(Discount("EDP", "*", Decimal(10)),))
    line = {"meter": "kms.key", "keys": 4, "months": 1, "requests": 10_000, "prices": {"request_10k": "0.02"}}
    answer, _ = bill_answer(usage_of(line), book=book)
    assert [(each["dimension"], each["usd"]) for each in answer["lines"]] == [
        ("key_month", "3"),
        ("request_10k", "0.02"),
    ]
    assert answer["lines"][0]["price"]["source"] == "our contract"
    assert answer["lines"][0]["price"]["own"] is True
    assert "list_usd" not in answer


def test_a_derived_price_says_so_and_stands_in_only_on_request() -> None:
    line = {"meter": "sagemaker.training", "instance": "ml.g5.xlarge", "hours": 10}
    data = {"region": "eu-central-1", "as_of": "2026-11-20", "usage": [line]}
    usage = parse_usage(data, source="usage.yaml", today=TODAY)
    without, code = bill_answer(usage, book=SHIPPED_BOOK)
    assert (code, without["complete"]) == (3, False)
    assert "--derived takes it" in without["unpriced"][0]["reason"]
    answer, code = bill_answer(usage, book=PriceBook(derived=True))
    assert code == 0
    assert answer["lines"][0]["price"]["confidence"] == "derived"


def test_another_currency_stands_beside_us_dollars() -> None:
    line = {"meter": "kms.key", "keys": 5, "months": 1}
    answer, _ = bill_answer(usage_of(line), book=SHIPPED_BOOK, currency=Currency("EUR", Decimal("0.93")))
    # 5 × 0.93
    assert answer["currency"] == {"code": "EUR", "rate": "0.93", "total": "4.65"}
    assert answer["total_usd"] == "5"
