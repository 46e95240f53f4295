"""Where sources disagree, and what was seen without being a price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.price_book import PriceKey
from planner.price_conflicts import disagreements, unpriceable
from planner.price_rows import UNLABELLED
from planner.price_search import every
from planner.prices_report.conflicts import conflicts_report
from tests.planner.builders import DAY, SHIPPED_BOOK
from tests.planner.made_prices import LITE, PRO, ROWS, made_book, row

if TYPE_CHECKING:
    from pathlib import Path

    from planner.price_book import PriceBook


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    return made_book(tmp_path)


def said(book: PriceBook, as_of: date = DAY) -> list[tuple[str, str, str, str, str]]:
    return [
        (each.key.item, each.above, " ".join(each.regions), str(each.usd), str(each.other_usd))
        for each in disagreements(book, as_of=as_of)
    ]


def test_a_disagreement_has_both_prices(book: PriceBook) -> None:
    # The output's "conflict" says what the price says: 0.24.
    assert said(book) == [
        ("on_demand.input_mtok", "", "us-east-1", "0.06", "0.09"),
        ("standard.gb_month", "51200", "us-east-1", "0.022", "0.033"),  # a tier with the tier of the same bound
    ]


def test_the_ratio_is_theirs_to_ours(book: PriceBook) -> None:
    assert [each.ratio for each in disagreements(book, as_of=DAY)] == [Decimal("1.5"), Decimal("1.5")]


def test_a_free_price_has_no_ratio(tmp_path: Path) -> None:
    zero = row("s3", "standard.get_k", "standard", usd="0")
    book = made_book(tmp_path, (zero, row("s3", "standard.get_k", "standard", source="page", confidence="conflict")))
    (one,) = disagreements(book, as_of=DAY)
    assert one.ratio is None
    assert "ratio" in conflicts_report(book, as_of=DAY, evidence=False).document["conflicts"][0]


def test_a_source_that_names_no_region_speaks_of_all_that_have_a_price(tmp_path: Path) -> None:
    item = "on_demand.input_mtok"
    book = made_book(
        tmp_path,
        (
            row("bedrock", item, LITE, "us-east-1", usd="1"),
            row("bedrock", item, LITE, "us-west-2", usd="1"),
            row("bedrock", item, LITE, "eu-west-1", usd="1.2"),
            row("bedrock", item, LITE, "ap-south-1", usd="2"),
            row("bedrock", item, LITE, "eu-west-1", scope="geo:eu", usd="1.2"),
            row("bedrock", item, LITE, "unlabelled", usd="2", source="page", confidence="conflict"),
        ),
    )
    assert said(book) == [  # the same at two places is one; where it says the same, it is none
        (item, "", "eu-west-1", "1.2", "2"),
        (item, "", "us-east-1 us-west-2", "1", "2"),
    ]


@pytest.mark.parametrize(("as_of", "count"), [("2024-12-31", 0), ("2026-08-19", 0), ("2026-08-20", 2)])
def test_a_day_has_the_disagreements_of_that_day(book: PriceBook, as_of: str, count: int) -> None:
    assert len(said(book, date.fromisoformat(as_of))) == count


def test_evidence_without_a_price_is_listed_apart(book: PriceBook) -> None:
    seen = [(entry.sku, entry.row.confidence) for entry in unpriceable(book, as_of=DAY)]
    # ml.g6.xlarge has a derived price on request; PRO's flex was seen without a region.
    assert seen == [(PRO, "unverified"), ("ml.p3.2xlarge", "stale")]


def test_what_has_a_price_in_some_region_is_not_without_one(tmp_path: Path) -> None:
    priced = row("bedrock", "flex.input_mtok", PRO, "us-west-2")
    assert [entry.sku for entry in unpriceable(made_book(tmp_path, (*ROWS, priced)), as_of=DAY)] == ["ml.p3.2xlarge"]


def test_the_report_counts_and_names_sources(book: PriceBook) -> None:
    report = conflicts_report(book, as_of=DAY, evidence=False)
    assert report.headline[0] == "2 prices on which sources disagree on 2026-11-20"
    assert "2 more" in report.headline[1]
    assert "without_price" not in report.document
    assert len(report.rows) == 2
    whole = conflicts_report(book, as_of=DAY, evidence=True)
    assert len(whole.document["without_price"]) == 2
    assert len(whole.rows) == 4
    assert {len(each) for each in whole.rows} == {len(whole.head)}


def test_no_conflict_of_the_shipped_book_gets_lost() -> None:
    """A row marked as a conflict disagrees with a price, says the same, or there is no price."""
    found = disagreements(SHIPPED_BOOK, as_of=DAY)
    told = {(each.key, each.above, each.other.row.source, region) for each in found for region in each.regions}
    without = set(unpriceable(SHIPPED_BOOK, as_of=DAY))
    agreeing = []
    for entry in every(SHIPPED_BOOK):
        row = entry.row
        if row.confidence != "conflict" or entry in without:
            continue
        key = PriceKey(entry.service, entry.item, entry.sku, row.scope)
        if not any(
            place[:3] == (key, row.above, row.source) and row.region in (place[3], UNLABELLED) for place in told
        ):
            agreeing.append(entry)
    assert agreeing == []
    for each in found:
        assert each.usd != each.other_usd
        assert each.price.source != each.other.row.source
