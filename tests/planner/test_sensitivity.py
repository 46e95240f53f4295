"""What hangs on the assumptions: each at its ends, and all of them at theirs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.assumptions import replaceable_names
from planner.choose import Pricer
from planner.cost import Amounts
from planner.design import Design
from planner.money import CONTEXT
from planner.plan import Planner
from planner.sensitivity import Ends, Sensitivity, ends_of, sensitivity
from planner.workload import parse_workload
from tests.planner.builders import MadeUpBook, both_of

PROMPT = Design("prompt_engineering", "amazon.nova-lite-v1:0", "on_demand")
# A dollar for a million tokens in, ten for a million out, a dollar for all else.
BOOK = MadeUpBook({"bedrock.on_demand.output_mtok": "10"}, otherwise="1")
STATED = {
    "traffic": {"requests_per_month": 1_000_000, "input_tokens_per_request": 1000, "output_tokens_per_request": 100},
    "assumptions": {"guardrail": False},
}


def found(given: dict[str, Any], design: Design = PROMPT) -> Sensitivity:
    context, signals = both_of(given, book=BOOK)
    return sensitivity(design, context, Pricer(context, signals), context.assumed.read)


def moves(of: Sensitivity) -> dict[str, Decimal | None]:
    return {read.key: read.moves_total_by_usd for read in of.read}


def without(given: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {**given, "traffic": {key: value for key, value in given["traffic"].items() if key not in keys}}


def test_where_all_is_stated_nothing_moves_but_the_keys_requests() -> None:
    of = found(STATED)
    # KMS: 1,000 to 100,000 requests a month at a dollar for 10,000: 0.1 to 10 a month, 12 months.
    assert [read.key for read in of.read if read.moves_total_by_usd] == ["kms_requests_per_month"]
    assert moves(of)["kms_requests_per_month"] == (Decimal(10) - Decimal("0.1")) * 12


def test_an_assumption_moves_the_total_by_its_range() -> None:
    of = found(without(STATED, "input_tokens_per_request"))
    # 300 to 1,200 tokens: 900 a request, 1 M requests a month, a dollar for a million tokens, 12 months.
    assert moves(of)["traffic.input_tokens_per_request"] == 900 * 12


def test_the_weightiest_come_first() -> None:
    of = found({"assumptions": {"guardrail": False}})
    sizes = [read.moves_total_by_usd or Decimal(0) for read in of.read]
    assert sizes == sorted(sizes, reverse=True)
    assert of.read[0].key == "traffic.requests_per_month"


def test_what_is_stated_stays_where_it_is() -> None:
    given = {**STATED, "assumptions": {"guardrail": False, "kms_requests_per_month": 5_000}}
    of = found(given)
    assert of.low == of.high
    assert {read.key: read.stated for read in of.read}["kms_requests_per_month"]


def test_the_ends_are_all_assumptions_at_theirs() -> None:
    given = without(STATED, "input_tokens_per_request", "output_tokens_per_request")
    of = found(given)
    # a month: input 300 and output 120 at their low ends, 1,200 and 500 at their high ones; the key 1 + 0.1 or 10
    assert of.low.monthly_usd == 300 + 1200 + 1 + Decimal("0.1")
    assert of.high.monthly_usd == 1200 + 5000 + 1 + 10
    assert of.low.total_usd == of.low.monthly_usd * 12


def test_a_request_is_cheapest_where_most_share_what_is_fixed() -> None:
    given = {**without(STATED, "requests_per_month"), "assumptions": {"guardrail": False, "kms_requests_per_month": 0}}
    of = found(given)
    # 2,000 dollars a million requests and one dollar a month for the key: 10,000 to 300,000 requests are assumed.
    assert of.low.monthly_usd == 20 + 1
    assert of.high.monthly_usd == 600 + 1
    assert of.low.usd_per_1000_requests == CONTEXT.divide(Decimal(601), Decimal(300))
    assert of.high.usd_per_1000_requests == Decimal(21) / 10
    base = Decimal(201) / 100
    assert of.low.usd_per_1000_requests <= base <= of.high.usd_per_1000_requests


@pytest.mark.parametrize("requests", ["0", "1000"])
def test_a_request_costs_nothing_that_can_be_said_without_traffic(requests: str) -> None:
    amounts = Amounts(Decimal(3), Decimal(2), Decimal(1), Decimal(38))
    each = None if requests == "0" else Decimal(3)
    assert ends_of(amounts, Decimal(requests)) == Ends(Decimal(3), Decimal(1), Decimal(2), Decimal(38), each)


def test_the_tried_values_leave_no_trace() -> None:
    context, signals = both_of({"need": {"knowledge": {}}}, book=BOOK)
    before = dict(context.assumed.read)
    design = Design("rag", PROMPT.model, "on_demand", "s3_vectors", "amazon.titan-embed-text-v2:0")
    first = sensitivity(design, context, Pricer(context, signals), before)
    assert context.assumed.read == before
    assert sensitivity(design, context, Pricer(context, signals), before) == first
    assert "retrieved_passages" in moves(first)


def test_settings_that_the_choice_rests_on_are_listed() -> None:
    of = found({})
    keys = {read.key: read for read in of.read}
    assert keys["traffic.pattern"].value == "steady"
    assert keys["traffic.pattern"].moves_total_by_usd is None
    assert all(read.why and read.source for read in of.read)


def test_an_absurd_end_of_a_default_refuses_no_plan() -> None:
    # 100,000 requests (the default) grow to 3.4e11 in month 55, its high end of 300,000 to over 1e12.
    stated = {
        "name": "fast-growth",
        "horizon_months": 55,
        "traffic": {"input_tokens_per_request": 10, "growth_per_month": Decimal("0.321")},
    }
    workload = parse_workload(stated, source="test", assumption_names=replaceable_names())
    document = Planner().plan(workload, as_of=date(2026, 11, 20), source="test", flips=True).document.document
    assert "traffic.requests_per_month" not in {
        item["key"] for item in document["assumptions"] if item["moves_total_by_usd"]
    }
    assert document["decision"]["admissible"]
