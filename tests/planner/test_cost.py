"""What a part costs: in a month, once, idle and over the horizon; each amount is the sum of lines that say why."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.bill import price_usage
from planner.components import meter_usages
from planner.cost import (
    Amounts,
    LineItem,
    Loads,
    PartCost,
    cost_of_part,
    cost_of_usage,
    line_as_json,
    sum_amounts,
    unpriced_as_json,
)
from planner.money import CONTEXT
from planner.part import METER, Items, Part, property_value, usage_at
from planner.usage import IDLE, Load, Rate, of
from tests.planner.builders import DAY, REGION, MadeUpBook, load, loads

if TYPE_CHECKING:
    from planner.price_book import PriceBook

BOOK = MadeUpBook(
    {
        "s3.standard.gb_month": {0: "0.03", 100: "0.02"},
        "s3.standard.put_k": "0.005",
        "sagemaker.hosting.instance_hour": "1.5",
        "kms.key.key_month": "1",
        "kms.key.request_10k": "0.03",
        "bedrock.on_demand.input_mtok": {0: "3", 1000: "6"},
        "bedrock.on_demand.output_mtok": "15",
        "lambda.request_million": "0.2",
    }
)
ONE = Decimal(1)
EACH = Rate(per_request=ONE)
TWELVE_MONTHS = loads(load(requests=1000, refreshes="0.5", retrainings="0.25"))


def priced(part: Part, over: Loads = TWELVE_MONTHS, book: PriceBook = BOOK) -> PartCost:
    return cost_of_part(part, loads=over, book=book, region=REGION, as_of=DAY)


def bucket(**usage: Rate) -> Part:
    return Part("documents", "standard", "Documents/Resource", "AWS::S3::Bucket", monthly=of(**usage))


KEY = Part("key", "own", "Key/Resource", "AWS::KMS::Key", monthly=of(months=Rate(fixed=ONE), requests=EACH))
TOKENS = Part(
    "model",
    "m",
    None,
    METER,
    monthly=of(
        meter="bedrock.on_demand", model="m", requests=EACH, input_tokens=Decimal(2000), output_tokens=Decimal(500)
    ),
)
ENDPOINT = Part(
    "endpoint",
    "ml.g5.xlarge",
    "EndpointConfig",
    "AWS::SageMaker::EndpointConfig",
    properties=(("ProductionVariants", Items(((("InstanceType", "ml.g5.xlarge"), ("InitialInstanceCount", 2)),))),),
    monthly=of(hours=Rate(fixed=Decimal(730)), added_instance_hours=Rate(per_request=Decimal("0.001"))),
)


@pytest.mark.parametrize(
    ("part", "monthly", "idle", "total"),
    [
        # 1 × 1 + 1,000 / 10,000 × 0.03; a key costs its month without requests; twelve of each
        (KEY, "1.003", "1", "12.036"),
        # 2 Mtok × 6 (a prompt of 2,000 is above 1,000) + 0.5 Mtok × 15
        (TOKENS, "19.5", "0", "234"),
        # (2 × 730 + 1,000 × 0.001) × 1.5, idle 2 × 730 × 1.5
        (ENDPOINT, "2191.5", "2190", "26298"),
        # 100 × 0.03 + 50 × 0.02, all of it there without requests
        (bucket(gb_months=Rate(fixed=Decimal(150)), put_requests=Rate()), "4", "4", "48"),
        # 80 GB stand, 1,000 requests bring 50 more: (100 × 0.03 + 30 × 0.02), idle 80 × 0.03
        (bucket(gb_months=Rate(Decimal(80), Decimal("0.05"))), "3.6", "2.4", "43.2"),
    ],
    ids=lambda value: value.component if isinstance(value, Part) else value,
)
def test_monthly_idle_and_twelve_months(part: Part, monthly: str, idle: str, total: str) -> None:
    amounts = priced(part).amounts
    assert amounts == Amounts(Decimal(monthly), Decimal(0), Decimal(idle), Decimal(total))


def test_what_happens_once_is_in_the_total_once_and_never_in_a_month() -> None:
    part = KEY._replace(one_time=of(months=Decimal(0), requests=Decimal(40_000)))
    amounts = priced(part).amounts
    # 40,000 / 10,000 × 0.03
    assert amounts.one_time_usd == Decimal("0.12")
    assert amounts.monthly_usd == Decimal("1.003")
    assert amounts.total_usd == Decimal("12.036") + Decimal("0.12")
    assert [line.charge for line in priced(part).lines] == ["monthly", "monthly", "one_time"]


def test_tiers_count_each_month_by_itself() -> None:
    # 50, 100, 200 GB: 50 × 0.03, 100 × 0.03, 100 × 0.03 + 100 × 0.02. As one heap of 350 GB it would be 8.
    part = bucket(gb_months=EACH)
    assert priced(part, loads(load(requests=50), growth="1", months=3)).amounts.total_usd == Decimal("9.5")


def test_a_long_context_step_does_not_follow_the_months() -> None:
    # 1,000, 2,000, 4,000 requests at 19.5 for a thousand
    over = loads(load(requests=1000), growth="1", months=3)
    assert priced(TOKENS, over).amounts.total_usd == Decimal("136.5")


def test_what_has_no_price_is_in_no_amount_and_is_named() -> None:
    part = Part(
        "function",
        "python",
        "Function",
        "AWS::Lambda::Function",
        monthly=of(requests=EACH, duration_ms=Decimal(100)),
        one_time=of(requests=ONE, duration_ms=Decimal(100)),
    )
    cost = priced(part)
    assert cost.is_unpriced
    assert cost.amounts.monthly_usd == Decimal("0.0002")
    # 128 MB are an eighth of a GB: 1,000 × 0.125 × 0.1 s, and one more at the start
    assert [(item.charge, item.dimension, item.quantity) for item in cost.unpriced] == [
        ("monthly", "gb_second", Decimal("12.5")),
        ("one_time", "gb_second", Decimal("0.0125")),
    ]
    assert cost.unpriced[0].reason == "lambda.gb_second is in no made-up book"
    assert {line.dimension for line in cost.lines} == {"request_million"}


@pytest.mark.parametrize("resource_type", [METER, "AWS::RedshiftServerless::Workgroup"])
def test_a_charge_of_which_nothing_can_be_said_is_unpriced_by_its_reason(resource_type: str) -> None:
    cost = priced(Part("engine", "redshift", None, resource_type, unpriced="no price in the book"))
    assert cost.amounts == Amounts()
    assert cost.is_unpriced
    (item,) = cost.unpriced
    assert (item.reason, item.charge, item.quantity) == ("no price in the book", "monthly", Decimal(0))


def test_a_part_of_an_unknown_type_is_an_error_unless_it_says_that_it_has_no_price() -> None:
    with pytest.raises(KeyError, match="AWS::Made::Up"):
        priced(Part("x", "y", None, "AWS::Made::Up", monthly=of(hours=EACH)))


def test_lines_say_what_of_them_stays_when_nobody_comes() -> None:
    lines = {(line.dimension, line.quantity): (line.usd, line.idle_usd) for line in priced(KEY).lines}
    assert lines == {
        ("key_month", ONE): (ONE, ONE),
        ("request_10k", Decimal("0.1")): (Decimal("0.003"), Decimal(0)),
    }
    # Two lines of one dimension: what stands idle is the first one's.
    assert [(line.quantity, line.idle_usd) for line in priced(ENDPOINT).lines] == [
        (Decimal(1460), Decimal(2190)),
        (Decimal(1), Decimal(0)),
    ]


def test_stated_usage_of_a_template_is_priced_the_same_but_has_no_horizon() -> None:
    part = ENDPOINT
    cost = cost_of_usage(
        part._replace(properties=(), monthly=()),
        monthly=usage_at(part.monthly, TWELVE_MONTHS.first),
        idle=usage_at(part.monthly, IDLE),
        one_time={},
        properties={key: property_value(value) for key, value in part.properties},
        book=BOOK,
        region=REGION,
        as_of=DAY,
    )
    planned = priced(part)
    assert cost.lines == planned.lines
    assert cost.amounts == planned.amounts._replace(total_usd=Decimal(0))


def test_amounts_are_added_one_by_one() -> None:
    amounts = [Amounts(ONE, Decimal(2), Decimal(3), Decimal(4)), Amounts(total_usd=Decimal("0.5"))]
    assert sum_amounts(amounts) == Amounts(ONE, Decimal(2), Decimal(3), Decimal("4.5"))
    assert sum_amounts([]) == Amounts()


# --- In the words of the answer --------------------------------------------------------------------------------------


def line(**changes: object) -> LineItem:
    return LineItem(**{**priced(KEY).lines[0]._asdict(), **changes})


def test_a_line_in_json() -> None:
    assert line_as_json(line(), stack="made-up") == {
        "component": "key",
        "variant": "own",
        "resource": "made-up/Key/Resource",
        "resource_type": "AWS::KMS::Key",
        "meter": "kms.key",
        "dimension": "key_month",
        "quantity": "1",
        "unit": "unit of key.key_month",
        "unit_price_usd": "1",
        "usd": "1",
        "charge": "monthly",
        "idle_usd": "1",
        "rule": "keys × months",
        "price": {
            "sku": "standard",
            "effective": "2026-01-01",
            "observed": None,
            "source": "made-up",
            "confidence": "A",
        },
    }


def test_a_meter_has_no_resource_and_an_observed_price_its_day() -> None:
    written = line_as_json(line(resource=None, observed=DAY), stack="made-up")
    assert written["resource"] is None
    assert written["price"] == {
        "sku": "standard",
        "effective": "2026-01-01",
        "observed": "2026-11-20",
        "source": "made-up",
        "confidence": "A",
    }


def test_a_given_rate_has_no_day() -> None:
    part = Part(
        "labels",
        "own_rate",
        None,
        METER,
        one_time=of(meter="sagemaker.ground_truth", objects=Decimal(100)),
        given_usd=(("object", Decimal("0.5")),),
    )
    (only,) = priced(part).lines
    assert only.usd == 50
    written = line_as_json(only, stack="made-up")
    assert written["price"] == {
        "sku": "standard",
        "effective": None,
        "observed": None,
        "source": "given",
        "confidence": "given",
    }


def test_what_has_no_price_in_json() -> None:
    (item,) = priced(Part("engine", "redshift", "Engine", METER, unpriced="not in the book")).unpriced
    assert unpriced_as_json(item, stack="made-up") == {
        "component": "engine",
        "variant": "redshift",
        "resource": "made-up/Engine",
        "resource_type": METER,
        "meter": METER,
        "dimension": "",
        "quantity": "0",
        "unit": "",
        "charge": "monthly",
        "reason": "not in the book",
    }
    assert unpriced_as_json(item._replace(resource=None), stack="made-up")["resource"] is None


# --- Whatever the numbers --------------------------------------------------------------------------------------------

SMALL = st.decimals(0, 1000, places=3)
RATES = st.builds(Rate, SMALL, SMALL, SMALL, SMALL) | st.just(Rate()) | SMALL.map(Rate)
PARTS = st.one_of(
    st.builds(lambda gb, puts: bucket(gb_months=gb, put_requests=puts), RATES, RATES),
    st.builds(lambda months, asked: KEY._replace(monthly=of(months=months, requests=asked)), RATES, RATES),
    st.builds(
        lambda asked, size, once: TOKENS._replace(
            monthly=of(meter="bedrock.on_demand", model="m", requests=asked, input_tokens=size, output_tokens=ONE),
            one_time=of(meter="bedrock.on_demand", model="m", requests=once, input_tokens=size, output_tokens=ONE),
        ),
        RATES,
        SMALL,
        SMALL,
    ),
    st.builds(
        lambda hours, added: ENDPOINT._replace(monthly=of(hours=hours, added_instance_hours=added)), RATES, RATES
    ),
)
COUNTS = st.integers(0, 10**7).map(Decimal)
FIRST = st.builds(Load, COUNTS, st.decimals(0, 3, places=2), st.decimals(0, 3, places=2), st.just(ONE))
HORIZONS = st.builds(
    lambda first, growth, months: Loads.over(first, growth_per_month=growth, horizon_months=months),
    FIRST,
    st.just(Decimal(0)) | st.decimals(Decimal("-0.9"), 2, places=2),
    st.integers(1, 24),
)


def by_force(part: Part, under: Load) -> Decimal:
    """Price a part's month under a load without any short cut."""
    lines, _ = price_usage(
        meter_usages(
            part.type, {key: property_value(value) for key, value in part.properties}, usage_at(part.monthly, under)
        ),
        book=BOOK,
        region=REGION,
        as_of=DAY,
    )
    return sum((each.usd for each in lines), Decimal(0))


@given(part=PARTS, over=HORIZONS)
def test_amounts_are_those_of_pricing_each_month_and_no_month_by_force(part: Part, over: Loads) -> None:
    with localcontext(CONTEXT):
        amounts = priced(part, over).amounts
        assert amounts.monthly_usd == by_force(part, over.first)
        assert amounts.idle_monthly_usd == by_force(part, IDLE)
        months = sum((by_force(part, month) for month in over.months), Decimal(0))
        assert abs(amounts.total_usd - amounts.one_time_usd - months) < Decimal("1e-9")


@given(part=PARTS, over=HORIZONS)
def test_every_amount_is_the_sum_of_its_lines(part: Part, over: Loads) -> None:
    with localcontext(CONTEXT):
        cost = priced(part, over)
        monthly = [each for each in cost.lines if each.charge == "monthly"]
        assert cost.amounts.monthly_usd == sum((each.usd for each in monthly), Decimal(0))
        assert cost.amounts.idle_monthly_usd == sum((each.idle_usd for each in cost.lines), Decimal(0))
        assert cost.amounts.one_time_usd == sum((each.usd for each in cost.lines if each not in monthly), Decimal(0))
        for each in cost.lines:
            assert each.usd == round(each.quantity * each.unit_price_usd, 12)
            assert 0 <= each.idle_usd <= each.usd


@given(part=PARTS, first=FIRST, more=COUNTS, growth=st.decimals(0, 2, places=2))
def test_more_requests_never_cost_less_and_an_idle_month_never_more(
    part: Part, first: Load, more: Decimal, growth: Decimal
) -> None:
    def amounts(requests: Decimal) -> Amounts:
        over = Loads.over(first._replace(requests=requests), growth_per_month=growth, horizon_months=6)
        return priced(part, over).amounts

    with localcontext(CONTEXT):
        less, busier = amounts(first.requests), amounts(first.requests + more)
        assert busier.monthly_usd >= less.monthly_usd >= less.idle_monthly_usd
        assert busier.total_usd >= less.total_usd
        assert busier.idle_monthly_usd == less.idle_monthly_usd


def test_a_horizon_that_grows_costs_more_than_one_that_does_not() -> None:
    flat = loads(load(requests=1000))
    growing = loads(load(requests=1000), growth="0.03")
    assert priced(TOKENS, growing).amounts.total_usd > priced(TOKENS, flat).amounts.total_usd
    assert priced(TOKENS, growing).amounts.monthly_usd == priced(TOKENS, flat).amounts.monthly_usd
