"""Prices of one's own: what shadows what, and every fault of a bad file told at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.errors import InputError
from planner.price_book import Price, PriceBook, PriceKey, PriceNotFound
from planner.price_rows import HEADER
from tests.planner.builders import DAY, SHIPPED_BOOK

if TYPE_CHECKING:
    from pathlib import Path

REGION = "us-east-1"
MODEL = "amazon.nova-lite-v1:0"
INPUT = PriceKey("bedrock", "on_demand.input_mtok", MODEL, "in_region")
STORAGE = PriceKey("s3", "standard.gb_month", "standard", "in_region")
ROW = {
    "service": "bedrock",
    "item": "on_demand.input_mtok",
    "sku": MODEL,
    "region": REGION,
    "scope": "in_region",
    "unit": "1M tokens",
    "usd": "0.01",
    "effective": "2026-01-01",
    "observed": "",
    "source": "our contract",
    "confidence": "A",
}


def line(**changes: str) -> str:
    return ",".join({**ROW, **changes}.values())


def stored(**changes: str) -> str:
    return line(**{"service": "s3", "item": STORAGE.item, "sku": "standard", "unit": "GB-month", **changes})


def written(tmp_path: Path, *lines: str, header: str = ",".join(HEADER)) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def book_of(tmp_path: Path, *lines: str) -> PriceBook:
    return PriceBook(own=written(tmp_path, *lines))


def price(book: PriceBook, key: PriceKey = INPUT, *, region: str = REGION, as_of: date = DAY) -> Price:
    found = book.price(key, region=region, as_of=as_of)
    assert isinstance(found, Price), found
    return found


def refused(tmp_path: Path, *lines: str) -> list[str]:
    path = written(tmp_path, *lines)
    with pytest.raises(InputError) as caught:
        PriceBook(own=path)
    return str(caught.value).replace(str(path), "own.csv").split("\n")


def test_an_own_row_goes_before_the_book_however_old_it_is(tmp_path: Path) -> None:
    listed = price(SHIPPED_BOOK)
    own = price(book_of(tmp_path, line(effective="2020-01-01")))
    assert (listed.tiers[0].usd, listed.own) == (Decimal("0.06"), False)
    assert (own.tiers[0].usd, own.own, own.source, own.conflicts) == (Decimal("0.01"), True, "our contract", ())


@pytest.mark.parametrize(
    "change",
    [
        {"effective": "2026-11-21"},  # begins a day after the bill's
        {"region": "us-west-2"},
        {"scope": "geo:us"},
        {"item": "on_demand.output_mtok"},
        {"sku": "amazon.nova-pro-v1:0"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_own_row_of_another_place_or_day_shadows_nothing(tmp_path: Path, change: dict[str, str]) -> None:
    assert price(book_of(tmp_path, line(**change))) == price(SHIPPED_BOOK)


def test_an_own_row_is_in_force_from_its_first_day_on(tmp_path: Path) -> None:
    book = book_of(tmp_path, line(effective="2026-11-20"), line(effective="2026-12-01", usd="0.005"))
    days = {day: price(book, as_of=date.fromisoformat(day)) for day in ("2026-11-19", "2026-11-20", "2026-12-01")}
    assert [(each.own, str(each.tiers[0].usd)) for each in days.values()] == [
        (False, "0.06"),
        (True, "0.01"),
        (True, "0.005"),
    ]


def test_an_own_row_for_all_regions_yields_to_one_of_the_region(tmp_path: Path) -> None:
    book = book_of(tmp_path, line(region="*", usd="0.02"), line())
    assert price(book).tiers[0].usd == Decimal("0.01")
    assert price(book, region="eu-west-1").tiers[0].usd == Decimal("0.02")


def test_own_prices_bring_their_own_tiers_and_none_of_the_books(tmp_path: Path) -> None:
    assert len(price(SHIPPED_BOOK, STORAGE).tiers) == 3
    flat = price(book_of(tmp_path, stored(usd="0.02")), STORAGE)
    assert [(str(tier.above), str(tier.usd)) for tier in flat.tiers] == [("0", "0.02")]
    stepped = price(book_of(tmp_path, stored(usd="0.02"), stored(item=f"{STORAGE.item}_over_100", usd="")), STORAGE)
    assert [(str(tier.above), tier.usd) for tier in stepped.tiers] == [("0", Decimal("0.02")), ("100", None)]


def test_an_own_row_prices_what_the_book_lacks(tmp_path: Path) -> None:
    key = PriceKey("textract", "detect_document_text.page_k", "standard", "in_region")
    assert isinstance(SHIPPED_BOOK.price(key, region=REGION, as_of=DAY), PriceNotFound)
    own = line(service="textract", item=key.item, sku="standard", unit="1K pages", usd="1.2")
    assert price(book_of(tmp_path, own), key).tiers[0].usd == Decimal("1.2")


def test_an_own_source_is_its_own_title(tmp_path: Path) -> None:
    source = book_of(tmp_path, line()).source("our contract")
    assert (source.title, source.kind, source.as_of, source.url) == ("our contract", "own", None, None)


def test_own_rows_make_it_another_book(tmp_path: Path) -> None:
    first = book_of(tmp_path, line()).digest()
    assert len({SHIPPED_BOOK.digest(), first, book_of(tmp_path, line(usd="0.02")).digest()}) == 3


def test_what_prices_list_writes_can_be_read_as_ones_own(tmp_path: Path) -> None:
    """The rows of the shipped book that price today are a file of own prices without a fault."""
    rows = []
    for service in SHIPPED_BOOK.services():
        for (item, sku), group in SHIPPED_BOOK.rows(service).items():
            for row in group:
                if row.confidence in "ABC":
                    cells = (service, f"{item}_over_{row.above}" if row.above else item, sku, *row[2:])
                    rows.append(",".join(f'"{cell}"' for cell in cells))
    assert len(rows) > 5000
    assert price(book_of(tmp_path, *rows)).own


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (line(usd="cheap"), "usd 'cheap': expected a decimal"),
        (line(usd=""), "usd '': expected a decimal"),
        (line(usd="-0.01"), "usd '-0.01': expected a decimal that is not negative"),
        (line(usd="NaN"), "usd 'NaN': expected a decimal that is not negative"),
        (line(usd="Infinity"), "usd 'Infinity': expected a decimal that is not negative"),
        (line(usd="1e400"), "usd '1e400': expected a decimal between 1e-18 and 1e18"),
        (line(usd="1_0"), "usd '1_0': expected a decimal, as 0.054"),
        (line(usd=" 1"), "usd ' 1': expected a decimal, as 0.054"),
        (line(usd="9" * 5000), f"usd '{'9' * 80}…': expected a decimal between 1e-18 and 1e18"),
        (line(service="bedrok"), "service 'bedrok' is not known; did you mean 'bedrock'?"),
        (line(item="on_demand.input_mtoks"), "bedrock has no item 'on_demand.input_mtoks'; did you mean"),
        (line(sku=""), "sku, unit ', 1M tokens': expected neither empty"),
        (
            line(sku=f"us.{MODEL}"),
            f"sku 'us.{MODEL}': a profile is a scope; write {MODEL} with scope geo:us",
        ),
        (line(region="Virginia"), "region 'Virginia': expected"),
        (line(region="unlabelled"), "confidence 'A': a price without a region is never a default"),
        (line(scope="us"), "scope 'us': expected"),
        # A thousandth of what is meant, had it been taken
        (line(unit="1K tokens"), "unit '1K tokens': bedrock on_demand.input_mtok is counted in 1M tokens"),
        (line(effective="01/07/2026"), "effective '01/07/2026': expected"),
        (line(effective="2026-02-30"), "date '2026-02-30': expected a day such as 2026-08-20"),
        (line(observed="2025-12-31"), "observed '2025-12-31': observed before it was effective (2026-01-01)"),
        (line(confidence="derived"), "confidence 'derived': a price that is meant to be used is A, B or C"),
        (line(confidence="Z"), "confidence 'Z': expected"),
        (line() + ",more", "has 12 cells, expected 11: service,item,"),
        (line(source="our\x1b[31mcontract"), "has a character that can't be printed"),
        (
            line(item="on_demand.input_mtok_over_200000"),
            "has no on_demand.input_mtok in us-east-1 (in_region) to go on",
        ),
    ],
)
def test_each_kind_of_fault_is_told_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    faults = refused(tmp_path, line(scope="global"), row)
    assert len(faults) == 1
    assert faults[0].startswith("own.csv, line 3: ")
    assert fault in faults[0]


def test_all_bad_rows_are_told_at_once_and_none_is_applied(tmp_path: Path) -> None:
    faults = refused(tmp_path, line(usd="x"), line(), "", line(), line(region="Virginia"), line(scope="global"))
    assert [fault.partition(": ")[0] for fault in faults] == ["own.csv, line 2", "own.csv, line 5", "own.csv, line 6"]
    assert "is in line 3 already; keep one" in faults[1]


def test_of_very_many_bad_rows_the_first_fifty_are_told(tmp_path: Path) -> None:
    faults = refused(tmp_path, *(line(usd="x", sku=f"model-{number}") for number in range(70)))
    assert len(faults) == 51
    assert faults[49].startswith("own.csv, line 51: ")
    assert faults[50] == "own.csv: and 20 more"


def test_two_rows_of_one_place_and_day_contradict_each_other_and_of_two_days_do_not(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, line(), line(usd="0.02"))
    assert fault == (
        f"own.csv, line 3: the price of bedrock on_demand.input_mtok {MODEL} us-east-1 in_region 2026-01-01"
        " is in line 2 already; keep one"
    )
    assert price(book_of(tmp_path, line(), line(usd="0.02", effective="2026-02-01"))).tiers[0].usd == Decimal("0.02")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"service,usd\n", "line 1: the header is 'service,usd'"),
        (",".join(HEADER).replace(",", ";").encode(), "line 1: the header is 'service;item;sku"),
        (b"\xff\xfe", "UTF-8"),
        (",".join(HEADER).encode() + b'\n"bedrock,', "line 2: no CSV: unexpected end of data"),
        (",".join(HEADER).encode() + b"\n" + b"a" * 200_000, "line 2: no CSV: field larger than field limit"),
    ],
)
def test_a_file_that_is_no_csv_of_prices_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"own\.csv") as caught:
        PriceBook(own=path)
    assert fault in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        PriceBook(own=tmp_path / "none.csv")


def test_a_spreadsheets_byte_order_mark_and_line_ends_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, line())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert price(PriceBook(own=path)).own


# --- derived prices ---------------------------------------------------------------------------------------------------

HOUR = PriceKey("sagemaker", "training.instance_hour", "ml.g5.2xlarge", "in_region")


def test_a_derived_price_stands_in_only_on_request() -> None:
    missing = SHIPPED_BOOK.price(HOUR, region="eu-central-1", as_of=DAY)
    assert isinstance(missing, PriceNotFound)
    assert "can be derived (sagemaker-ec2-ratio); --derived takes it" in missing.reason
    derived = PriceBook(derived=True).price(HOUR, region="eu-central-1", as_of=DAY)
    # EC2's g5.2xlarge in Frankfurt, 1.5156, times 1.25 for sizes above xlarge
    assert isinstance(derived, Price)
    assert (derived.tiers[0].usd, derived.confidence) == (Decimal("1.8945"), "derived")


def test_a_listed_price_goes_before_a_derived_one() -> None:
    listed = price(SHIPPED_BOOK, HOUR)
    assert price(PriceBook(derived=True), HOUR) == listed
    assert listed.confidence in "ABC"


def test_an_own_price_goes_before_a_derived_one(tmp_path: Path) -> None:
    own = line(service="sagemaker", item=HOUR.item, sku=HOUR.sku, region="eu-central-1", unit="instance-hour", usd="1")
    book = PriceBook(own=written(tmp_path, own), derived=True)
    assert (
        price(book, HOUR, region="eu-central-1").own,
        str(price(book, HOUR, region="eu-central-1").tiers[0].usd),
    ) == (
        True,
        "1",
    )


def test_derived_prices_make_it_another_book() -> None:
    assert PriceBook(derived=True).digest() != SHIPPED_BOOK.digest()
