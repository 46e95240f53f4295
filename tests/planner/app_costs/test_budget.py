"""Which constructs a total above its limit names, and what amounts people may write."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.app_costs.budget import Budget, budget_violations, coverage_violations
from planner.app_costs.pricing import PricedStack
from planner.cost import Amounts
from planner.errors import InputError
from planner.estimate.model import ESTIMATED, UNPRICED, UNSUPPORTED, Estimate, EstimatedResource
from planner.money import ZERO

_NO_ESTIMATE = Estimate("none", (), (), "", ())


def resource(name: str, monthly: Decimal, status: str = ESTIMATED) -> EstimatedResource:
    return EstimatedResource(
        f"Shop/{name}", "AWS::S3::Bucket", name, status, "no price", {}, Amounts(monthly, ZERO, ZERO)
    )


def stack(*resources: EstimatedResource, name: str = "Shop") -> PricedStack:
    return PricedStack(name, Path(f"{name}.template.json"), resources, _NO_ESTIMATE)


def budget(**amounts: Any) -> Budget:  # noqa: ANN401  (amounts of any kind)
    stated = dict.fromkeys(("monthly", "one_time", "idle", "stack", "resource"))
    return Budget.of(**{**stated, **amounts})


amounts = st.decimals(min_value=0, max_value=10_000, places=2)


@given(st.lists(amounts, max_size=12), amounts)
def test_named_are_the_fewest_without_which_the_limit_is_kept(costs: list[Decimal], limit: Decimal) -> None:
    found = list(
        budget_violations((stack(*(resource(f"R{n}", usd) for n, usd in enumerate(costs))),), budget(monthly=limit))
    )
    total = sum(costs, ZERO)
    assert bool(found) == (total > limit)
    if found:
        named = [place.resource.amounts.monthly_usd for place in found[0].places if place.resource]
        assert total - sum(named, ZERO) <= limit
        assert total - sum(named[:-1], ZERO) > limit
        assert named == sorted(costs, reverse=True)[: len(named)]


@given(st.lists(amounts, min_size=1, max_size=8), amounts)
def test_a_stack_budget_judges_each_stack_as_if_it_were_the_app(costs: list[Decimal], limit: Decimal) -> None:
    stacks = tuple(stack(resource("R", usd), name=f"S{n}") for n, usd in enumerate(costs))
    found = [each.places[0].stack.construct_path for each in budget_violations(stacks, budget(stack=limit))]
    assert found == [f"S{n}" for n, usd in enumerate(costs) if usd > limit]


def test_a_total_that_lacks_something_is_at_least_so_much() -> None:
    stacks = (stack(resource("A", Decimal(20)), resource("B", ZERO, UNSUPPORTED)),)
    (found,) = budget_violations(stacks, budget(monthly=10))
    assert found.text == "The app costs at least $20.00 a month, above its budget of $10.00. Dearest: Shop/A $20.00."


def test_six_dearest_are_five_and_one_more() -> None:
    stacks = (stack(*(resource(f"R{n}", Decimal(10)) for n in range(6))),)
    (found,) = budget_violations(stacks, budget(monthly=0))
    assert found.text.endswith("Shop/R4 $10.00 and 1 more.")
    assert len(found.places) == 6


@pytest.mark.parametrize(
    ("stated", "limit"),
    [(10, "10"), ("99.90", "99.90"), (99.9, "99.9"), (Decimal("0.1"), "0.1"), (0.1, "0.1"), (0, "0")],
)
def test_an_amount_is_the_digits_that_were_written(stated: object, limit: str) -> None:
    assert budget(monthly=stated).monthly_usd == Decimal(limit)


@pytest.mark.parametrize("stated", ["", "ten", "-1", "inf", "NaN", -0.01, True, [10]])
def test_what_is_no_amount_is_refused(stated: object) -> None:
    with pytest.raises(InputError, match="budget_monthly_usd"):
        budget(monthly=stated)


def test_what_is_in_no_total_is_a_warning_a_stack_or_an_error_a_reason() -> None:
    stacks = (
        stack(resource("A", ZERO, UNPRICED), resource("B", ZERO, UNSUPPORTED), resource("C", Decimal(1))),
        stack(resource("D", ZERO, UNPRICED), name="Other"),
    )
    lenient = [
        (each.rule, each.severity, each.places[0].stack.construct_path)
        for each in coverage_violations(stacks, strict=False)
    ]
    assert lenient == [
        ("unpriced", "warning", "Shop"),
        ("unpriced", "warning", "Other"),
        ("unsupported", "warning", "Shop"),
    ]
    strict = [(each.rule, each.severity, len(each.places)) for each in coverage_violations(stacks, strict=True)]
    assert strict == [("unpriced", "error", 2), ("unsupported", "error", 1)]
