"""The choice among priced designs: cheapest that meets the constraints, else the one that misses least."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.blueprint import blueprint
from planner.choose import Choice, PricedDesign, Pricer, choose, misses_of
from planner.cost import Amounts, sum_amounts
from planner.design import Design
from planner.ladder import RUNGS
from planner.ladder.rung import Candidate
from tests.planner.builders import both_of, context_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def priced(
    model: str,
    *,
    monthly: str = "10",
    once: str = "0",
    total: str = "120",
    approach: str = "prompt_engineering",
    inference: str = "on_demand",
    unpriced: int = 0,
    why_not: str = "",
    misses: str = "",
) -> PricedDesign:
    """Return a design whose amounts are stated."""
    amounts = Amounts(Decimal(monthly), Decimal(once), Decimal(0), Decimal(total))
    return PricedDesign(Design(approach, model, inference), amounts, unpriced, why_not, misses)


class Stated(Pricer):
    """Gives each design the amounts that were stated for it."""

    def __init__(self, designs: Iterable[PricedDesign]) -> None:
        self._stated = {each.design: each for each in designs}

    def price(self, candidate: Candidate) -> PricedDesign:
        return self._stated[candidate.design]


def chosen(*designs: PricedDesign, constraints: dict[str, Any] | None = None) -> Choice:
    candidates = [Candidate(each.design, each.why_not, each.misses) for each in designs]
    found = choose(candidates, Stated(designs), context_of({"constraints": constraints or {}}))
    assert found is not None
    return found


def models(designs: Iterable[PricedDesign]) -> list[str]:
    return [each.design.model for each in designs]


def test_nothing_to_choose_from() -> None:
    assert choose([], Stated([]), context_of({})) is None


def test_the_cheapest_over_the_horizon() -> None:
    # b is dearer in the first month, but cheaper in all: commitments and one-time costs count.
    choice = chosen(
        priced("a", monthly="10", total="130"), priced("b", monthly="11", total="120"), priced("c", total="125")
    )
    assert choice.chosen.design.model == "b"
    assert models(choice.others) == ["c", "a"]
    assert choice.misses == ()


def test_ties_are_broken_by_the_month_then_by_name() -> None:
    assert chosen(priced("b", monthly="10"), priced("a", monthly="11")).chosen.design.model == "b"
    assert chosen(priced("b"), priced("a")).chosen.design.model == "a"


def test_the_order_of_the_candidates_does_not_matter() -> None:
    designs = [priced(name, total=total) for name, total in (("a", "3"), ("b", "1"), ("c", "1"), ("d", "2"))]
    assert {chosen(*designs[turn:], *designs[:turn]).chosen.design.model for turn in range(4)} == {"b"}


def test_what_is_within_the_limit_goes_before_what_is_cheaper_in_all() -> None:
    cheap, within = priced("cheap", monthly="100", total="900"), priced("within", monthly="80", total="960")
    choice = chosen(cheap, within, constraints={"monthly_usd": 90})
    assert choice.chosen is within
    assert choice.misses == ()


def test_where_nothing_is_within_the_limit_what_exceeds_it_least() -> None:
    far, near = priced("far", monthly="100", total="900"), priced("near", monthly="60", total="960")
    choice = chosen(far, near, constraints={"monthly_usd": 50})
    assert choice.chosen is near
    (miss,) = choice.misses
    assert (miss.key, miss.limit, miss.value) == ("constraints.monthly_usd", "50", "60")
    assert miss.text == "The first full month is $60.00, $10.00 over the limit of $50.00."
    assert miss.excess == Decimal("0.2")


def test_excesses_are_shares_of_their_limits() -> None:
    # a: a tenth over the month; b: a fifth over what is paid once, which is less money.
    a, b = priced("a", monthly="110", once="0"), priced("b", monthly="100", once="12")
    assert chosen(a, b, constraints={"monthly_usd": 100, "one_time_usd": 10}).chosen is a


def test_a_limit_of_zero_is_a_limit() -> None:
    a, b = priced("a", monthly="1", total="1"), priced("b", monthly="0", total="9")
    assert chosen(a, b, constraints={"monthly_usd": 0}).chosen is b
    assert chosen(a, constraints={"monthly_usd": 0}).misses[0].excess == 1


def test_the_fewest_unpriced_charges_go_first() -> None:
    none, one, two = (
        priced("none", total="9"),
        priced("one", total="5", unpriced=1),
        priced("two", total="1", unpriced=2),
    )
    assert chosen(two, one, none).chosen is none
    assert chosen(two, one).chosen is one
    assert models(chosen(two, one, none).others) == ["one", "two"]


def test_a_priced_design_beyond_the_limit_goes_before_an_unpriced_one_within_it() -> None:
    choice = chosen(
        priced("unpriced", monthly="1", unpriced=1), priced("dear", monthly="99"), constraints={"monthly_usd": 5}
    )
    assert choice.chosen.design.model == "dear"


def test_what_a_rule_excludes_is_no_choice_while_another_is_there() -> None:
    excluded, dear = priced("excluded", total="1", why_not="it is made for code"), priced("dear", total="9")
    choice = chosen(excluded, dear)
    assert choice.chosen is dear
    assert [candidate.design.model for candidate in choice.excluded] == ["excluded"]
    assert chosen(excluded).chosen is excluded
    assert chosen(excluded).excluded == ()


@pytest.mark.parametrize("key", ["constraints.regions", "constraints.models", "constraints.open_weights"])
def test_a_constraint_that_the_design_misses_whatever_it_costs(key: str) -> None:
    stated: dict[str, Any] = {
        "constraints.regions": {"regions": ["us-east-1"]},
        "constraints.models": {"models": ["amazon.nova-lite-v1:0"]},
        "constraints.open_weights": {"open_weights": True},
    }
    (miss,) = chosen(priced("a", misses=key), constraints=stated[key]).misses
    assert (miss.key, miss.limit, miss.value) == (key, "met", "unmet")


@pytest.mark.parametrize(
    ("inference", "met"),
    [
        ("on_demand", False),
        ("batch", False),
        ("custom_on_demand", False),
        ("custom_model_import", False),
        ("provisioned_throughput", True),
        ("sagemaker_endpoint", True),
    ],
)
def test_which_serving_guarantees_capacity(inference: str, met: bool) -> None:
    misses = misses_of(priced("a", inference=inference), context_of({"constraints": {"guaranteed_capacity": True}}))
    assert [miss.key for miss in misses] == ([] if met else ["constraints.guaranteed_capacity"])


@pytest.mark.parametrize(
    ("approach", "weeks", "met"),
    [
        ("prompt_engineering", "0.2", True),
        ("prompt_engineering", "0.1", False),
        ("rag", "1", True),
        ("fine_tuning", "2", False),
        ("continued_pretraining", "6", True),
        ("train_from_scratch", "25", False),
    ],
)
def test_the_least_time_to_launch(approach: str, weeks: str, met: bool) -> None:
    context = context_of({"constraints": {"weeks_to_launch": Decimal(weeks)}})
    assert (misses_of(priced("a", approach=approach), context) == []) == met


@pytest.mark.parametrize(
    ("approach", "given"),
    [
        ("prompt_engineering", {"need": {"behavior": "format"}}),
        ("prompt_engineering", {"traffic": {"pattern": "bulk"}}),
        ("rag", {"need": {"knowledge": {"changes": "daily"}}}),
        ("rag", {"need": {"knowledge": {"structured": True}}}),
        ("fine_tuning", {"need": {"smaller_model": True}}),
        ("continued_pretraining", {"need": {"vocabulary": True}}),
        ("train_from_scratch", {"need": {"no_base_model": True}}),
    ],
)
def test_a_design_costs_what_its_parts_cost(approach: str, given: dict[str, Any]) -> None:
    """Groups of parts that designs share are priced once: the sum must be that of the whole blueprint."""
    context, signals = both_of(given)
    pricer = Pricer(context, signals)
    candidates = list(RUNGS[approach].propose(signals, context))
    assert candidates
    for candidate in candidates[:40]:
        whole = Pricer(context, signals)
        parts = [whole.part(part) for part in blueprint(candidate.design, context, signals)]
        found = pricer.price(candidate)
        assert found.amounts == sum_amounts(part.amounts for part in parts)
        assert found.unpriced == sum(len(part.unpriced) for part in parts)
