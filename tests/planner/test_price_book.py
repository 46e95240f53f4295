from __future__ import annotations

import hashlib
import re
import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.errors import InputError
from planner.price_book import Price, PriceBook, PriceKey, PriceNotFound, Tier
from planner.price_rows import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 11, 20)
SOURCES = "list: {title: The list, what: All of it, as_of: 2026-08-20, kind: price_list}\n"
MODEL = "amazon.nova-lite-v1:0"
INPUT = PriceKey("bedrock", "on_demand.input_mtok", MODEL, "in_region")


def row(**changes: str) -> str:
    cells = dict(
        zip(
            HEADER,
            (
                "bedrock",
                "on_demand.input_mtok",
                MODEL,
                "us-east-1",
                "in_region",
                "1M tokens",
                "0.06",
                "2026-08-20",
                "2026-09-01",
                "list",
                "A",
            ),
            strict=True,
        )
    )
    return ",".join({**cells, **changes}.values())


@pytest.fixture
def book_of(tmp_path: Path) -> Callable[..., PriceBook]:
    def write(*rows: str, header: str = ",".join(HEADER), sources: str = SOURCES) -> PriceBook:
        (tmp_path / "bedrock.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
        return PriceBook(tmp_path)

    return write


def found(book: PriceBook, key: PriceKey = INPUT, *, region: str = "us-east-1", as_of: date = TODAY) -> Price:
    price = book.price(key, region=region, as_of=as_of)
    assert isinstance(price, Price), price
    return price


def reason(book: PriceBook, key: PriceKey = INPUT, *, region: str = "us-east-1", as_of: date = TODAY) -> str:
    price = book.price(key, region=region, as_of=as_of)
    assert isinstance(price, PriceNotFound), price
    assert (price.key, price.region, price.as_of) == (key, region, as_of)
    return price.reason


def test_a_price_carries_its_unit_its_days_and_its_source(book_of: Callable[..., PriceBook]) -> None:
    assert found(book_of(row())) == Price(
        key=INPUT,
        region="us-east-1",
        unit="1M tokens",
        tiers=(Tier(Decimal(0), Decimal("0.06")),),
        effective=date(2026, 8, 20),
        observed=date(2026, 9, 1),
        source="list",
        confidence="A",
    )


def test_a_row_that_was_never_dated_has_no_day_of_observation(book_of: Callable[..., PriceBook]) -> None:
    assert found(book_of(row(observed=""))).observed is None


@pytest.mark.parametrize(
    ("as_of", "usd"),
    [
        (date(2025, 5, 31), "0.10"),
        (date(2025, 6, 1), "0.08"),
        (date(2026, 8, 19), "0.08"),
        (date(2026, 8, 20), "0.06"),
        (date(2030, 1, 1), "0.06"),
    ],
)
def test_the_newest_price_in_force_on_the_day_is_taken(
    book_of: Callable[..., PriceBook], as_of: date, usd: str
) -> None:
    book = book_of(row(), row(usd="0.10", effective="2025-01-01"), row(usd="0.08", effective="2025-06-01"))
    assert found(book, as_of=as_of).tiers[0].usd == Decimal(usd)


def test_tiers_are_looked_up_with_their_base_price_in_rising_order(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(
        row(item="on_demand.input_mtok_over_1000000", usd="0.01"),
        row(),
        row(item="on_demand.input_mtok_over_200000", usd="0.02"),
    )
    assert [(str(tier.above), str(tier.usd)) for tier in found(book).tiers] == [
        ("0", "0.06"),
        ("200000", "0.02"),
        ("1000000", "0.01"),
    ]


def test_a_tier_has_its_own_history(book_of: Callable[..., PriceBook]) -> None:
    cut = "on_demand.input_mtok_over_200000"
    book = book_of(
        row(effective="2025-01-01"), row(item=cut, usd="0.05", effective="2025-01-01"), row(item=cut, usd="0.02")
    )
    assert found(book, as_of=date(2026, 8, 19)).tiers[1].usd == Decimal("0.05")
    assert found(book).tiers[1].usd == Decimal("0.02")


def test_a_tier_without_its_base_price_is_no_price(book_of: Callable[..., PriceBook]) -> None:
    assert reason(book_of(row(item="on_demand.input_mtok_over_200000")))


def test_rows_that_are_only_evidence_never_price(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(row(), row(usd="99", effective="2026-09-01", confidence="conflict"))
    assert found(book).tiers[0].usd == Decimal("0.06")


def test_a_price_for_all_regions_holds_in_each_and_yields_to_the_regions_own(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(row(region="*", usd="0.05"), row())
    assert found(book, region="us-east-1").tiers[0].usd == Decimal("0.06")
    assert found(book, region="eu-west-1").tiers[0].usd == Decimal("0.05")


@pytest.mark.parametrize(
    ("rows", "key", "region", "as_of", "expected"),
    [
        (
            [row()],
            PriceKey("bedrok", "x", "y", "in_region"),
            "us-east-1",
            TODAY,
            "the price book has no service 'bedrok'; did you mean 'bedrock'?",
        ),
        (
            [row()],
            PriceKey("bedrock", "on_demand.input_mtoks", MODEL, "in_region"),
            "us-east-1",
            TODAY,
            "no price of bedrock is called 'on_demand.input_mtoks'; did you mean 'on_demand.input_mtok'?",
        ),
        (
            [row()],
            PriceKey("bedrock", "on_demand.input_mtok", "amazon.nova-light-v1:0", "in_region"),
            "us-east-1",
            TODAY,
            f"bedrock has no on_demand.input_mtok of 'amazon.nova-light-v1:0'; did you mean '{MODEL}'?",
        ),
        (
            [row(item="batch.input_mtok"), row(sku="other")],
            INPUT,
            "us-east-1",
            TODAY,
            f"bedrock has no on_demand.input_mtok of {MODEL}, only batch.input_mtok",
        ),
        (
            [row(), row(region="us-west-2"), row(region="eu-west-1", scope="geo:eu")],
            INPUT,
            "eu-west-1",
            TODAY,
            f"bedrock on_demand.input_mtok of {MODEL} is priced in eu-west-1 for geo:eu, not for in_region",
        ),
        (
            [row(), row(region="us-west-2")],
            INPUT,
            "eu-west-1",
            TODAY,
            f"bedrock on_demand.input_mtok of {MODEL} has no price in eu-west-1: in_region in us-east-1, us-west-2",
        ),
        (
            [row(scope="global")],
            INPUT,
            "eu-west-1",
            TODAY,
            f"bedrock on_demand.input_mtok of {MODEL} has no price in eu-west-1: global in us-east-1",
        ),
        (
            [row()],
            INPUT,
            "us-east-1",
            date(2026, 8, 19),
            f"bedrock on_demand.input_mtok of {MODEL} has no price in us-east-1 (in_region) before 2026-08-20",
        ),
        (
            [row(confidence="conflict"), row(region="unlabelled", usd="7", confidence="unverified")],
            INPUT,
            "us-east-1",
            TODAY,
            (
                f"bedrock on_demand.input_mtok of {MODEL} has no price that can be relied on"
                "; 0.06 was seen there (conflict, list); 7 was seen without a region (unverified, list)"
            ),
        ),
    ],
    ids=["service", "item", "sku", "other items", "scope", "region", "region and scope", "day", "evidence only"],
)
def test_what_is_not_found_says_what_is_there(
    book_of: Callable[..., PriceBook], rows: list[str], key: PriceKey, region: str, as_of: date, expected: str
) -> None:
    assert reason(book_of(*rows), key, region=region, as_of=as_of) == expected


def test_there_is_no_fall_back_to_another_region_scope_or_later_day(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(row(), row(scope="global", region="us-west-2"))
    assert reason(book, region="us-west-2")
    assert reason(book, PriceKey("bedrock", "on_demand.input_mtok", MODEL, "global"))
    assert reason(book, as_of=date(2020, 1, 1))


def test_an_answer_is_computed_once(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(row())
    assert book.price(INPUT, region="us-east-1", as_of=TODAY) is book.price(INPUT, region="us-east-1", as_of=TODAY)
    missing = book.price(INPUT, region="eu-west-1", as_of=TODAY)
    assert missing is book.price(INPUT, region="eu-west-1", as_of=TODAY)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row(usd="cheap"), "line 2: usd 'cheap': expected a decimal"),
        (row(usd="-1"), "line 2: usd '-1': expected a decimal that is not negative"),
        (row(usd="NaN"), "line 2: usd 'NaN': expected a decimal that is not negative"),
        (row(effective="2026-02-30"), "line 2: date '2026-02-30': expected a day such as 2026-08-20"),
        (row(observed="yesterday"), "line 2: date 'yesterday': expected a day such as 2026-08-20"),
        (row() + ",more", "line 2: expected 11 columns"),
        (row(service="sagemaker"), "line 2: expected 11 columns and service 'bedrock'"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_file_and_line(
    book_of: Callable[..., PriceBook], bad: str, message: str
) -> None:
    with pytest.raises(InputError, match=r"bedrock\.csv, " + re.escape(message)):
        book_of(bad).price(INPUT, region="us-east-1", as_of=TODAY)


def test_another_header_is_refused(book_of: Callable[..., PriceBook]) -> None:
    with pytest.raises(InputError, match=r"bedrock\.csv, line 1: the header is 'service,price'"):
        book_of(header="service,price").price(INPUT, region="us-east-1", as_of=TODAY)


def test_a_file_that_is_not_utf_8_is_named(book_of: Callable[..., PriceBook], tmp_path: Path) -> None:
    book = book_of(row())
    (tmp_path / "bedrock.csv").write_bytes((",".join(HEADER) + "\n").encode() + b"bedrock,\xff\n")
    with pytest.raises(InputError, match=r"bedrock\.csv: not UTF-8"):
        book.price(INPUT, region="us-east-1", as_of=TODAY)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (row(region="Virginia"), "region 'Virginia'"),
        (row(scope="everywhere"), "scope 'everywhere'"),
        (row(confidence="D"), "confidence 'D'"),
        (row(item="On Demand"), "item 'On Demand'"),
        (row(sku=""), "sku, unit ', 1M tokens'"),
        (row(source="lists"), "source 'lists': not in sources.yaml; did you mean 'list'?"),
        (row(region="unlabelled"), "confidence 'A': a price without a region is never a default"),
        (row(effective="2026-8-20"), "effective '2026-8-20'"),
        (row(observed="2026-08-19"), "observed '2026-08-19': observed before it was effective (2026-08-20)"),
        (row(item="on_demand.input_mtok_over_many"), "item 'many': expected a decimal"),
    ],
)
def test_check_finds_every_kind_of_fault(book_of: Callable[..., PriceBook], bad: str, fault: str) -> None:
    faults = book_of(row(sku="fine"), bad).check()
    assert len(faults) == 1
    assert "bedrock.csv, line 3: " + fault in faults[0]


def test_check_finds_a_second_price_for_the_same_day(book_of: Callable[..., PriceBook]) -> None:
    faults = book_of(row(), row(usd="0.07"), row(usd="0.08", confidence="conflict")).check()
    assert len(faults) == 1
    assert "line 3: a second price of on_demand.input_mtok amazon.nova-lite-v1:0 us-east-1" in faults[0]


def test_check_names_a_file_that_cannot_be_read(book_of: Callable[..., PriceBook]) -> None:
    assert ["line 1: the header is ''" in fault for fault in book_of(header="").check()] == [True]


def test_skus_are_those_that_have_a_usable_price(book_of: Callable[..., PriceBook]) -> None:
    book = book_of(
        row(sku="b"),
        row(sku="a", region="us-west-2"),
        row(sku="c", region="*"),
        row(sku="d", confidence="stale"),
        row(sku="e", item="batch.input_mtok"),
        row(sku="f", item="on_demand.input_mtok_over_200000"),
    )
    assert book.skus("bedrock", "on_demand.input_mtok") == ("a", "b", "c")
    assert book.skus("bedrock", "on_demand.input_mtok", region="us-east-1") == ("b", "c")
    assert book.skus("nothing", "on_demand.input_mtok") == ()


def test_a_source_is_read_from_its_file(book_of: Callable[..., PriceBook]) -> None:
    source = book_of(row()).source("list")
    assert (source.title, source.as_of, source.kind, source.url) == ("The list", "2026-08-20", "price_list", None)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (SOURCES, "there is no source 'lists'; did you mean 'list'?"),
        ("- list\n", "expected a mapping of sources by key"),
        ("lists: {title: A list}\n", "source 'lists' needs title, what, as_of and kind"),
    ],
)
def test_a_source_that_cannot_be_had_is_named(book_of: Callable[..., PriceBook], sources: str, message: str) -> None:
    with pytest.raises(InputError, match=r"sources\.yaml: " + re.escape(message)):
        book_of(row(), sources=sources).source("lists")


def test_the_digest_is_that_of_the_csv_files_in_the_order_of_their_names(
    book_of: Callable[..., PriceBook], tmp_path: Path
) -> None:
    book = book_of(row())
    (tmp_path / "aurora.csv").write_text("first\n", encoding="utf-8")
    both = (tmp_path / "aurora.csv").read_bytes() + (tmp_path / "bedrock.csv").read_bytes()
    assert book.digest() == "sha256:" + hashlib.sha256(both).hexdigest()
    assert book.digest() == PriceBook(tmp_path).digest()
    assert book.digest() != book_of(row(usd="0.07")).digest()


def test_the_first_price_of_the_largest_file_and_the_digest_cost_milliseconds() -> None:
    def seconds() -> float:
        book = PriceBook()
        start = time.perf_counter()
        found(book)
        book.digest()
        return time.perf_counter() - start

    # About 0.02 on an idle machine of 2024; ten times that still starts fast enough.
    assert min(seconds() for _ in range(3)) < 0.2


def test_what_is_not_there_costs_no_comparison_of_spellings_for_a_known_sku() -> None:
    book = PriceBook()
    found(book)
    start = time.perf_counter()
    for number in range(200):
        reason(book, PriceKey("bedrock", "on_demand.cache_write_mtok", MODEL, f"geo:x{number}"))
    assert time.perf_counter() - start < 0.5
