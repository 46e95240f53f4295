"""Prices on a day, in a place: dated rows, what other sources say, what is reckoned, and the names of models."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.catalog import load_catalog
from planner.price_book import Price, PriceBook, PriceKey, PriceNotFound
from planner.price_rows import DEFAULTS, UNLABELLED
from planner.yaml12 import load_yaml

ROOT = Path(__file__).parents[2]
PRICES = ROOT / "planner" / "prices"
TODAY = date(2026, 11, 20)
BOOK = PriceBook()


HAIKU = "anthropic.claude-3-5-haiku-20241022-v1:0"


def data_of(path: Path) -> Any:  # noqa: ANN401  # what a YAML file holds
    return load_yaml(path.read_text(encoding="utf-8"), source=str(path))


def rows_of(service: str) -> list[dict[str, str]]:
    with (PRICES / f"{service}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = [row for path in sorted(PRICES.glob("*.csv")) for row in rows_of(path.stem)]
CASES = data_of(ROOT / "tests" / "cases" / "price_situations.yaml")
SITUATIONS = [(service, *row) for service, rows in CASES.items() for row in rows]


@pytest.mark.parametrize(("service", "day", "item", "sku", "region", "usd"), SITUATIONS)
def test_a_price_on_a_day(service: str, day: str, item: str, sku: str, region: str, usd: str | None) -> None:
    found = BOOK.price(PriceKey(service, item, sku, "in_region"), region=region, as_of=date.fromisoformat(str(day)))
    if usd is None:
        assert isinstance(found, PriceNotFound), found
    else:
        assert isinstance(found, Price), found
        assert [tier.usd for tier in found.tiers] == [None if each == "?" else Decimal(each) for each in usd.split()]


# service, item, sku, region, scope, the price that is used (empty: none is), what others say
CONFLICTS = [
    (
        "bedrock",
        "on_demand.input_mtok",
        "anthropic.claude-3-5-haiku-20241022-v1:0",
        "us-east-1",
        "in_region",
        "0.8",
        "1",
    ),
    (
        "bedrock",
        "on_demand.output_mtok",
        "anthropic.claude-3-5-haiku-20241022-v1:0",
        "us-east-1",
        "in_region",
        "4",
        "5",
    ),
    ("bedrock", "on_demand.input_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "in_region", "0.33", "0.3"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "geo:us", "2.75", "2.5"),
    ("bedrock", "on_demand.input_mtok", "cohere.command-text-v14", UNLABELLED, "in_region", "", "1.5"),
    ("bedrock", "on_demand.input_mtok", "amazon.titan-text-lite-v1", UNLABELLED, "in_region", "", "0.3"),
    ("bedrock", "on_demand.input_mtok", "anthropic.claude-3-5-sonnet-20240620-v1:0", UNLABELLED, "in_region", "", "6"),
    (
        "bedrock",
        "provisioned_throughput.model_unit_hour_1_month",
        "anthropic.claude-v2:1",
        "ap-northeast-1",
        "in_region",
        "86",
        "163.8",
    ),
    ("sagemaker", "training.instance_hour", "ml.g5.xlarge", "us-east-1", "in_region", "1.408", "1.41"),
    ("sagemaker", "hosting.instance_hour", "ml.g6e.2xlarge", "us-east-1", "in_region", "2.8026", "2.8"),
    ("sagemaker", "training.instance_hour", "ml.m5.xlarge", "us-east-1", "in_region", "0.23", "0.269"),
    ("sagemaker", "hosting.data_processed_gb", "standard", "us-east-1", "in_region", "", "0.02"),
    ("opensearch", "instance.instance_hour", "or1.large.search", "us-east-1", "in_region", "0.209", "0.214"),
    ("aurora_serverless", "storage_gb_month", "io_optimized", "us-east-1", "in_region", "0.225", "0.23"),
    ("scheduler", "invocation_million", "standard", "us-east-1", "in_region", "1", "1.25"),
    ("neptune_analytics", "m_ncu_hour", "standard", "us-east-1", "in_region", "", "0.015 0.03 0.11"),
    ("s3_vectors", "storage_gb_month", "standard", "us-east-1", "in_region", "0.06", "0.05"),
]


@pytest.mark.parametrize(("service", "item", "sku", "region", "scope", "used", "others"), CONFLICTS)
def test_what_other_sources_say_is_kept(
    service: str, item: str, sku: str, region: str, scope: str, used: str, others: str
) -> None:
    place = {"service": service, "item": item, "sku": sku, "region": region, "scope": scope, "confidence": "conflict"}
    said = sorted(Decimal(row["usd"]) for row in ROWS if row.items() >= place.items())
    assert said == [Decimal(each) for each in others.split()]
    found = BOOK.price(PriceKey(service, item, sku, scope), region=region, as_of=TODAY)
    assert (str(found.tiers[0].usd) if isinstance(found, Price) else "") == used


def test_a_losing_side_differs_from_the_price_that_is_used() -> None:
    place = ("service", "item", "sku", "region", "scope")
    used = {
        (*(row[column] for column in place), Decimal(row["usd"]))
        for row in ROWS
        if row["confidence"] in DEFAULTS
        if row["usd"]
    }
    conflicts = [row for row in ROWS if row["confidence"] == "conflict"]
    assert conflicts
    assert [row for row in conflicts if (*(row[column] for column in place), Decimal(row["usd"])) in used] == []


RULE = data_of(PRICES / "derived.yaml")


def ec2_rows() -> list[dict[str, str]]:
    return [row for row in rows_of(RULE["from"]["service"]) if row["item"] == RULE["from"]["item"]]


def derived_rows() -> list[dict[str, str]]:
    """Reckon the rows that derived.yaml asks for."""
    items = {item for entry in RULE["ratios"] for item in entry["items"]}
    service = RULE["to"]["service"]
    listed = {(row["item"], row["sku"], row["region"]) for row in rows_of(service) if row["confidence"] in DEFAULTS}
    wanted = []
    for row in ec2_rows():
        family, size = row["sku"].split(".")
        fits = [
            entry
            for entry in RULE["ratios"]
            if family in entry["families"] and size in entry.get("sizes", [size]) and size != "metal"
        ]
        if row["region"] not in RULE["regions"] or not fits:
            continue
        sku = RULE["to"]["prefix"] + row["sku"]
        usd = format((Decimal(row["usd"]) * Decimal(fits[0]["ratio"])).normalize(), "f")
        wanted += [
            {
                **row,
                "service": service,
                "item": item,
                "sku": sku,
                "usd": usd,
                "source": RULE["source"],
                "confidence": "derived",
            }
            for item in sorted(items & set(fits[0]["items"]))
            if (item, sku, row["region"]) not in listed
        ]
    return wanted


def test_derived_rows_are_those_of_the_rule() -> None:
    def order(row: dict[str, str]) -> list[str]:
        return [row[column] for column in ("item", "sku", "region", "effective")]

    there = [row for row in ROWS if row["confidence"] == "derived"]
    assert sorted(there, key=order) == sorted(derived_rows(), key=order)


def test_nothing_is_derived_for_what_the_rule_excludes() -> None:
    families = {family for entry in RULE["ratios"] for family in entry["families"]}
    assert not families & set(RULE["never"])
    # every family that EC2 has is in one of the two lists
    assert {row["sku"].split(".")[0] for row in rows_of("ec2")} <= families | set(RULE["never"])
    assert {row["item"] for row in ROWS if row["confidence"] == "derived"} == {
        "training.instance_hour",
        "hosting.instance_hour",
    }


def test_ratios_are_those_of_the_listed_rates() -> None:
    """A rate that is listed in a region is EC2's rate there times the rule's ratio, to a half of a percent."""
    ec2 = {
        (row["sku"], row["region"]): Decimal(row["usd"])
        for row in rows_of("ec2")
        if row["item"] == RULE["from"]["item"]
    }
    current = {}
    for row in rows_of("sagemaker"):
        if row["confidence"] in DEFAULTS:
            current[row["item"], row["sku"].removeprefix("ml."), row["region"]] = Decimal(row["usd"])
    seen = defaultdict(set)
    for (item, sku, region), usd in current.items():
        family, size = sku.rpartition(".")[::2]
        for number, entry in enumerate(RULE["ratios"]):
            if item in entry["items"] and family in entry["families"] and size in entry.get("sizes", [size]):
                ratio = usd / ec2[sku, region]
                assert abs(ratio / Decimal(entry["ratio"]) - 1) < Decimal("0.005"), (item, sku, region, ratio)
                seen[number].add(family)
                break
    # each family but G7e, of which Studio's rates alone are listed, shows its ratio somewhere
    for number, entry in enumerate(RULE["ratios"]):
        assert seen[number] == set(entry["families"]) - {"g7e"}


def test_g7e_has_its_ratio_from_studio() -> None:
    ec2 = {row["sku"]: Decimal(row["usd"]) for row in ec2_rows()}
    studio = [row for row in rows_of("sagemaker") if row["item"] == "studio.instance_hour" and ".g7e." in row["sku"]]
    assert len(studio) == 6
    for row in studio:
        assert abs(Decimal(row["usd"]) / ec2[row["sku"].removeprefix("ml.")] - Decimal("1.25")) < Decimal("0.0001")


def test_no_rate_of_sagemaker_is_one_of_ec2() -> None:
    """Public code gives EC2's 98.32 and 32.77 as SageMaker's: wrong twice, for they are also old."""
    ec2 = {("ml." + row["sku"], row["region"], Decimal(row["usd"])) for row in rows_of("ec2")}
    sagemaker = [(row["sku"], row["region"], Decimal(row["usd"])) for row in rows_of("sagemaker")]
    assert [rate for rate in sagemaker if rate in ec2] == []


def test_kinds_of_sources() -> None:
    kinds = {
        "price_list",
        "price_list_copy",
        "aws_document",
        "aws_page_copy",
        "aws_sample",
        "invoice",
        "package",
        "third_party",
        "derived",
    }
    assert {BOOK.source(row["source"]).kind for row in ROWS} == kinds
    reckoned = {row["source"] for row in ROWS if row["confidence"] == "derived"}
    assert reckoned == {row["source"] for row in ROWS if BOOK.source(row["source"]).kind == "derived"}


def test_an_assumed_day_is_called_so_by_the_source() -> None:
    cut = {row["source"] for row in ROWS if row["effective"] == "2025-06-01"}
    assert len(cut) == 3
    for source in cut:
        assert re.search("assumed", BOOK.source(source).what), source


# The bound of a tier is in the unit of its dimension, save where a meter counts something else by it.
BOUNDS = {
    ("api_gateway", "http.request_million"): [300],  # 300 M requests
    ("api_gateway", "rest.request_million"): [333, 1_000, 20_000],
    ("api_gateway", "websocket.message_million"): [1_000],
    ("cloudwatch", "metrics.unit_month"): [10_000, 250_000],
    ("data_transfer", "internet_out.gb"): [10_240, 51_200, 153_600],  # 10, 50, 150 binary TB
    ("lambda", "gb_second"): [6_000_000_000, 7_500_000_000, 15_000_000_000],  # Arm's is the second
    ("s3", "standard.gb_month"): [51_200, 512_000],  # 50 and 500 binary TB
    ("s3_vectors", "processed_tb"): [100_000, 10_000_000],  # vectors, by their position in the index
    ("sagemaker", "ground_truth.object"): [50_000, 1_000_000],
    ("step_functions", "express.gb_hour"): [1_000, 5_000],  # 3.6 and 18 M GB-seconds
    ("vpc", "interface_endpoint.gb"): [1_048_576, 5_242_880],  # 1 and 5 PB as the price list bounds them
}


def test_bounds_of_tiers_are_in_the_unit_of_the_dimension() -> None:
    bounds = defaultdict(set)
    for row in ROWS:
        item, _, above = row["item"].partition("_over_")
        if above and row["service"] != "bedrock":
            bounds[row["service"], item].add(int(above))
    assert {key: sorted(each) for key, each in bounds.items()} == BOUNDS
    # of a prompt's tokens
    assert {row["item"].partition("_over_")[2] for row in ROWS if row["service"] == "bedrock"} == {
        "",
        "100000",
        "200000",
        "272000",
    }


NAMES = data_of(PRICES / "aliases.yaml")


def test_names_of_sources_stand_for_models_that_have_prices() -> None:
    priced = {row["sku"] for row in rows_of("bedrock")}
    targets = {*NAMES["aliases"].values(), *(model for models in NAMES["several"].values() for model in models)}
    assert targets <= priced
    assert all(len(models) > 1 for models in NAMES["several"].values())
    assert not NAMES["aliases"].keys() & NAMES["several"].keys()


def test_names_that_no_rule_maps_have_a_reason_and_no_price() -> None:
    assert all(NAMES["unmapped"].values())
    known = {*NAMES["aliases"], *NAMES["several"], *(row["sku"] for row in rows_of("bedrock"))}
    assert not known & NAMES["unmapped"].keys()


def test_names_of_sources_agree_with_the_catalogue() -> None:
    catalog = load_catalog()
    ids = {name: model.id for model in catalog.text_models for name in (model.name, *model.aliases)}
    ids |= {name: model.id for model in catalog.embedding_models for name in (model.name, *model.aliases)}
    shared = ids.keys() & NAMES["aliases"].keys()
    assert len(shared) > len(NAMES["aliases"]) / 2
    assert {name: ids[name] for name in shared} == {name: NAMES["aliases"][name] for name in shared}
