"""Templates as teams publish them, some fifty resources each: what of them is estimated, and nothing by omission."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.estimate.document import estimate_json
from planner.estimate.estimate import estimate_path
from planner.estimate.usage import load_usage_by_resource
from planner.price_book import PriceBook

FOLDER = Path(__file__).parents[2] / "cases" / "estimate_templates"
# Without a usage file: most of what is charged by traffic waits for one.
COVERAGE = {
    "assistant_platform": {"estimated": 3, "free": 22, "unpriced": 27, "unsupported": 0},
    "order_events": {"estimated": 2, "free": 28, "unpriced": 29, "unsupported": 0},
    "web_shop": {"estimated": 4, "free": 39, "unpriced": 14, "unsupported": 0},
}
# With the usage file beside it: what is left has no price in the book.
WITH_USAGE = {
    "assistant_platform": {"estimated": 16, "free": 22, "unpriced": 14, "unsupported": 0},
    "order_events": {"estimated": 13, "free": 28, "unpriced": 18, "unsupported": 0},
    "web_shop": {"estimated": 8, "free": 39, "unpriced": 10, "unsupported": 0},
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_coverage(path: Path) -> None:
    found = estimate_path(path, book=PriceBook(), region="us-east-1", as_of=date(2026, 11, 20))
    assert found.coverage == COVERAGE[path.stem]
    document = estimate_json(found)
    for each in document["resources"]:
        # What costs nothing says why, and what has no price says what is missing.
        assert each["status"] == "estimated" or each["reason"], each["path"]
        assert each["status"] in {"estimated", "unpriced"} or each["monthly_usd"] == "0"
    assert document["unsupported"] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_coverage_with_a_usage_file(path: Path) -> None:
    usage = load_usage_by_resource(path.with_suffix(".usage.yml"))
    found = estimate_path(path, book=PriceBook(), region="us-east-1", as_of=date(2026, 11, 20), usage=usage)
    assert found.coverage == WITH_USAGE[path.stem]
    # Usage moves what is priced, and nothing between what is free, known and unknown.
    assert {name: WITH_USAGE[path.stem][name] for name in ("free", "unsupported")} == {
        name: COVERAGE[path.stem][name] for name in ("free", "unsupported")
    }


def test_reserved_hours_of_a_platform() -> None:
    found = estimate_path(
        FOLDER / "assistant_platform.yaml", book=PriceBook(), region="us-east-1", as_of=date(2026, 11, 20)
    )
    monthly = {each.path: each.amounts.monthly_usd for each in found.resources}
    # two ml.g5.xlarge for 730 hours at $1.41
    assert str(monthly["RankerConfig"]) == "2058.6"
    # a developer edition for 730 hours at $1.125
    assert str(monthly["Index"]) == "821.25"
