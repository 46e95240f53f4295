"""Every rule: usage types as AWS writes them → the row that they price, the reason why none, or unknown."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from planner.money import plain
from planner.price_book import PriceBook
from planner.price_rows import read
from planner.refresh.models import models
from planner.refresh.observe import Observed, observe
from planner.refresh.outcome import Skip
from planner.refresh.parse import offer_of, product_of
from planner.refresh.rules import SERVICES
from planner.yaml12 import load_yaml
from tests.planner.refresh.samples import product

HERE = Path(__file__).parent
PRICES = Path(__file__).parents[3] / "planner" / "prices"
CASES = load_yaml((HERE / "rules.yaml").read_text(encoding="utf-8"), source="rules.yaml")
assert isinstance(CASES, dict)
RULES = {each.code: each.rule for each in SERVICES}
TABLE = [(code, case) for code, cases in CASES.items() for case in cases]


def said(code: str, case: dict[str, object]) -> str:
    tiers = case.get("tiers")
    usd = str(case["usd"]) if tiers is None else [(str(a), str(b), str(c)) for a, b, c in tiers]  # type: ignore[attr-defined]
    region = str(case.get("region", "us-east-1"))
    attributes = {str(name): str(value) for name, value in dict(case.get("with", {})).items()}  # type: ignore[call-overload]
    description = str(case.get("says", ""))
    document = product(
        code, str(case["usage"]), usd, str(case["unit"]), region=region, description=description, **attributes
    )
    found = observe(
        product_of(document["product"], document["terms"]["OnDemand"], offer_of(document, code)), RULES[code], region
    )
    if found is None:
        return "unknown"
    if isinstance(found, Skip):
        return f"skip: {found.reason}"
    return shown(found)


def shown(found: Observed) -> str:
    target = found.target
    prices = " ".join(
        f"{plain(tier.usd)}@{plain(tier.above)}" if tier.above else plain(tier.usd) for tier in found.tiers
    )
    return f"{target.service} {target.item} {target.sku} {target.scope} {prices} / {target.unit}"


@pytest.mark.parametrize(("code", "case"), TABLE, ids=[f"{code} {case['usage']}" for code, case in TABLE])
def test_products_become_rows(code: str, case: dict[str, object]) -> None:
    assert said(code, case) == case["is"]


def test_every_rule_has_a_case_that_prices() -> None:
    priced = {code for code, case in TABLE if not str(case["is"]).startswith(("skip", "unknown"))}
    assert priced == set(RULES)


# What the list has and the book has not yet, in any region: rows that a refresh may add.
NEW = {
    ("bedrock", "flex.cache_write_mtok", "amazon.nova-2-lite-v1:0"),
    ("bedrock", "provisioned_throughput.model_unit_hour_6_months", "meta.llama2-13b-chat-v1"),
    ("sagemaker", "studio.instance_hour", "ml.g5.xlarge"),
}


def test_rules_price_rows_of_the_book_in_its_units() -> None:
    """A row of another name than the book's would be appended beside it, and price nothing."""
    units: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for path in PRICES.glob("*.csv"):
        for (item, sku), rows in read(path).items():
            units[path.stem, item, sku] |= {row.unit for row in rows}
    missing = set()
    for _, case in TABLE:
        text = str(case["is"])
        if text.startswith(("skip", "unknown")):
            continue
        service, item, sku = text.split()[:3]
        if (service, item, sku) not in units:
            missing.add((service, item, sku))
        else:
            assert units[service, item, sku] == {text.rpartition(" / ")[2]}
    assert missing - NEW == set()


def test_model_names_lead_to_ids_of_the_book() -> None:
    have = {sku for _, sku in read(PRICES / "bedrock.csv")}
    assert set(models().ids.values()) - have == set()
    assert models().embeddings <= set(models().ids.values())
    assert set(models().long_prompt_tokens) <= set(models().ids.values())


def test_no_name_is_both_priced_and_not() -> None:
    assert set(models().unpriced) & set(models().ids) == set()


def test_the_bounds_of_long_prompts_are_those_of_the_book() -> None:
    book = PriceBook()
    for model, bound in models().long_prompt_tokens.items():
        skus = book.skus("bedrock", "on_demand.input_mtok")
        assert model in skus
        rows = read(PRICES / "bedrock.csv")["on_demand.input_mtok", model]
        assert str(bound) in {row.above for row in rows}
