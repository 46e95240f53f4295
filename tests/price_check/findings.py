"""From the book and the packages to what the report tells."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

from tests.price_check.compare import compare, standings
from tests.price_check.conflicts import contradictions
from tests.price_check.known import read_known, settle
from tests.price_check.report import Findings, Result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.price_check.compare import Ours
    from tests.price_check.known import Known
    from tests.price_check.quotes import Package

__all__ = ["find", "newest_day"]


def newest_day(prices: Path) -> date:
    """Return the newest day on which a price of Bedrock's was seen: the check speaks of that day, whenever it runs."""
    with (prices / "bedrock.csv").open(encoding="utf-8", newline="") as stream:
        return date.fromisoformat(max(row["observed"] for row in csv.DictReader(stream)))


def find(
    prices: Path, ours: Ours, packages: Iterable[Package], *, as_of: date, known: Known | None = None
) -> tuple[Findings, list[str]]:
    """Return what the report tells, and which explanations explain nothing any more."""
    known = known or read_known()
    results = [Result(package, *compare(package.quotes, ours)) for package in packages]
    compared = [each for result in results for each in result.compared]
    settled, unsettled, unused = settle((each for each in compared if not each.agrees), known, ours)
    own = contradictions(prices, ours, compared)
    over = [f"{entry.title} ({entry.package})" for entry in unused]
    over += sorted(known.conflicts.keys() - {each.model for each in own})
    findings = Findings(as_of, ours, results, standings(compared, ours), settled, unsettled, own, known.conflicts)
    return findings, over
