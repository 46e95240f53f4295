"""The prices that ship: every row is sound, and some well-known ones are what their sources say."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from planner import price_book
from planner.price_book import Price, PriceBook, PriceKey, PriceNotFound
from planner.price_rows import DEFAULTS

PRICES = Path(__file__).parents[2] / "planner" / "prices"
FILES = sorted(PRICES.glob("*.csv"))
TODAY = date(2026, 11, 20)
BOOK = PriceBook()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REFRESHED = "aws-price-list-"  # the sources that a refresh adds begin so
ROWS = [row for path in FILES for row in rows_of(path)]

# The last word of an item is what is counted; a price is for one of these.
UNITS = {
    "input_mtok": {"1M tokens"},
    "output_mtok": {"1M tokens"},
    "cache_read_mtok": {"1M tokens"},
    "cache_write_mtok": {"1M tokens"},
    "cache_write_1h_mtok": {"1M tokens"},
    "training_mtok": {"1M tokens"},
    "training_image": {"image"},
    "training_hour": {"training hour"},
    "node_hour": {"node-hour"},
    "iu_second": {"IU-second"},
    "page_k": {"1K pages"},
    "event_million": {"1M events"},
    "model_month": {"model-month"},
    "model_unit_hour_no_commitment": {"model-unit hour"},
    "model_unit_hour_1_month": {"model-unit hour"},
    "model_unit_hour_6_months": {"model-unit hour"},
    "cmu_minute": {"CMU-minute"},
    "cmu_month": {"CMU-month"},
    "import": {"import"},
    "content_k": {"1K text units"},
    "topic_k": {"1K text units"},
    "pii_k": {"1K text units"},
    "word_k": {"1K text units"},
    "regex_k": {"1K text units"},
    "grounding_k": {"1K text units"},
    "automated_reasoning_k": {"1K text units"},
    "image_k": {"1K images"},
    "query_k": {"1K queries"},
    "query": {"query"},
    "index_gb_month": {"GB-month"},
    "retrieval_k": {"1K retrievals"},
    "agentic_k": {"1K agentic retrievals"},
    "retrieve_k": {"1K retrieves"},
    "transition_k": {"1K transitions"},
    "request_k": {"1K requests"},
    "token_k": {"1K tokens"},
    "unit": {"page", "image", "minute", "100 characters"},
    "extra_field": {"field"},
    "task": {"task"},
    "instance_hour": {"instance-hour"},
    "gb_month": {"GB-month"},
    "data_processed_gb": {"GB"},
    "object": {"object"},
    "upfront_fee": {"quantity"},
    "input_ktpm_hour_1_month": {"hour per 1K tokens-per-minute"},
    "input_ktpm_hour_3_months": {"hour per 1K tokens-per-minute"},
    "output_ktpm_hour_1_month": {"hour per 1K tokens-per-minute"},
    "output_ktpm_hour_3_months": {"hour per 1K tokens-per-minute"},
    "ocu_hour": {"OCU-hour"},
    "storage_gb_month": {"GB-month"},
    "backup_gb_month": {"GB-month"},
    "snapshot_export_gb": {"GB"},
    "put_gb": {"GB"},
    "returned_gb": {"GB"},
    "query_million": {"1M queries"},
    "processed_tb": {"TB"},
    "other_k": {"1K requests"},
    "acu_hour": {"ACU-hour"},
    "io_million": {"1M requests"},
    "index_hour": {"index-hour"},
    "capacity_unit_hour": {"unit-hour"},
    "m_ncu_hour": {"m-NCU-hour"},
    "put_k": {"1K requests"},
    "get_k": {"1K requests"},
    "request_million": {"1M requests"},
    "message_million": {"1M messages"},
    "gb_second": {"GB-second"},
    "provisioned_gb_second": {"GB-second"},
    "provisioned_duration_gb_second": {"GB-second"},
    "ephemeral_gb_second": {"GB-second"},
    "gb_hour": {"GB-hour"},
    "invocation_million": {"1M invocations"},
    "ingest_gb": {"GB"},
    "store_gb_month": {"GB-month"},
    "scan_gb": {"GB"},
    "unit_month": {"metric-month", "alarm-month", "dashboard-month"},
    "key_month": {"key-month"},
    "request_10k": {"10K requests"},
    "secret_month": {"secret-month"},
    "call_10k": {"10K calls"},
    "endpoint_hour": {"endpoint-hour"},
    "gateway_hour": {"gateway-hour"},
    "address_hour": {"address-hour"},
    "gb": {"GB"},
    "iops_month": {"IOPS-month"},
    "mbps_month": {"MB/s-month"},
    "budget_day": {"budget-day"},
    "budget": {"budget"},
    "report": {"report"},
}

# Free because the source says so; anything else at zero is a mistake.
FREE = {
    ("bedrock", "custom_model_import.import", "standard"),
    ("bedrock", "guardrails.regex_k", "text"),
    ("bedrock", "guardrails.word_k", "text"),
    ("aurora_serverless", "io_million", "io_optimized"),
    ("budgets", "alert.budget", "standard"),
}


def test_every_row_is_sound() -> None:
    assert BOOK.check() == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rows_stand_in_a_stable_order(path: Path) -> None:
    def place(row: dict[str, str]) -> tuple[object, ...]:
        base, _, above = row["item"].partition("_over_")
        return (
            base,
            row["sku"],
            row["region"],
            row["scope"],
            int(above or 0),
            row["effective"],
            row["confidence"],
            Decimal(row["usd"] or 0),
        )

    # What a refresh appends stands at the end, in the order of the days on which it was.
    rows = [row for row in rows_of(path) if not row["source"].startswith(REFRESHED)]
    assert rows == sorted(rows, key=place)


def test_units_are_those_of_the_dimension() -> None:
    wrong = {
        (row["item"], row["unit"])
        for row in ROWS
        if row["unit"] not in UNITS[re.sub(r"_over_\d+$", "", row["item"]).rpartition(".")[2]]
    }
    assert wrong == set()


def test_only_what_a_source_calls_free_costs_nothing() -> None:
    zero = {(row["service"], row["item"], row["sku"]) for row in ROWS if row["usd"] == "0"}
    assert zero == FREE


def test_decimals_are_written_plainly() -> None:
    prices = [row["usd"] for row in ROWS if row["usd"] or "_over_" not in row["item"]]
    assert [usd for usd in prices if not re.fullmatch(r"0|[1-9]\d*(\.\d*[1-9])?|0\.\d*[1-9]", usd)] == []


def test_above_a_tier_of_unknown_price_no_price_is_known() -> None:
    """What lies above the bound costs something else than below, and no source says what."""
    unknown = [row for row in ROWS if not row["usd"]]
    place = ("service", "sku", "region", "scope")
    for row in unknown:
        item, _, above = row["item"].partition("_over_")
        tiers = [
            other["item"].partition("_over_")[2]
            for other in ROWS
            if other["item"].partition("_over_")[0] == item and all(other[column] == row[column] for column in place)
        ]
        assert "" in tiers
        assert int(above) == max(int(tier or 0) for tier in tiers)


def test_each_source_is_used_and_none_is_missing() -> None:
    used = {row["source"] for row in ROWS}
    assert used == set(BOOK._sources)
    for key in used:
        assert BOOK.source(key).title


def test_a_tier_is_never_newer_than_its_base_price() -> None:
    first: dict[tuple[str, ...], str] = {}
    for row in ROWS:
        # AWS may begin a tier later: a refresh appends it as it comes.
        if row["confidence"] in DEFAULTS and not row["source"].startswith(REFRESHED):
            key = tuple(row[column] for column in ("service", "item", "sku", "region", "scope"))
            first[key] = min(row["effective"], first.get(key, row["effective"]))
    late = [
        key
        for key, day in first.items()
        if "_over_" in key[1] and not day <= first[key[0], key[1].partition("_over_")[0], *key[2:]]
    ]
    assert late == []


def test_models_are_named_by_their_bare_ids() -> None:
    profile = re.compile(r"(us|eu|apac|au|jp|ca|us-gov|global)\.|bedrock/")
    assert [row["sku"] for row in ROWS if row["service"] == "bedrock" and profile.match(row["sku"])] == []


def test_batch_costs_no_more_than_on_demand() -> None:
    usd = {
        (row["item"], row["sku"], row["region"], row["scope"]): Decimal(row["usd"])
        for row in ROWS
        if row["service"] == "bedrock" and row["confidence"] in DEFAULTS
    }
    dearer = [
        key
        for key, price in usd.items()
        if key[0].startswith("batch.") and price > usd.get((key[0].replace("batch.", "on_demand."), *key[1:]), price)
    ]
    assert dearer == []


def price(service: str, item: str, sku: str, region: str, scope: str, as_of: date = TODAY) -> Price | PriceNotFound:
    return BOOK.price(PriceKey(service, item, sku, scope), region=region, as_of=as_of)


# service, item, sku, region, scope, USD by tier; ? where no source says what lies above a bound
WELL_KNOWN = [
    # AWS price list of 2026-08-20
    ("bedrock", "on_demand.input_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.035"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.14"),
    ("bedrock", "batch.input_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.0175"),
    ("bedrock", "batch.output_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.07"),
    ("bedrock", "on_demand.input_mtok", "amazon.nova-lite-v1:0", "us-east-1", "in_region", "0.06"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-lite-v1:0", "us-west-2", "in_region", "0.24"),
    ("bedrock", "on_demand.input_mtok", "amazon.nova-pro-v1:0", "us-east-1", "in_region", "0.8"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-pro-v1:0", "us-east-1", "geo:us", "3.2"),
    ("bedrock", "on_demand.input_mtok", "amazon.nova-pro-v1:0", "eu-west-1", "geo:eu", "0.92"),
    ("bedrock", "on_demand.input_mtok", "amazon.nova-pro-v1:0", "eu-central-1", "geo:eu", "1.05"),
    ("bedrock", "on_demand.input_mtok", "anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1", "geo:us", "1.1"),
    ("bedrock", "on_demand.output_mtok", "anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1", "global", "5"),
    ("bedrock", "on_demand.input_mtok", "anthropic.claude-3-haiku-20240307-v1:0", "us-east-1", "in_region", "0.25"),
    ("bedrock", "on_demand.input_mtok", "meta.llama3-3-70b-instruct-v1:0", "us-west-2", "in_region", "0.72"),
    ("bedrock", "on_demand.output_mtok", "mistral.mistral-7b-instruct-v0:2", "us-east-1", "in_region", "0.2"),
    ("bedrock", "on_demand.input_mtok", "openai.gpt-oss-120b-1:0", "us-west-2", "in_region", "0.15"),
    ("bedrock", "embedding.input_mtok", "amazon.titan-embed-text-v2:0", "us-east-1", "in_region", "0.02"),
    ("bedrock", "embedding.input_mtok", "cohere.embed-english-v3", "us-east-1", "in_region", "0.1"),
    # the price query of 2026-08-02 and the pricing page of 2026-07-24: global × 1.1
    ("bedrock", "on_demand.input_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "in_region", "0.33"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "geo:us", "2.75"),
    ("bedrock", "on_demand.output_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "global", "2.5"),
    ("bedrock", "custom_on_demand.input_mtok", "amazon.nova-2-lite-v1:0", "us-east-1", "in_region", "0.3"),
    # litellm 1.109.1
    ("bedrock", "on_demand.cache_read_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.00875"),
    ("bedrock", "on_demand.input_mtok", "anthropic.claude-3-5-haiku-20241022-v1:0", "us-east-1", "in_region", "0.8"),
    ("bedrock", "on_demand.cache_write_1h_mtok", "anthropic.claude-sonnet-4-6", "us-east-1", "geo:us", "6.6"),
    ("bedrock", "on_demand.input_mtok", "anthropic.claude-haiku-5-5", "us-east-1", "global", "0.1 0.5"),
    ("bedrock", "rerank.query_k", "amazon.rerank-v1:0", "us-east-1", "in_region", "1"),
    # AWS Price List API of 2025-10-21
    ("bedrock", "custom_on_demand.output_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "0.14"),
    ("bedrock", "customization_training.training_mtok", "amazon.nova-micro-v1:0", "us-east-1", "in_region", "1"),
    ("bedrock", "customization_training.training_mtok", "amazon.nova-pro-v1:0", "us-east-1", "in_region", "8"),
    ("bedrock", "custom_model_storage.model_month", "custom_model", "us-west-2", "in_region", "1.95"),
    (
        "bedrock",
        "provisioned_throughput.model_unit_hour_1_month",
        "amazon.nova-lite-v1:0",
        "us-east-1",
        "in_region",
        "55",
    ),
    (
        "bedrock",
        "provisioned_throughput.model_unit_hour_6_months",
        "meta.llama3-1-8b-instruct-v1:0",
        "us-west-2",
        "in_region",
        "13.08",
    ),
    ("bedrock", "guardrails.content_k", "text", "us-east-1", "in_region", "0.15"),
    ("bedrock", "guardrails.pii_k", "text", "us-east-1", "in_region", "0.1"),
    ("bedrock", "guardrails.word_k", "text", "us-east-1", "in_region", "0"),
    ("bedrock", "flows.transition_k", "standard", "us-east-1", "in_region", "0.035"),
    # the price query of 2026-09-12
    ("bedrock", "custom_model_import.cmu_minute", "v1.0", "us-east-1", "in_region", "0.05718"),
    ("bedrock", "custom_model_import.cmu_minute", "v2.0", "us-east-1", "in_region", "0.1433"),
    # copies of the price list, 2026-09 and 2026-10
    ("sagemaker", "training.instance_hour", "ml.g5.xlarge", "us-east-1", "in_region", "1.408"),
    ("sagemaker", "hosting.instance_hour", "ml.g5.xlarge", "us-east-1", "in_region", "1.41"),
    ("sagemaker", "notebook.instance_hour", "ml.g5.xlarge", "us-east-1", "in_region", "1.41"),
    ("sagemaker", "hosting.instance_hour", "ml.m5.xlarge", "us-east-1", "in_region", "0.23"),
    ("sagemaker", "training.instance_hour", "ml.p5.48xlarge", "us-east-1", "in_region", "63.296"),
    ("sagemaker", "hyperpod.instance_hour", "ml.p4d.24xlarge", "us-east-1", "in_region", "25.91"),
    ("sagemaker", "storage.gb_month", "training", "us-east-1", "in_region", "0.14"),
    ("opensearch_serverless", "ocu.ocu_hour", "classic", "us-east-1", "in_region", "0.24"),
    ("opensearch_serverless", "ocu.ocu_hour", "nextgen", "us-east-1", "in_region", "0.24"),
    ("opensearch", "instance.instance_hour", "r6g.large.search", "us-east-1", "in_region", "0.167"),
    ("opensearch", "instance.gb_month", "gp3", "us-east-1", "in_region", "0.122"),
    ("s3_vectors", "storage_gb_month", "standard", "us-east-1", "in_region", "0.06"),
    ("s3_vectors", "processed_tb", "standard", "us-west-2", "in_region", "0.004 0.002 0.0004"),
    ("s3", "standard.gb_month", "standard", "us-east-1", "in_region", "0.023 0.022 0.021"),
    ("s3", "standard.put_k", "standard", "us-east-1", "in_region", "0.005"),
    ("aurora_serverless", "acu_hour", "standard", "us-east-1", "in_region", "0.12"),
    ("aurora_serverless", "storage_gb_month", "standard", "us-east-1", "in_region", "0.1"),
    ("kendra", "index.index_hour", "genai_enterprise", "us-east-1", "in_region", "0.32"),
    # 6 and 15 thousand million GB-seconds: totals of Infracost's golden file
    ("lambda", "gb_second", "x86_64", "us-east-1", "in_region", "0.0000166667 0.000015 0.0000133334"),
    ("step_functions", "standard.transition_k", "standard", "eu-west-1", "in_region", "0.025"),
    # 0.00001667, 0.00000833 and 0.00000456 USD a GB-second × 3,600
    ("step_functions", "express.gb_hour", "standard", "us-east-1", "in_region", "0.060012 0.029988 0.016416"),
    ("scheduler", "invocation_million", "standard", "eu-central-1", "in_region", "1.15"),
    ("api_gateway", "http.request_million", "standard", "us-east-1", "in_region", "1 0.9"),
    ("cloudwatch", "logs.ingest_gb", "standard", "eu-west-1", "in_region", "0.57"),
    ("cloudwatch", "metrics.unit_month", "standard", "us-east-1", "in_region", "0.3 0.1 ?"),
    ("kms", "key.key_month", "standard", "us-east-1", "in_region", "1"),
    ("kms", "key.request_10k", "standard", "us-east-1", "in_region", "0.03"),
    ("secrets_manager", "secret_month", "standard", "us-east-1", "in_region", "0.4"),
    ("vpc", "interface_endpoint.gb", "standard", "us-east-1", "in_region", "0.01 0.006 0.004"),
    ("vpc", "nat_gateway.gateway_hour", "standard", "us-east-1", "in_region", "0.045"),
    ("ebs", "gp3.gb_month", "standard", "us-east-1", "in_region", "0.08"),
    ("fsx", "lustre.gb_month", "125", "us-east-1", "in_region", "0.145"),
    ("budgets", "action.budget_day", "standard", "eu-west-1", "in_region", "0.1"),
]


@pytest.mark.parametrize(("service", "item", "sku", "region", "scope", "usd"), WELL_KNOWN)
def test_well_known_prices(service: str, item: str, sku: str, region: str, scope: str, usd: str) -> None:
    found = price(service, item, sku, region, scope)
    assert isinstance(found, Price), found
    assert [tier.usd for tier in found.tiers] == [None if each == "?" else Decimal(each) for each in usd.split()]


NOWHERE = [
    # never a default: figures that contradict each other, have no region, or are retired
    ("neptune_analytics", "m_ncu_hour", "standard", "us-east-1", "0.03 was seen there (conflict"),
    ("sagemaker", "hosting.data_processed_gb", "standard", "us-east-1", "0.02 was seen there (conflict"),
    ("sagemaker", "training.instance_hour", "ml.p3.2xlarge", "us-east-1", "3.825 was seen there (stale"),
    ("sagemaker", "hyperpod.instance_hour", "ml.p5.48xlarge", "us-east-1", "66.048 was seen there (unverified"),
    (
        "bedrock",
        "customization_training.training_hour",
        "openai.gpt-oss-20b-1:0",
        "us-east-1",
        "80 was seen without a region (unverified",
    ),
    # the price list has these models in other regions alone
    ("bedrock", "on_demand.input_mtok", "mistral.mistral-large-2407-v1:0", "us-east-1", "in_region in us-west-2"),
    (
        "bedrock",
        "on_demand.input_mtok",
        "meta.llama3-1-405b-instruct-v1:0",
        "us-east-1",
        "in_region in us-east-2, us-west-2",
    ),
    ("bedrock", "customization_training.training_mtok", "meta.llama3-1-8b-instruct-v1:0", "us-east-1", "in us-west-2"),
    # regions that no source speaks of
    ("opensearch_serverless", "ocu.ocu_hour", "classic", "eu-west-1", "ap-northeast-1, eu-west-2, us-east-1"),
    ("kendra", "index.index_hour", "developer", "eu-west-1", "in_region in us-east-1"),
]


@pytest.mark.parametrize(("service", "item", "sku", "region", "expected"), NOWHERE)
def test_what_the_book_does_not_know_it_does_not_price(
    service: str, item: str, sku: str, region: str, expected: str
) -> None:
    found = price(service, item, sku, region, "in_region")
    assert isinstance(found, PriceNotFound), found
    assert expected in found.reason


def test_compiled_sources_are_those_of_the_yaml() -> None:
    twin = Path(price_book.__file__).parent / "prices" / "sources.json"
    assert twin.read_text(encoding="utf-8") == price_book.compiled_sources(), "run make catalog"
