"""Another currency: a rate that the user states, amounts kept in US dollars."""

from __future__ import annotations

from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from planner.cli import main
from planner.currency import CODE, Currency

EUR = Currency("EUR", Decimal("0.93"))


@pytest.mark.parametrize(
    ("usd", "eur"),
    [("0", "0"), ("1", "0.93"), ("1423.48", "1323.8364"), ("-35.48", "-32.9964"), ("0.000000000001", "0.000000000001")],
)
def test_an_amount_is_rate_times_dollars_to_twelve_places(usd: str, eur: str) -> None:
    assert EUR.of(Decimal(usd)) == eur


def test_what_is_stated_names_code_and_rate() -> None:
    assert EUR.stated(total=Decimal(100), monthly=Decimal("2.50")) == {
        "code": "EUR",
        "rate": "0.93",
        "total": "93",
        "monthly": "2.325",
    }


@given(st.decimals(0, Decimal(10) ** 9, places=6), st.decimals(Decimal("1e-6"), Decimal(10) ** 6, places=6))
def test_dividing_by_the_rate_gives_the_dollars_back(usd: Decimal, rate: Decimal) -> None:
    there = Decimal(Currency("XXX", rate).of(usd))
    # Half of the last of twelve places, in dollars
    assert abs(there / rate - usd) <= Decimal("5e-13") / rate + Decimal("1e-15") * (1 + usd)


@pytest.mark.parametrize(
    ("code", "is_one"), [("EUR", True), ("eur", False), ("EURO", False), ("EUR\n", False), ("", False)]
)
def test_what_is_a_code(code: str, is_one: bool) -> None:
    assert bool(CODE.fullmatch(code)) is is_one


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--currency", "EUR"], "--currency and --rate go together: --currency EUR --rate 0.93"),
        (["--rate", "0.93"], "--currency and --rate go together: --currency EUR --rate 0.93"),
        (["--currency", "euro", "--rate", "0.93"], "'euro' is no currency's code; write it as EUR"),
        *(
            (["--currency", "EUR", "--rate", rate], f"{rate!r} is no rate; write it as 0.93")
            for rate in ("0", "-1", "nan", "sNaN", "Infinity", "1e-10", "1e10", "0,93", "", "€")
        ),
    ],
)
def test_options_that_are_no_currency_are_refused(options: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["bill", "usage.yaml", *options])
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
