from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.money import CONTEXT
from planner.part import Items, property_value, usage_at
from planner.usage import IDLE, Load, Rate, of
from tests.planner.builders import load, loads, plainly

AMOUNTS = st.decimals(0, 10**6, places=4)
RATES = st.builds(Rate, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
LOADS = st.builds(Load, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 120).map(Decimal))


@pytest.mark.parametrize(
    ("rate", "under", "quantity"),
    [
        (Rate(fixed=Decimal(730)), IDLE, 730),
        (Rate(fixed=Decimal(730)), load(months=12), 8760),
        (Rate(per_request=Decimal(2)), IDLE, 0),
        (Rate(per_request=Decimal(2)), load(requests=300), 600),
        (Rate(per_refresh=Decimal(1000)), load(refreshes="0.05"), 50),
        (Rate(per_retraining=Decimal(12)), load(retrainings="0.25"), 3),
        # 7 × 2 + 0.5 × 10 + 4 × 0.5 + 8 × 0.25
        (
            Rate(Decimal(7), Decimal("0.5"), Decimal(4), Decimal(8)),
            load(requests=10, refreshes="0.5", retrainings="0.25", months=2),
            23,
        ),
    ],
)
def test_a_rate_is_linear_in_the_load(rate: Rate, under: Load, quantity: int) -> None:
    assert rate.at(under) == quantity


@given(rate=RATES, one=LOADS, other=LOADS)
def test_a_rate_under_two_loads_together_is_the_sum(rate: Rate, one: Load, other: Load) -> None:
    both = Load(*(first + second for first, second in zip(one, other, strict=True)))
    with localcontext(CONTEXT):
        assert rate.at(both) == rate.at(one) + rate.at(other)


@given(rate=RATES, factor=AMOUNTS, under=LOADS)
def test_a_multiplied_rate_multiplies_the_quantity(rate: Rate, factor: Decimal, under: Load) -> None:
    with localcontext(CONTEXT):
        assert rate.times(factor).at(under) == rate.at(under) * factor


@pytest.mark.parametrize(
    ("rate", "moves"),
    [
        (Rate(), False),
        (Rate(fixed=Decimal(1)), False),
        (Rate(per_request=Decimal(1)), True),
        (Rate(per_refresh=Decimal(1)), True),
        (Rate(fixed=Decimal(1), per_retraining=Decimal(1)), True),
    ],
)
def test_a_rate_moves_where_something_but_time_moves_it(rate: Rate, moves: bool) -> None:
    assert rate.moves is moves


def test_usage_under_a_load_keeps_settings_as_they_are() -> None:
    usage = of(model="m", requests=Rate(per_request=Decimal(1)), input_tokens=Decimal(600), cached=True)
    assert usage_at(usage, load(requests=5)) == {"model": "m", "requests": 5, "input_tokens": 600, "cached": True}
    assert plainly(usage) == {"model": "m", "requests": {"per_request": 1}, "input_tokens": 600, "cached": True}


def test_usage_is_data_that_is_equal_where_it_says_the_same() -> None:
    assert of(hours=Rate(fixed=Decimal(730))) == of(hours=Rate(fixed=Decimal("730.0")))
    assert len({of(hours=Rate(fixed=Decimal(730))), of(hours=Rate(fixed=Decimal("730.0")))}) == 1


@pytest.mark.parametrize(
    ("value", "as_cloudformation"),
    [
        ("x", "x"),
        ((("MemorySize", 512),), {"MemorySize": 512}),
        (Items(("x86_64",)), ["x86_64"]),
        (
            Items(((("InstanceType", "i"), ("InitialInstanceCount", 2)),)),
            [{"InstanceType": "i", "InitialInstanceCount": 2}],
        ),
        ((("Nested", (("Deeper", Items(())),)),), {"Nested": {"Deeper": []}}),
    ],
)
def test_properties_are_written_as_cloudformation_has_them(value: object, as_cloudformation: object) -> None:
    hash(value)
    assert property_value(value) == as_cloudformation


def test_loads_of_a_growing_horizon() -> None:
    over = loads(load(1000, "0.05", "0.5"), growth="0.1", months=3)
    assert [month.requests for month in over.months] == [1000, 1100, 1210]
    assert {month.refreshes for month in over.months} == {Decimal("0.05")}
    # 1,000 + 1,100 + 1,210; a twentieth of the documents and half a training each month
    assert over.horizon == Load(Decimal(3310), Decimal("0.15"), Decimal("1.5"), Decimal(3))
    assert over.growing
    assert over.months[0] == over.first
    assert not loads(load(1000), growth="0").growing
    assert [month.requests for month in loads(load(1000), growth="-0.5", months=3).months] == [1000, 500, 250]
