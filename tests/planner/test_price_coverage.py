"""How complete the book is, counted by hand for a small one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from planner.errors import InputError
from planner.price_coverage import MODES, Cell, Instances, SourceAge, instances, models, regions_of, source_ages
from planner.price_rows import ALL_REGIONS
from planner.prices_report.coverage import coverage_report
from tests.planner.builders import DAY, SHIPPED_BOOK
from tests.planner.made_prices import LITE, made_book

if TYPE_CHECKING:
    from pathlib import Path

    from planner.price_book import PriceBook

REGIONS = ("us-east-1", "us-west-2")


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    return made_book(tmp_path)


def test_a_cell_has_the_scopes_with_all_of_a_modes_prices(book: PriceBook) -> None:
    everywhere = Cell(("in_region",), ())
    assert models(book, regions=REGIONS, as_of=DAY) == {
        # global has the price of output alone
        (LITE, "us-east-1", "on demand"): Cell(("in_region", "geo:us"), ("global",)),
        (LITE, "us-east-1", "provisioned"): everywhere,  # a price for all regions
        (LITE, "us-west-2", "batch"): everywhere,
        (LITE, "us-west-2", "provisioned"): everywhere,
    }


@pytest.mark.parametrize(
    ("as_of", "cells"), [("2024-12-31", 0), ("2025-01-01", 1), ("2026-08-20", 4), ("2026-12-01", 5)]
)
def test_a_day_has_the_coverage_of_that_day(book: PriceBook, as_of: str, cells: int) -> None:
    assert len(models(book, regions=REGIONS, as_of=date.fromisoformat(as_of))) == cells


def test_regions_are_those_with_a_price_of_a_model(book: PriceBook) -> None:
    assert regions_of(book) == REGIONS


def test_derived_instances_stand_beside_the_priced_ones(book: PriceBook) -> None:
    # ml.g5.xlarge has both; a stale hour of hosting is none.
    assert instances(book, as_of=DAY) == {("training", "us-east-1"): Instances(priced=1, derived=1)}


def test_sources_have_their_age_and_their_prices(book: PriceBook) -> None:
    # Of twelve prices in force eleven are of the list, one of the note; those of page and rule are evidence.
    assert source_ages(book, as_of=DAY) == [
        SourceAge("list", "2026-11-01", 19, 11),
        SourceAge("undated", None, None, 1),
    ]


@pytest.mark.parametrize(("as_of", "old"), [("2027-01-30", False), ("2027-01-31", True)])
def test_a_source_is_old_after_ninety_days(book: PriceBook, as_of: str, old: bool) -> None:
    # 2026-11-01 and 90 days: 29 of November, 31 of December, 30 of January
    report = coverage_report(book, regions=(), shown=(), as_of=date.fromisoformat(as_of))
    assert report.document["sources"][0]["old"] is old
    assert report.headline[1].startswith(f"2 sources, {int(old)} of them older")


def test_the_report_counts_models_by_region_and_mode(book: PriceBook) -> None:
    report = coverage_report(book, regions=(), shown=("us-east-1",), as_of=DAY)
    counts = report.document["regions"]
    assert {region: {mode: count for mode, count in found.items() if count} for region, found in counts.items()} == {
        "us-east-1": {"on demand": 1, "provisioned": 1},
        "us-west-2": {"batch": 1, "provisioned": 1},
    }
    assert report.document["models"]["us-east-1"][LITE]["on demand"] == {
        "scopes": ["in_region", "geo:us"],
        "partial": ["global"],
    }
    (table,) = [section for section in report.sections if section.title == "Models in us-east-1"]
    assert table.groups[0].rows[0].cells == ("nova-lite-v1:0", "r,us", "r")


def test_what_the_catalogue_can_call_and_the_book_cannot_price_is_named(book: PriceBook) -> None:
    missing = coverage_report(book, regions=("us-east-1",), shown=(), as_of=DAY).document["not_priced"]["us-east-1"]
    assert {"model": "amazon.nova-micro-v1:0", "scope": "in_region"} in missing
    assert {"model": LITE, "scope": "in_region"} not in missing


def test_an_unknown_region_is_refused(book: PriceBook) -> None:
    with pytest.raises(InputError, match="no price of a model in 'us-est-1'; did you mean 'us-east-1'"):
        coverage_report(book, regions=("us-est-1",), shown=(), as_of=DAY)


def test_modes_are_apart_and_their_items_are_in_the_book() -> None:
    items = {item for item, _ in SHIPPED_BOOK.rows("bedrock")}
    for item in items:
        assert sum(mode.has(item) for mode in MODES) <= 1, item
    for mode in MODES:
        assert any(mode.has(item) for item in items), mode
        assert set(mode.needs) <= items


def test_every_model_that_the_catalogue_calls_on_demand_has_a_price() -> None:
    missing = coverage_report(SHIPPED_BOOK, regions=REGIONS, shown=REGIONS, as_of=DAY).document["not_priced"]
    assert missing == {region: [] for region in REGIONS}


def test_no_place_without_a_name_is_a_region() -> None:
    assert not {ALL_REGIONS, "unlabelled"} & set(regions_of(SHIPPED_BOOK))
