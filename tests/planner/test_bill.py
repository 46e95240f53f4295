"""Quantities at prices: tiers, steps, positions, given rates, what has no price; a total is the sum of its lines."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.bill import GIVEN, Given, PricedQuantity, Unpriced, price_quantity, price_usage
from planner.meters import METERS
from planner.money import CONTEXT
from planner.price_book import PriceKey, Tier
from planner.usage import MeterUsage, UsageQuantity
from tests.planner.builders import DAY, REGION, SHIPPED_BOOK, MadeUpBook, params

if TYPE_CHECKING:
    from planner.price_book import PriceBook

# S3 Standard's real bounds with prices that show which tier was taken.
TIERED = MadeUpBook({"s3.standard.gb_month": {0: "0.03", 51200: "0.02", 512000: "0.01"}})


def stored(gb: str | Decimal, *, step_by: Decimal | None = None, tier_by: Decimal | None = None) -> UsageQuantity:
    key = PriceKey("s3", "standard.gb_month", "standard", "in_region")
    return UsageQuantity("s3.standard", "gb_month", Decimal(gb), "GB-month", key, "GB-months stored", step_by, tier_by)


def lines_of(quantity: UsageQuantity, book: PriceBook, given: Given | None = None) -> list[PricedQuantity]:
    lines: list[PricedQuantity] = []
    for priced in price_quantity(quantity, book=book, region=REGION, as_of=DAY, given=given):
        assert not isinstance(priced, Unpriced), priced.reason
        lines.append(priced)
    return lines


def rate(usd: str) -> tuple[Tier, ...]:
    return (Tier(Decimal(0), Decimal(usd)),)


def bill(meter: str, book: PriceBook = SHIPPED_BOOK, **usage: str | int) -> tuple[list[PricedQuantity], list[Unpriced]]:
    return price_usage([MeterUsage(meter, params(**usage))], book=book, region=REGION, as_of=DAY)


def total(lines: list[PricedQuantity]) -> Decimal:
    return sum((line.usd for line in lines), Decimal(0))


# --- Tiers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gb", "billed", "usd"),
    [
        ("1", [("0", "1")], "0.03"),
        ("51199", [("0", "51199")], "1535.97"),
        # The last GB of a tier has the tier's price; the next one opens the tier above.
        ("51200", [("0", "51200")], "1536"),
        ("51201", [("0", "51200"), ("1", "1")], "1536.02"),
        ("511999", [("0", "51200"), ("1", "460799")], "10751.98"),
        ("512000", [("0", "51200"), ("1", "460800")], "10752"),
        # 51,200 × 0.03 + 460,800 × 0.02 + 1 × 0.01
        ("512001", [("0", "51200"), ("1", "460800"), ("2", "1")], "10752.01"),
        ("512000.5", [("0", "51200"), ("1", "460800"), ("2", "0.5")], "10752.005"),
    ],
)
def test_each_tier_is_a_line_of_its_own(gb: str, billed: list[tuple[str, str]], usd: str) -> None:
    lines = lines_of(stored(gb), TIERED)
    assert [(str(line.tier), str(line.billed)) for line in lines] == billed
    assert [line.unit_price_usd for line in lines] == [Decimal(price) for price in ("0.03", "0.02", "0.01")][
        : len(lines)
    ]
    assert total(list(lines)) == Decimal(usd)


@pytest.mark.parametrize(
    ("prompt", "price"),
    [("0", "0.10"), ("99999", "0.10"), ("100000", "0.10"), ("100001", "0.50"), ("1000000", "0.50")],
)
def test_a_long_context_step_is_picked_by_one_prompt_and_holds_for_all_of_it(prompt: str, price: str) -> None:
    book = MadeUpBook({"s3.standard.gb_month": {0: "0.10", 100_000: "0.50"}})
    (line,) = lines_of(stored("7000000", step_by=Decimal(prompt)), book)
    assert (line.billed, line.unit_price_usd) == (Decimal(7_000_000), Decimal(price))


def test_a_thousand_short_requests_never_reach_the_long_context_price() -> None:
    # In the book Claude Haiku 5.5 rises from 0.10 to 0.50 above 100,000 tokens of a prompt (global profile).
    model = "global.anthropic.claude-haiku-5-5"
    short, _ = bill("bedrock.on_demand", model=model, requests=1000, input_tokens=100_000, output_tokens=0)
    long, _ = bill("bedrock.on_demand", model=model, requests=1000, input_tokens=100_001, output_tokens=0)
    read, _ = bill(
        "bedrock.on_demand", model=model, requests=1000, input_tokens=1, output_tokens=1, cache_read_tokens=100_000
    )
    # 100 Mtok × 0.10; 100.001 Mtok × 0.50
    assert total(short) == 10
    assert total(long) == Decimal("50.0005")
    # Cached tokens are part of the prompt: the single fresh token and the answer have the high prices too.
    assert [line.tier for line in read] == [1, 1, 1]


@pytest.mark.parametrize(
    ("vectors", "shares"),
    [
        (99_999, ["1"]),
        (100_000, ["1"]),
        # 100,000 of 100,001 vectors lie in the first tier.
        (160_000, ["0.625", "0.375"]),
        (10_000_000, ["0.01", "0.99"]),
        (16_000_000, ["0.00625", "0.61875", "0.375"]),
    ],
)
def test_tiers_by_position_share_a_quantity_out(vectors: int, shares: list[str]) -> None:
    book = MadeUpBook({"s3.standard.gb_month": {0: "4", 100_000: "2", 10_000_000: "0.5"}})
    lines = lines_of(stored("1000", tier_by=Decimal(vectors)), book)
    assert [line.billed for line in lines] == [1000 * Decimal(share) for share in shares]


def test_the_worked_example_of_s3_vectors() -> None:
    # AWS's own example: 40 indexes of 250,000 vectors each, 1,024 dimensions (4 KB), a key of 0.17 KB, 1 KB of metadata
    # to filter by and 1 KB besides; a sixth is written again in the month; a million queries over all indexes.
    sizes = {"dimensions": 1024, "key_kb": "0.17", "filterable_kb": 1, "nonfilterable_kb": 1}
    index = {"vectors": 250_000, **sizes, "queries": 25_000}
    usages = [METERS["s3_vectors"].read({"indexes": [index] * 40, "overwritten_fraction": "0.167"})]
    book = MadeUpBook(
        {
            "s3_vectors.storage_gb_month": "0.06",
            "s3_vectors.put_gb": "0.20",
            "s3_vectors.query_million": "2.50",
            "s3_vectors.processed_tb": {0: "0.004", 100_000: "0.002", 10_000_000: "0.0004"},
        }
    )
    lines, unpriced = price_usage(usages, book=book, region=REGION, as_of=DAY)
    assert unpriced == []
    usd = {
        name: sum((line.usd for line in lines if line.quantity.dimension == name), Decimal(0))
        for name in ("storage_gb_month", "put_gb", "query_million", "processed_tb")
    }
    assert {name: round(amount, 2) for name, amount in usd.items()} == {
        # 10^7 × 6.17 KB / 2^20 = 58.84 GB × 0.06
        "storage_gb_month": Decimal("3.53"),
        # 58.84 GB × 0.167 × 0.20
        "put_gb": Decimal("1.97"),
        "query_million": Decimal("2.50"),
        # 10^6 × 5.17 KB × (100,000 × 0.004 + 150,000 × 0.002) / 2^30; no index reaches the third tier.
        "processed_tb": Decimal("3.37"),
    }
    assert round(total(lines), 2) == Decimal("11.37")


# --- Periods: tiers and allowances count a month ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "billed"),
    [
        # 15,000 metrics: 10,000 in the first tier and 5,000 above it, each month.
        ("1", ["10000", "5000"]),
        ("12", ["120000", "60000"]),
        ("0.5", ["5000", "2500"]),
    ],
)
def test_tiers_of_a_month_count_each_month(months: str, billed: list[str]) -> None:
    book = MadeUpBook({"cloudwatch.metrics.unit_month": {0: "0.30", 10_000: "0.10"}})
    lines, _ = bill("cloudwatch.metrics", book, count=15_000, months=months)
    assert [line.billed for line in lines] == [Decimal(share) for share in billed]


def test_a_tier_without_a_rate_leaves_its_share_unpriced() -> None:
    priced = price_quantity(
        stored("70"),
        book=MadeUpBook(),
        region=REGION,
        as_of=DAY,
        given={"gb_month": (Tier(Decimal(0), Decimal(2)), Tier(Decimal(50), None))},
    )
    line, rest = priced
    assert isinstance(line, PricedQuantity)
    assert isinstance(rest, Unpriced)
    assert (line.billed, line.usd) == (Decimal(50), Decimal(100))
    assert (rest.quantity.quantity, rest.reason) == (Decimal(20), "the given tiers end at 50")


def test_given_tiers_are_cumulative_where_the_books_are_steps_by_request() -> None:
    # 12 Mtok of 300,000-token prompts: a stated rate counts tokens, it does not know of long contexts.
    given: Given = {"gb_month": (Tier(Decimal(0), Decimal(2)), Tier(Decimal(10), Decimal(1)))}
    lines = lines_of(stored("12", step_by=Decimal(300_000)), MadeUpBook(), given)
    assert [(line.billed, line.unit_price_usd) for line in lines] == [
        (Decimal(10), Decimal(2)),
        (Decimal(2), Decimal(1)),
    ]


# --- Which rate ------------------------------------------------------------------------------------------------------


def test_a_given_rate_goes_before_the_book_and_is_one_tier() -> None:
    (line,) = lines_of(stored("600000"), TIERED, {"gb_month": rate("0.005")})
    assert line.usd == 3000
    assert (line.price.source, line.price.confidence, line.price.unit) == (GIVEN, GIVEN, "GB-month")
    (line, *others) = lines_of(stored("51201"), TIERED, {"put_k": rate("1")})
    assert line.price.source == "made-up"
    assert len(others) == 1


def test_a_given_rate_of_zero_is_a_rate() -> None:
    (line,) = lines_of(stored("5"), MadeUpBook(), {"gb_month": rate("0")})
    assert line.usd == 0


def test_what_has_no_price_is_named_and_never_counted() -> None:
    book = MadeUpBook({"s3.standard.put_k": "0.005"})
    lines, unpriced = bill("s3.standard", book, gb_months=10, put_requests=2000, get_requests=1)
    assert [(line.quantity.dimension, line.usd) for line in lines] == [("put_k", Decimal("0.01"))]
    assert [(item.quantity.dimension, item.quantity.quantity, item.reason) for item in unpriced] == [
        ("gb_month", Decimal(10), "s3.standard.gb_month is in no made-up book"),
        ("get_k", Decimal("0.001"), "s3.standard.get_k is in no made-up book"),
    ]


def test_what_is_not_used_needs_no_price() -> None:
    assert bill("s3.standard", MadeUpBook(), gb_months=0) == ([], [])


def test_a_line_says_where_its_price_is_from() -> None:
    lines, _ = bill("kms.key", keys=1, months=1)
    (line,) = lines
    assert (line.price.key, line.price.region, line.price.unit) == (line.quantity.key, REGION, "key-month")
    assert line.price.effective <= DAY
    assert SHIPPED_BOOK.source(line.price.source).title


# --- Whatever the numbers --------------------------------------------------------------------------------------------

USD = st.decimals(0, 1000, places=7)
QUANTITIES = st.decimals(0, 10**9, places=6)


@st.composite
def tiers(draw: st.DrawFn) -> dict[int, str]:
    bounds = draw(st.lists(st.integers(1, 10**9), unique=True, max_size=4))
    return {above: format(draw(USD), "f") for above in (0, *sorted(bounds))}


@given(quantity=QUANTITIES, steps=tiers(), length=st.none() | st.integers(1, 10**9))
def test_tiers_cover_a_quantity_exactly_and_each_line_is_price_times_quantity(
    quantity: Decimal, steps: dict[int, str], length: int | None
) -> None:
    book = MadeUpBook({"s3.standard.gb_month": steps})
    with localcontext(CONTEXT):
        lines = lines_of(stored(quantity, tier_by=None if length is None else Decimal(length)), book)
        covered = sum((line.billed for line in lines), Decimal(0))
        # A share of a quantity may be no finite decimal: then its last digit of 34 is rounded.
        assert covered == quantity if length is None else abs(covered - quantity) <= quantity * Decimal("1e-32")
        for line in lines:
            exact = line.unit_price_usd * line.billed
            assert abs(line.usd - exact) <= Decimal("5e-13")
            assert line.usd == round(exact, 12)
        assert [line.tier for line in lines] == list(range(len(lines)))


@given(quantity=QUANTITIES, more=QUANTITIES, steps=tiers())
def test_more_never_costs_less(quantity: Decimal, more: Decimal, steps: dict[int, str]) -> None:
    book = MadeUpBook({"s3.standard.gb_month": steps})
    with localcontext(CONTEXT):
        less = total(list(lines_of(stored(quantity), book)))
        assert total(list(lines_of(stored(quantity + more), book))) >= less


@given(prompt=st.integers(0, 10**6), steps=tiers())
def test_a_step_prices_all_of_it_once(prompt: int, steps: dict[int, str]) -> None:
    (line,) = lines_of(stored("12", step_by=Decimal(prompt)), MadeUpBook({"s3.standard.gb_month": steps}))
    reached = max(above for above in steps if above == 0 or above < prompt)
    assert line.unit_price_usd == Decimal(steps[reached])
    assert line.billed == 12


@given(requests=st.integers(0, 10**9), more=st.integers(0, 10**9))
def test_splitting_requests_over_two_usages_changes_nothing(requests: int, more: int) -> None:
    def usage(count: int) -> MeterUsage:
        shape = params(model="amazon.nova-lite-v1:0", requests=count, input_tokens=613, output_tokens=251)
        return MeterUsage("bedrock.on_demand", shape)

    def usd(*usages: MeterUsage) -> Decimal:
        lines, unpriced = price_usage(usages, book=SHIPPED_BOOK, region=REGION, as_of=DAY)
        assert unpriced == []
        return total(lines)

    # Lines are rounded to twelve places; prices and counts here have fewer, so nothing is lost.
    assert usd(usage(requests), usage(more)) == usd(usage(requests + more))
