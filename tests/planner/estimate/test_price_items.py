"""Whatever estimates ask a price for, the book has such items, or rows of one's own may."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import InputError
from planner.estimate.estimate import estimate_path, estimate_template
from planner.estimate.facts import Facts
from planner.estimate.usage import load_usage_by_resource, parse_usage_by_resource
from planner.price_book import PriceBook
from planner.price_items import PRICED_ITEMS
from planner.yaml12 import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[2] / "cases"
DAY = date(2026, 11, 20)
HEADER = "service,item,sku,region,scope,unit,usd,effective,observed,source,confidence\n"
QUEUE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What is asked for from here on: unit by service and item."""
    found: dict[tuple[str, str], str] = {}
    priced = Facts.priced

    def recording(
        self: Facts, key: tuple[str, str, str | None], amount: Decimal | None, unit: str, rule: str, *, idle: bool
    ) -> Iterator[Any]:
        found[key[0], key[1]] = unit
        return priced(self, key, amount, unit, rule, idle=idle)

    monkeypatch.setattr(Facts, "priced", recording)
    return found


def test_every_item_that_is_asked_for_may_have_a_price(asked: dict[tuple[str, str], str]) -> None:
    book = PriceBook()
    for path in sorted((CASES / "estimate_templates").glob("*.yaml")):
        stated = load_usage_by_resource(path.with_suffix(".usage.yml"))
        estimate_path(path, book=book, region="us-east-1", as_of=DAY, usage=stated)
    cases: Any = load_yaml((CASES / "estimate_resources.yaml").read_text(encoding="utf-8"), source="cases")
    for case in cases:
        template = {"Resources": {"It": {"Type": case["type"], "Properties": case.get("properties") or {}}}}
        usage = parse_usage_by_resource(
            {"version": 1, "resource_usage": {"It": case.get("usage") or {}}}, source="cases"
        )
        estimate_template(template, source="case", book=book, region="us-east-1", as_of=DAY, usage=usage)
    assert len(asked) > 30
    for (service, item), unit in asked.items():
        in_the_book = any(name == item for name, _ in book.rows(service))
        assert in_the_book or PRICED_ITEMS.get(service, {}).get(item) == unit, (service, item, unit)
    for service, items in PRICED_ITEMS.items():
        assert not {name for name, _ in book.rows(service)} & items.keys(), "the book has a price by now"


def own(folder: Path, row: str) -> PriceBook:
    path = folder / "own.csv"
    path.write_text(HEADER + row, encoding="utf-8")
    return PriceBook(own=path)


def test_a_price_of_one_s_own_for_a_service_that_the_book_does_not_have(tmp_path: Path) -> None:
    row = "sqs,queue.request_million,standard,us-east-1,in_region,1M requests,0.4,2026-01-01,,our agreement,A\n"
    usage = parse_usage_by_resource(
        {"version": 1, "resource_usage": {"Queue": {"monthly_requests": 5_000_000}}}, source="usage"
    )
    found = estimate_template(QUEUE, source="t", book=own(tmp_path, row), region="us-east-1", as_of=DAY, usage=usage)
    # five million at $0.40
    assert found.amounts.monthly_usd == Decimal(2)
    assert found.coverage["estimated"] == 1
    assert json.dumps([line.own for line in found.resources[0].lines]) == "[true]"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("sqss,queue.request_million,standard,us-east-1,in_region,1M requests,1,2026-01-01,,x,A", "did you mean 'sqs'"),
        (
            "sqs,queue.requests_million,standard,us-east-1,in_region,1M requests,1,2026-01-01,,x,A",
            "did you mean 'queue.request_million'",
        ),
        (
            "sqs,queue.request_million,standard,us-east-1,in_region,requests,1,2026-01-01,,x,A",
            "is counted in 1M requests",
        ),
    ],
)
def test_misspelled_rows_are_refused(tmp_path: Path, row: str, said: str) -> None:
    def estimate() -> None:
        book = own(tmp_path, row + "\n")
        estimate_template(QUEUE, source="t", book=book, region="us-east-1", as_of=DAY)

    with pytest.raises(InputError) as refused:
        estimate()
    assert said in str(refused.value)
