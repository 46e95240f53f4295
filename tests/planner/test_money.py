from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.money import CONTEXT, amount, plain, to_decimal


@pytest.mark.parametrize(
    ("price", "quantity", "usd"),
    [
        ("0.06", "1.5", "0.09"),
        ("0", "5", "0"),
        # Twelve decimal places; halves go to the even neighbour, up or down.
        ("0.0000000000005", "1", "0"),
        ("0.0000000000015", "1", "0.000000000002"),
        ("0.0000000000025", "1", "0.000000000002"),
        ("0.0000000000025", "1.0000000001", "0.000000000003"),
        # A third of a unit: 34 digits are enough for twelve places of a large amount.
        ("600", "333333333333333.3333333333333333333", "200000000000000000"),
        ("0.333333333333333333", "3", "1"),
    ],
)
def test_an_amount_is_price_times_quantity_to_twelve_places(price: str, quantity: str, usd: str) -> None:
    assert plain(amount(Decimal(price), Decimal(quantity))) == usd


@pytest.mark.parametrize(
    ("value", "text"),
    [("1E+3", "1000"), ("0.50", "0.5"), ("-0", "0"), ("0E-12", "0"), ("1E-9", "0.000000001"), ("-2.10", "-2.1")],
)
def test_a_number_is_written_without_exponent_and_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize("value", [1.5, True, False, float("nan")])
def test_a_float_is_refused_for_its_digits_were_never_written(value: float) -> None:
    with pytest.raises(TypeError, match="decimals are read from text or from whole numbers"):
        to_decimal(value)  # type: ignore[arg-type]


def test_what_is_read_is_exact() -> None:
    assert to_decimal("0.1") == Decimal("0.1")
    assert to_decimal(7) == 7
    assert to_decimal(Decimal("1e-20")) == Decimal("1e-20")
    with pytest.raises(InvalidOperation):
        to_decimal("twelve")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=9))
def test_written_and_read_again_it_is_the_same_number(value: Decimal) -> None:
    text = plain(value)
    assert to_decimal(text) == value
    assert "E" not in text
    assert text in {"0", text.strip("0")} or not text.endswith("0") or "." not in text


@given(price=st.decimals(0, 10**4, places=10), quantity=st.decimals(0, 10**9, places=6))
def test_an_amount_is_never_further_off_than_half_of_the_last_place(price: Decimal, quantity: Decimal) -> None:
    assert abs(CONTEXT.subtract(amount(price, quantity), CONTEXT.multiply(price, quantity))) <= Decimal("5e-13")
