"""Lines matched: what is the same line, why it differs, and what of that comes from a price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.diff.lines import changed_lines
from planner.diff.side import Money, SideLine
from tests.planner.diff.sides import line


@pytest.mark.parametrize(
    ("before", "after", "cause", "from_price", "delta"),
    [
        # 10 × 2 → 15 × 2: five more at 2 is 10
        (line("10", "2"), line("15", "2"), "usage", "0", "10"),
        # 10 × 2 → 10 × 3: a dollar more on ten
        (line("10", "2"), line("10", "3"), "price", "10", "10"),
        # 10 × 2 = 20 → 20 × 3 = 60: a dollar more on the mean of 15 is 15; ten more at the mean of 2.5 is 25
        (line("10", "2"), line("20", "3"), "usage_and_price", "15", "40"),
        # a free tier that ended: 10 × 0 → 10 × 3
        (line("10", "0"), line("10", "3"), "price", "30", "30"),
    ],
)
def test_why_a_line_differs(before: SideLine, after: SideLine, cause: str, from_price: str, delta: str) -> None:
    (change,) = changed_lines([before], [after], same_region=True)
    assert change.cause == cause
    assert change.from_price.monthly == Decimal(from_price)
    assert change.delta == Money(Decimal(delta))
    (back,) = changed_lines([after], [before], same_region=True)
    assert back.from_price.monthly == -Decimal(from_price)


def test_a_price_of_another_region_is_no_price_that_moved() -> None:
    (change,) = changed_lines([line("10", "2")], [line("10", "3")], same_region=False)
    assert (change.cause, change.from_price) == ("region", Money())


@pytest.mark.parametrize("field", ["component", "variant", "meter", "dimension", "sku"])
def test_another_name_is_another_line(field: str) -> None:
    found = changed_lines([line()], [line(**{field: "other"})], same_region=True)
    assert [each.cause for each in found] == ["added", "removed"]


def test_tiers_are_matched_in_their_order() -> None:
    # before: 50 at 2; after: 60 at 2 and 5 above at 1
    found = changed_lines([line("50", "2")], [line("60", "2"), line("5", "1")], same_region=True)
    assert [(each.cause, each.delta.monthly) for each in found] == [("usage", Decimal(20)), ("added", Decimal(5))]


def test_what_a_price_does_to_the_idle_part() -> None:
    # all of 10 stays when idle: 10 × 2 → 10 × 3
    before, after = line("10", "2", idle_usd=Decimal(20)), line("10", "3", idle_usd=Decimal(30))
    (change,) = changed_lines([before], [after], same_region=True)
    assert change.from_price == Money(Decimal(10), Decimal(0), Decimal(10))


def test_once_is_not_monthly() -> None:
    (change,) = changed_lines(
        [line("1", "2", charge="one_time")], [line("2", "2", charge="one_time")], same_region=True
    )
    assert change.delta == Money(Decimal(0), Decimal(2), Decimal(0))
