from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.number_format import money, percent, quantity, small_money, unit_price


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "$0.00"),
        ("0E-12", "$0.00"),
        ("1981.870097", "$1,981.87"),
        ("999999.995", "$1,000,000.00"),  # half to even: …99.995 lies between …99.99 and the even …00.00
        ("0.01", "$0.01"),
        ("0.0099999", "<$0.01"),
        ("0.000001", "<$0.01"),
        ("-3", "-$3.00"),
        ("-0.002", "-<$0.01"),
        ("1e30", "$1,000,000,000,000,000,000,000,000,000,000.00"),
        (12, "$12.00"),
        (None, "?"),
        ("NaN", "?"),
        ("Infinity", "?"),
        ("words", "?"),
        (True, "?"),
    ],
)
def test_money(value: object, expected: str) -> None:
    assert money(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "$0.00"),
        ("6.97623366", "$6.98"),
        ("0.0021344", "$0.002134"),
        ("-0.0021344", "-$0.002134"),
        ("0.0000001", "$0.0000001"),
        (None, "?"),
    ],
)
def test_small_amounts_keep_four_digits(value: object, expected: str) -> None:
    assert small_money(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12345.67", "12,345.7"),
        ("1440", "1,440"),
        ("1234567.891", "1,234,568"),
        ("183.75", "183.75"),
        ("0.000123", "0.000123"),
        ("0.123456", "0.1235"),
        ("1e-12", "1e-12"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("-2.5", "-2.5"),
        ("0.0", "0"),
        ("steady", "steady"),
        (None, "?"),
    ],
)
def test_quantities(value: object, expected: str) -> None:
    assert quantity(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.3", "$0.30"),
        ("18.4", "$18.40"),
        ("0.0000166667", "$0.0000166667"),
        ("1234.5", "$1,234.50"),
        ("-1", "-$1.00"),
        ("0", "$0.00"),
        (None, "?"),
    ],
)
def test_unit_prices_keep_all_digits(value: object, expected: str) -> None:
    assert unit_price(value) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [("0.125", "12.5 %"), ("12.4056", "1,241 %"), ("-0.5", "-50 %"), ("0", "0 %"), ("0.00001", "0.001 %"), (None, "?")],
)
def test_percent(share: object, expected: str) -> None:
    assert percent(share) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_what_is_not_zero_is_never_shown_as_zero(value: Decimal) -> None:
    for written in (money(value), small_money(value), quantity(value)):
        digits = written.partition("e")[0]  # a quantity of 1e-12
        assert any(digit in "123456789" for digit in digits) == bool(value)


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10) ** 20, allow_nan=False))
def test_money_is_within_half_a_cent(value: Decimal) -> None:
    assert abs(Decimal(money(value).replace(",", "").removeprefix("$")) - value) <= Decimal("0.005")
