"""Discounts: what a file may say, all faults at once, and what they take off a bill."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.bill import DISCOUNT, PricedQuantity, price_quantity, usd_of
from planner.discounts import Discount, load_discounts, parse_discounts
from planner.errors import InputError
from planner.money import CONTEXT
from planner.price_book import PriceBook, PriceKey
from planner.usage import UsageQuantity
from tests.planner.builders import DAY, REGION

if TYPE_CHECKING:
    from pathlib import Path

EDP = Discount("EDP", "*", Decimal("6.5"))
PLAN = Discount("Savings Plan", "sagemaker", Decimal(20), ("instance_hour",))


def one(**changes: object) -> dict[str, object]:
    return {"name": "EDP", "service": "bedrock", "percent": 5, **changes}


def parsed(*entries: object) -> tuple[Discount, ...]:
    return parse_discounts({"discounts": list(entries)}, source="d.yaml")


def refused(data: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_discounts(data, source="d.yaml")
    return str(caught.value).split("\n")


def test_a_file_is_read_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(
        "discounts:\n"
        "  - {name: Savings Plan, service: sagemaker, percent: 20, dimensions: [instance_hour]}\n"
        "  - {name: EDP, service: '*', percent: 6.5}\n",
        encoding="utf-8",
    )
    assert load_discounts(path) == (PLAN, EDP)


def test_no_discounts_are_none() -> None:
    assert parsed() == ()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("EDP", "discounts[0]: is no mapping; state name, service and percent"),
        (None, "discounts[0]: is no mapping; state name, service and percent"),
        (one(percents=5), "discounts[0].percents: is not known; did you mean 'percent'?"),
        ({1: 2}, "discounts[0].1: is not known"),
        ({"service": "s3", "percent": 5}, "discounts[0].name: is missing"),
        ({"name": "EDP", "percent": 5}, "discounts[0].service: is missing"),
        ({"name": "EDP", "service": "s3"}, "discounts[0].percent: is missing"),
        (one(name=""), "discounts[0].name: '' is not a name of at most 80 characters"),
        (one(name="a\nb"), r"discounts[0].name: 'a\nb' is not a name of at most 80 characters"),
        (one(name=7), "discounts[0].name: 7 is not a name of at most 80 characters"),
        (one(service="bedrok"), "discounts[0].service: 'bedrok' is no service; did you mean 'bedrock'?"),
        (one(service="zzzz"), "discounts[0].service: 'zzzz' is no service; * is all of them"),
        (one(service=["s3"]), "discounts[0].service: ['s3'] is no service; * is all of them"),
        (one(percent=0), "discounts[0].percent: 0 is not a number above 0 and up to 100"),
        (one(percent=-5), "discounts[0].percent: -5 is not a number above 0 and up to 100"),
        (one(percent=Decimal("100.01")), "discounts[0].percent: 100.01 is not a number above 0 and up to 100"),
        (one(percent="5"), "discounts[0].percent: '5' is not a number above 0 and up to 100"),
        (one(percent=True), "discounts[0].percent: True is not a number above 0 and up to 100"),
        (one(dimensions="gb"), "discounts[0].dimensions: 'gb' is not a list of dimensions"),
        (one(dimensions=["input_mtoks"]), "discounts[0].dimensions: 'input_mtoks' is not known; did you mean"),
        (one(dimensions=["ocu_hour"]), "discounts[0].dimensions: 'ocu_hour' is not known"),  # another service's
        (one(dimensions=[["input_mtok"]]), "discounts[0].dimensions: ['input_mtok'] is not known"),
        (one(dimensions=[None]), "discounts[0].dimensions: None is not known"),
    ],
)
def test_each_kind_of_fault_names_its_key(entry: object, fault: str) -> None:
    (told,) = refused({"discounts": [entry]})
    assert told.startswith(f"d.yaml: {fault}")


@pytest.mark.parametrize("data", [None, [], {}, {"discounts": {}}, {"discounts": [], "more": 1}, {"discount": []}])
def test_another_shape_is_refused(data: object) -> None:
    assert refused(data) == ["d.yaml: a discounts file is a mapping with one key, discounts, which is a list"]


def test_all_faults_are_told_at_once() -> None:
    faults = refused({"discounts": [one(percent=0), one(), one(service="s4", name="B"), one(percent=7)]})
    assert [fault.partition(": ")[2].partition(":")[0] for fault in faults] == [
        "discounts[0].percent",
        "discounts[2].service",
        "discounts[3].name",
    ]
    assert "'EDP' is there twice for bedrock; keep one" in faults[2]


def test_one_name_may_stand_for_two_services() -> None:
    assert [each.service for each in parsed(one(), one(service="s3"))] == ["bedrock", "s3"]


@pytest.mark.parametrize(
    ("discount", "service", "dimension", "covers"),
    [
        (EDP, "bedrock", "input_mtok", True),
        (EDP, "s3", "gb_month", True),
        (PLAN, "sagemaker", "instance_hour", True),
        (PLAN, "sagemaker", "gb_month", False),
        (PLAN, "ec2", "instance_hour", False),
    ],
)
def test_what_a_discount_covers(discount: Discount, service: str, dimension: str, covers: bool) -> None:
    assert discount.covers(service, dimension) is covers
    assert PriceBook(discounts=(discount,)).discounts_of(service, dimension) == ((discount,) if covers else ())


# --- in a bill --------------------------------------------------------------------------------------------------------

HOURS = PriceKey("sagemaker", "training.instance_hour", "ml.g5.xlarge", "in_region")
STORED = PriceKey("s3", "standard.gb_month", "standard", "in_region")


def lines(key: PriceKey, quantity: Decimal, *discounts: Discount) -> list[PricedQuantity]:
    dimension = key.item.partition(".")[2]
    asked = UsageQuantity(f"{key.service}.x", dimension, quantity, "units", key, "a rule", None, None)
    book = PriceBook(discounts=discounts)
    found = price_quantity(asked, book=book, region=REGION, as_of=DAY)
    return [line for line in found if isinstance(line, PricedQuantity)]


def amounts(found: list[PricedQuantity]) -> list[tuple[str, str]]:
    return [(line.quantity.dimension, f"{line.usd:f}") for line in found]


def test_two_discounts_are_taken_one_after_the_other() -> None:
    # 100 h × 1.408 = 140.80; 20 % of it 28.16; 6.5 % of the 112.64 left 7.3216
    assert amounts(lines(HOURS, Decimal(100), PLAN, EDP)) == [
        ("instance_hour", "140.8"),
        (DISCOUNT, "-28.16"),
        (DISCOUNT, "-7.3216"),
    ]


def test_their_order_changes_the_lines_and_not_the_sum() -> None:
    # 6.5 % of 140.80 is 9.152; 20 % of the 131.648 left 26.3296: together 35.4816, as before
    assert amounts(lines(HOURS, Decimal(100), EDP, PLAN))[1:] == [(DISCOUNT, "-9.152"), (DISCOUNT, "-26.3296")]


def test_the_list_price_stays_on_its_line_and_the_discount_is_named() -> None:
    listed, discount = lines(HOURS, Decimal(100), PLAN)
    assert (listed.unit_price_usd, discount.unit_price_usd) == (Decimal("1.408"), Decimal("-0.2"))
    assert (discount.quantity.quantity, discount.quantity.unit) == (Decimal("140.8"), "USD")
    assert discount.quantity.rule == "Savings Plan: 20 % off instance_hour"


def test_each_tier_has_its_own_discount() -> None:
    # 51,200 × 0.023 = 1,177.60 and 8,800 × 0.022 = 193.60; 6.5 % of each: 76.544 and 12.584
    assert amounts(lines(STORED, Decimal(60000), EDP)) == [
        ("gb_month", "1177.6"),
        (DISCOUNT, "-76.544"),
        ("gb_month", "193.6"),
        (DISCOUNT, "-12.584"),
    ]


def test_all_of_it_off_leaves_nothing() -> None:
    assert usd_of(lines(HOURS, Decimal(7), Discount("Credit", "*", Decimal(100)))) == 0


PERCENTS = st.decimals(Decimal("0.01"), Decimal(100), places=2)


@given(percents=st.lists(PERCENTS, max_size=4), hours=st.decimals(0, Decimal(10) ** 7, places=3))
def test_discounts_never_turn_a_bill_around(percents: list[Decimal], hours: Decimal) -> None:
    discounts = [Discount(f"d{number}", "*", percent) for number, percent in enumerate(percents)]
    found = lines(HOURS, hours, *discounts)
    listed, total = found[0].usd, usd_of(found)
    assert 0 <= total <= listed
    left = listed
    for percent in percents:
        left = CONTEXT.multiply(left, 1 - percent / 100)
    assert abs(total - left) <= Decimal("1e-12") * len(percents)  # each line is rounded to twelve places
