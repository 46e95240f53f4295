"""The command against a server that speaks both interfaces: what it appends, says, and leaves alone."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.price_book import Price, PriceBook, PriceKey
from planner.refresh.sources import twin
from tests.planner.refresh.samples import bedrock, marketplace, product, thousands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.planner.refresh.conftest import Runs
    from tests.planner.refresh.server import PriceListServer

BOTH = pytest.mark.parametrize("source", ["api", "bulk"])
LITE = "amazon.nova-lite-v1:0"


def cheaper() -> list[dict[str, object]]:
    return [
        bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite"),
        bedrock("USE1-NovaLite-output-tokens", "0.0002400000", model="Nova Lite"),
        bedrock("USE1-NovaLite-input-tokens-custom-model", "0.0000600000", model="Nova Lite"),
        bedrock("USE1-Something-new", "1.0000000000", "Thing"),
    ]


def usd(book: Path, key: PriceKey, as_of: date, region: str = "us-east-1") -> list[Decimal | None] | str:
    found = PriceBook(book).price(key, region=region, as_of=as_of)
    return [tier.usd for tier in found.tiers] if isinstance(found, Price) else found.reason


@BOTH
def test_a_changed_price_is_appended_and_the_past_stays(
    server: PriceListServer, run: Runs, book: Path, source: str
) -> None:
    server.products = cheaper()
    before = (book / "bedrock.csv").read_bytes()
    result = run("--service", "AmazonBedrock", "--region", "us-east-1", source=source)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"+ bedrock custom_on_demand.input_mtok {LITE} us-east-1 in_region 0.06, from 2026-12-01\n"
        f"+ bedrock on_demand.input_mtok {LITE} us-east-1 geo:us 0.06 → 0.05 (−16.7 %), from 2026-12-01\n"
        f"+ bedrock on_demand.input_mtok {LITE} us-east-1 in_region 0.06 → 0.05 (−16.7 %), from 2026-12-01\n"
        "\n"
        "4 products of 1 price lists: "
        "1 added, 2 changed, 2 confirmed, 0 held, 0 skipped, 1 unknown\n"
        "Not known to any rule:\n"
        "        1  AmazonBedrock USE1-Something-new\n"
        "Written: bedrock.csv, sources.yaml\n"
    )
    after = (book / "bedrock.csv").read_bytes()
    assert after.startswith(before)
    assert after[len(before) :].decode().splitlines() == [
        f"bedrock,{item},{LITE},us-east-1,{scope},1M tokens,{price},2026-12-01,2026-12-01,"
        "aws-price-list-AmazonBedrock-2026-12-01,A"
        for item, scope, price in (
            ("custom_on_demand.input_mtok", "in_region", "0.06"),
            ("on_demand.input_mtok", "geo:us", "0.05"),
            ("on_demand.input_mtok", "in_region", "0.05"),
        )
    ]
    for scope in ("geo:us", "in_region"):
        key = PriceKey("bedrock", "on_demand.input_mtok", LITE, scope)
        assert usd(book, key, date(2026, 11, 30)) == [Decimal("0.06")]
        assert usd(book, key, date(2026, 12, 1)) == [Decimal("0.05")]
    assert PriceBook(book).check() == []


@BOTH
def test_a_second_refresh_changes_nothing(
    server: PriceListServer, run: Runs, book: Path, source: str, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    server.products = cheaper()
    run("--service", "bedrock", source=source)
    before = contents(book.parent)
    result = run("--service", "bedrock", source=source)
    assert (
        "0 added, 0 changed, 5 confirmed" in result.stdout
    )  # two scopes of input and of output, the custom model's input
    assert "Nothing to write" in result.stdout
    assert contents(book.parent) == before


@BOTH
def test_thousands_of_products(server: PriceListServer, run: Runs, book: Path, source: str) -> None:
    server.products = list(thousands())
    assert len(server.products) > 4_000
    result = run("--service", "AmazonBedrock", "--format", "json", *_four_regions(), source=source)
    answer = json.loads(result.stdout)
    counts = answer["counts"]
    assert counts["products"] == len(server.products)
    # Each product is one thing: its row (three scopes at most), a reason, or unknown.
    assert counts["unknown"] == sum(
        "novel" in each["product"]["attributes"]["usagetype"] for each in server.products
    ) + sum(each["products"] for each in answer["unknown"] if "novel" not in each["usagetype"])
    assert counts["added"] > 3_000
    assert PriceBook(book).check() == []
    again = json.loads(run("--service", "AmazonBedrock", "--format", "json", *_four_regions(), source=source).stdout)
    assert (again["added"], again["changed"], again["files"]) == ([], [], [])


def _four_regions() -> list[str]:
    return [
        part for region in ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1") for part in ("--region", region)
    ]


def test_both_interfaces_append_the_same_rows(server: PriceListServer, run: Runs, book: Path) -> None:
    server.products = list(thousands())[:1_500]
    by_source = [
        json.loads(run("--service", "bedrock", "--dry-run", "--format", "json", source=source).stdout)
        for source in ("api", "bulk")
    ]
    for answer in by_source:
        del answer["source"], answer["counts"]["lists"], answer["not_offered"]  # the API does not say
    assert by_source[0] == by_source[1]
    assert by_source[0]["added"]


def test_unchanged_prices_are_seen_anew_on_request(server: PriceListServer, run: Runs, book: Path) -> None:
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000600000", model="Nova Lite")]
    result = run("--service", "bedrock", "--renew")
    assert result.stdout.splitlines()[1] == "2 unchanged rows are appended as seen anew"
    key = PriceKey("bedrock", "on_demand.input_mtok", LITE, "in_region")
    for day, seen, confidence in (
        (date(2026, 11, 30), date(2026, 11, 20), "B"),
        (date(2026, 12, 1), date(2026, 12, 1), "A"),
    ):
        found = PriceBook(book).price(key, region="us-east-1", as_of=day)
        assert isinstance(found, Price)
        assert (found.tiers[0].usd, found.observed, found.confidence) == (Decimal("0.06"), seen, confidence)
    before = (book / "bedrock.csv").read_bytes()
    assert "Nothing to write" in run("--service", "bedrock", "--renew").stdout
    assert (book / "bedrock.csv").read_bytes() == before
    assert PriceBook(book).check() == []


def test_a_dry_run_writes_nothing(
    server: PriceListServer, run: Runs, book: Path, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    server.products = cheaper()
    before = contents(book.parent)
    result = run("--service", "bedrock", "--dry-run")
    assert "Would write: bedrock.csv, sources.yaml\n" in result.stdout
    assert contents(book.parent) == before


def test_sources_get_an_entry_and_their_twin(server: PriceListServer, run: Runs, book: Path) -> None:
    (book / "sources.json").write_text(twin((book / "sources.yaml").read_text()), encoding="utf-8")
    server.products = [
        *cheaper(),
        marketplace("Claude Haiku 4.5", "USE1-MP:USE1_InputTokenCount-Units", "1.1000000000", "Million Input Tokens"),
    ]
    assert run("--service", "bedrock").exit_code == 0
    text = (book / "sources.yaml").read_text(encoding="utf-8")
    assert text.endswith(
        "aws-price-list-AmazonBedrock-2026-12-01:\n"
        '  title: "AWS price list, AmazonBedrock of 2026-12-01"\n'
        "  what: \"Version 20261201081500, read by fmplan prices refresh from the price list's public files, "
        "at another endpoint than AWS's; effective dates are AWS's own\"\n"
        "  as_of: 2026-12-01\n"
        "  kind: price_list\n"
        "aws-price-list-AmazonBedrockFoundationModels-2026-12-01:\n"
        '  title: "AWS price list, AmazonBedrockFoundationModels of 2026-12-01"\n'
        "  what: \"Version 20261201081500, read by fmplan prices refresh from the price list's public files, "
        "at another endpoint than AWS's; effective dates are AWS's own\"\n"
        "  as_of: 2026-12-01\n"
        "  kind: price_list\n"
    )
    assert (book / "sources.json").read_text(encoding="utf-8") == twin(text)
    assert PriceBook(book).source("aws-price-list-AmazonBedrock-2026-12-01").kind == "price_list"


def test_a_list_has_one_entry_however_often_it_is_read(server: PriceListServer, run: Runs, book: Path) -> None:
    abroad = bedrock("EU-NovaLite-input-tokens", "0.0000700000", model="Nova Lite", region="eu-west-1")
    server.products = [*cheaper(), abroad]
    for region in ("us-east-1", "eu-west-1"):
        assert "Written: bedrock.csv" in run("--service", "AmazonBedrock", "--region", region).stdout
    assert (book / "sources.yaml").read_text(encoding="utf-8").count("aws-price-list-AmazonBedrock-2026-12-01:") == 1
    assert PriceBook(book).check() == []


def test_a_book_begins_as_a_copy_of_the_one_that_ships(server: PriceListServer, run: Runs, tmp_path: Path) -> None:
    run.book = tmp_path / "new" / "book"
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite")]
    result = run("--service", "AmazonBedrock", "--region", "us-east-1")
    assert result.exit_code == 0
    key = PriceKey("bedrock", "on_demand.input_mtok", LITE, "in_region")
    assert usd(run.book, key, date(2026, 12, 1)) == [Decimal("0.05")]
    assert usd(run.book, key, date(2026, 11, 20)) == [Decimal("0.06")]


@BOTH
def test_data_transfer_is_asked_for_by_the_region_that_it_leaves(
    server: PriceListServer, run: Runs, source: str
) -> None:
    leaves = {"regionCode": "", "fromRegionCode": "us-east-1"}
    out = product("AWSDataTransfer", "USE1-DataTransfer-Out-Bytes", "0.09", "GB", transferType="AWS Outbound")
    out["product"]["attributes"] |= leaves
    to = product("AWSDataTransfer", "USE1-EU-AWS-Out-Bytes", "0.02", "GB", transferType="InterRegion Outbound")
    to["product"]["attributes"] |= {**leaves, "toRegionCode": "eu-west-1"}
    server.products = [out, to]
    result = run("--service", "data_transfer", "--region", "us-east-1", source=source)
    assert result.stdout.splitlines()[:2] == [
        "+ data_transfer between_regions.gb eu-west-1 us-east-1 in_region 0.02, from 2026-12-01",
        "+ data_transfer internet_out.gb standard us-east-1 in_region 0.09, from 2026-12-01",
    ]


@BOTH
def test_a_region_of_the_book_that_a_list_does_not_have(
    server: PriceListServer, run: Runs, book: Path, source: str
) -> None:
    with (book / "bedrock.csv").open("a", encoding="utf-8") as file:
        for region in ("eu-west-1", "us-east-1-dfw-2a"):  # a Local Zone is never asked for
            file.write(f"bedrock,on_demand.input_mtok,{LITE},{region},in_region,1M tokens,0.07,2026-08-20,,made-up,B\n")
    server.products = cheaper()
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 0
    assert ("AWS has no list of:\n  AmazonBedrock: eu-west-1\n" in result.stdout) == (source == "bulk")
    assert not any("dfw" in path + body for path, body in server.calls)


def test_regions_are_those_of_the_book_unless_named(server: PriceListServer, run: Runs) -> None:
    server.products = [
        *cheaper(),
        bedrock("EU-NovaLite-input-tokens", "0.0000700000", model="Nova Lite", region="eu-west-1"),
    ]
    assert "eu-west-1" not in run("--service", "bedrock", "--dry-run").stdout
    assert "eu-west-1 in_region 0.07" in run("--service", "bedrock", "--region", "eu-west-1", "--dry-run").stdout


@pytest.mark.parametrize("source", ["api", "bulk"])
def test_tiers_go_up_to_the_bounds_that_the_list_has_now(
    server: PriceListServer, run: Runs, book: Path, source: str
) -> None:
    server.products = [
        product(
            "AWSLambda",
            "Lambda-GB-Second",
            # The bound at 6,000 million is gone: rows only grow, so it gets the price that applies there.
            [("0", "15000000000", "0.0000166667"), ("15000000000", "Inf", "0.0000120000")],
            "Lambda-GB-Second",
            group="AWS-Lambda-Duration",
        )
    ]
    result = run("--service", "lambda", source=source)
    assert result.stdout.splitlines()[:2] == [
        f"+ lambda gb_second_over_{above} x86_64 us-east-1 in_region {step}, from 2026-12-01"
        for above, step in (
            ("6000000000", "0.000015 → 0.0000166667 (+11.1 %)"),
            ("15000000000", "0.0000133334 → 0.000012 (−10.0 %)"),
        )
    ]
    key = PriceKey("lambda", "gb_second", "x86_64", "in_region")
    assert usd(book, key, date(2026, 11, 30)) == [
        Decimal(each) for each in ("0.0000166667", "0.000015", "0.0000133334")
    ]
    assert usd(book, key, date(2026, 12, 1)) == [Decimal(each) for each in ("0.0000166667", "0.0000166667", "0.000012")]
