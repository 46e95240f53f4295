"""Looking for rows and names in the price book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.errors import InputError
from planner.price_book import Price, PriceKey
from planner.price_names import resolve
from planner.price_rows import ALL_REGIONS, DEFAULTS
from planner.price_search import Wanted, every, history, in_force, status_of
from planner.price_show import prices_of
from tests.planner.builders import DAY, SHIPPED_BOOK
from tests.planner.made_prices import LITE, PRO, ROWS, made_book

if TYPE_CHECKING:
    from pathlib import Path

    from planner.price_book import PriceBook


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    return made_book(tmp_path)


def found(book: PriceBook, wanted: Wanted | None = None, as_of: date = DAY) -> list[str]:
    entries = [entry for entry in every(book) if (wanted or Wanted()).checked(book).matches(entry)]
    return [
        " ".join((entry.full_item, entry.sku.partition(".")[2] or entry.sku, entry.row.region, entry.row.usd))
        for entry in in_force(entries, as_of)
    ]


def test_what_is_in_force_is_the_newest_row_of_each_place_without_evidence(book: PriceBook) -> None:
    every_price = found(book)
    # Of 21 rows 7 are evidence, one is older, one is of December.
    assert len(every_price) == len(ROWS) - 7 - 2
    assert "on_demand.input_mtok nova-lite-v1:0 us-east-1 0.06" in every_price
    assert not [line for line in every_price if line.endswith((" 0.08", " 0.09", " 0.8"))]


@pytest.mark.parametrize(
    ("as_of", "usd"), [("2024-12-31", []), ("2025-01-01", ["0.08"]), ("2026-08-19", ["0.08"]), ("2026-08-20", ["0.06"])]
)
def test_a_day_has_the_prices_of_that_day(book: PriceBook, as_of: str, usd: list[str]) -> None:
    wanted = Wanted(
        items=("on_demand.input_mtok",), skus=frozenset({("bedrock", LITE)}), scopes=frozenset({"in_region"})
    )
    assert [line.split()[-1] for line in found(book, wanted, date.fromisoformat(as_of))] == usd


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(services=frozenset({"s3"})), 3),
        (Wanted(items=("gb_month",)), 3),
        (Wanted(items=("standard",)), 3),
        (Wanted(items=("on_demand",)), 5),
        (Wanted(items=("input_mtok",)), 3),
        (Wanted(items=("batch.input_mtok", "standard.gb_month")), 4),
        (Wanted(regions=frozenset({"us-west-2"})), 3),  # batch in and out; what is for all regions is there too
        (Wanted(scopes=frozenset({"us"})), 2),
        (Wanted(scopes=frozenset({"geo:us", "global"})), 3),
        (Wanted(skus=frozenset({("bedrock", PRO)})), 0),
    ],
)
def test_filters(book: PriceBook, wanted: Wanted, count: int) -> None:
    assert len(found(book, wanted)) == count


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(services=frozenset({"bedrok"})), "no service 'bedrok'; did you mean 'bedrock'?"),
        (Wanted(items=("input_mtoks",)), "no item 'input_mtoks'; did you mean"),
        (Wanted(regions=frozenset({"us-est-1"})), "no region 'us-est-1'; did you mean 'us-east-1'"),
        (Wanted(scopes=frozenset({"eu"})), "no scope 'geo:eu'; did you mean 'geo:us'?"),
    ],
)
def test_a_filter_that_the_book_does_not_know_is_refused(book: PriceBook, wanted: Wanted, message: str) -> None:
    with pytest.raises(InputError) as caught:
        found(book, wanted)
    assert message in str(caught.value)


def test_a_history_has_all_rows_until_the_day_and_says_what_each_is(book: PriceBook) -> None:
    entries = list(every(book))
    current = frozenset(in_force(entries, DAY))
    kinds = [status_of(entry, current) for entry in history(entries, DAY)]
    assert len(kinds) == len(ROWS) - 1  # all but that of December
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "conflict": 3,
        "derived": 2,
        "earlier": 1,
        "in force": 12,
        "stale": 1,
        "unverified": 1,
    }


def test_what_is_in_force_is_what_the_book_prices_by() -> None:
    """The rows and the look-up are two roads to one price."""
    for entry in in_force(every(SHIPPED_BOOK), DAY):
        row = entry.row
        if row.region == ALL_REGIONS or row.above:
            continue
        price = SHIPPED_BOOK.price(
            PriceKey(entry.service, entry.item, entry.sku, row.scope), region=row.region, as_of=DAY
        )
        assert isinstance(price, Price)
        assert (price.tiers[0].usd, price.source) == (Decimal(row.usd), row.source)


# --- what things are called -------------------------------------------------------------------------------------------

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    ("name", "sku", "scope"),
    [
        (LITE, LITE, None),
        ("AMAZON.NOVA-LITE-V1:0", LITE, None),
        (f"us.{LITE}", LITE, "geo:us"),
        (f"global.{HAIKU}", HAIKU, "global"),
        ("Nova Lite", LITE, None),
        ("nova-lite", LITE, None),
        ("  amazon  nova lite ", LITE, None),
        ("Amazon: Nova Lite", LITE, None),  # as a source of prices calls it
        ("claude haiku 4.5", HAIKU, None),
        ("Claude 2.1", "anthropic.claude-v2:1", None),
        ("ml.g5.xlarge", "ml.g5.xlarge", None),
        ("p5.48xlarge", "p5.48xlarge", None),
    ],
)
def test_what_a_thing_may_be_called(name: str, sku: str, scope: str | None) -> None:
    named = resolve(name, SHIPPED_BOOK)
    assert {found for _, found in named.skus} == {sku}
    assert (named.scope, named.service) == (scope, None)


def test_a_name_of_several_models_means_all() -> None:
    named = resolve("Claude Opus 4.5/4.6", SHIPPED_BOOK)
    assert {sku for _, sku in named.skus} == {
        "anthropic.claude-opus-4-5-20251101-v1:0",
        "anthropic.claude-opus-4-6-v1",
    }


@pytest.mark.parametrize("name", ["s3_vectors", "S3 Vectors", "s3-vectors"])
def test_a_service_may_be_called(name: str) -> None:
    assert resolve(name, SHIPPED_BOOK).service == "s3_vectors"


def test_a_model_of_the_catalogue_without_a_price_is_known(book: PriceBook) -> None:
    named = resolve("Claude Haiku 4.5", book)
    assert (named.title, named.skus) == ("Anthropic Claude Haiku 4.5", ())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nova light", "nothing that has a price is called 'nova light'; did you mean"),
        ("ml.g5.xlage", "did you mean 'ml.g5.xlarge'"),
        ("", "nothing that has a price is called ''"),
        ("Amazon: Nova Sonic", "the price book has no prices of Amazon: Nova Sonic: speech"),
    ],
)
def test_a_name_of_nothing_is_refused(name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve(name, SHIPPED_BOOK)
    assert message in str(caught.value)


def test_every_sku_and_every_model_of_the_catalogue_can_be_named() -> None:
    from planner.catalog import load_catalog

    skus = {sku for service in SHIPPED_BOOK.services() for _, sku in SHIPPED_BOOK.rows(service)}
    catalog = load_catalog()
    names = {model.name for model in catalog.text_models} | {model.name for model in catalog.embedding_models}
    for name in (*sorted(skus)[::7], *sorted(names)[::5]):
        assert resolve(name, SHIPPED_BOOK)


# --- one thing in one region ------------------------------------------------------------------------------------------


def test_a_price_is_shown_with_its_past_and_what_else_was_seen(book: PriceBook) -> None:
    shown = prices_of(every(book, ["bedrock"]), book, region="us-east-1", as_of=DAY)
    (one,) = [each for each in shown if each.key == PriceKey("bedrock", "on_demand.input_mtok", LITE, "in_region")]
    assert one.price is not None
    assert [(each.usd, each.effective) for each in one.earlier] == [("0.08", "2025-01-01")]
    assert [(each.usd, each.confidence) for each in one.evidence] == [("0.09", "conflict")]
    assert [(str(each.usd), each.source) for each in one.price.conflicts] == [("0.09", "page")]


def test_a_source_that_says_the_same_is_no_conflict(book: PriceBook) -> None:
    price = book.price(PriceKey("bedrock", "on_demand.output_mtok", LITE, "in_region"), region="us-east-1", as_of=DAY)
    assert isinstance(price, Price)
    assert price.conflicts == ()


def test_only_prices_of_the_region_are_shown(book: PriceBook) -> None:
    places = {
        region: [(each.key.item, each.key.scope) for each in prices_of(every(book), book, region=region, as_of=DAY)]
        for region in ("us-west-2", "eu-west-1")
    }
    unit = ("provisioned_throughput.model_unit_hour_1_month", "in_region")
    assert unit in places["us-west-2"]
    assert ("batch.input_mtok", "in_region") in places["us-west-2"]
    priced = [each for each in prices_of(every(book), book, region="eu-west-1", as_of=DAY) if each.price]
    assert [(each.key.item, each.key.scope) for each in priced] == [unit]


def test_the_price_shown_is_no_earlier_one_of_itself() -> None:
    """Of the shipped book, in two regions: no row is both the price and its past."""
    for region in ("us-east-1", "us-west-2"):
        for each in prices_of(every(SHIPPED_BOOK), SHIPPED_BOOK, region=region, as_of=DAY):
            assert all(sighting.confidence in DEFAULTS for sighting in each.earlier)
            assert all(sighting.confidence not in DEFAULTS for sighting in (*each.derived, *each.evidence))
            if each.price is None:
                assert not each.earlier
