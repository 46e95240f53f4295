"""Seconds for estimates of large templates, how they grow, and how they compare with parsing the same text."""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.estimate.document import estimate_json
from planner.estimate.estimate import estimate_path
from planner.price_book import PriceBook
from planner.startup import quickly
from tests.benchmarks.diffs import DAY, template

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["EstimateSpeed", "estimate_speed", "measure_estimates", "text_of_estimates"]


@dataclass(frozen=True)
class EstimateSpeed:
    """Median seconds in one process for a file of so many resources: from the file to its document, and parsing it."""

    resources: int
    estimate: float
    parse: float


def estimate_speed(folder: Path, resources: int, *, rounds: int) -> EstimateSpeed:
    """Return the medians; the first round, which loads prices and modules, is left out."""
    path = folder / f"{resources}.json"
    text = json.dumps(template(resources))
    path.write_text(text, encoding="utf-8")
    book = PriceBook()
    estimating, parsing = [], []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        document = estimate_json(estimate_path(path, book=book, region="us-east-1", as_of=DAY))
        done = time.perf_counter()
        json.loads(text)
        parsing.append(time.perf_counter() - done)
        estimating.append(done - begun)
        assert len(document["resources"]) == resources
    return EstimateSpeed(resources, statistics.median(estimating[1:]), statistics.median(parsing[1:]))


def measure_estimates(folder: Path, *, rounds: int, few: int = 500, many: int = 5000) -> dict[str, Any]:
    """Return seconds by number of resources, how much more a resource takes among many, and ratios to parsing."""
    with quickly():  # as the command runs
        small, large = (estimate_speed(folder, count, rounds=rounds) for count in (few, many))
    return {
        "in_process": {
            str(each.resources): {"estimate": each.estimate, "parse": each.parse} for each in (small, large)
        },
        "growth_of_a_resource": (large.estimate / many) / (small.estimate / few),
        "estimate_to_json_loads": {str(each.resources): each.estimate / each.parse for each in (small, large)},
    }


def text_of_estimates(found: dict[str, Any]) -> str:
    """Return the figures for people."""
    ratios = found["estimate_to_json_loads"]
    rows = "\n".join(
        f"  {int(count):>5,} resources: {each['estimate'] * 1000:6.0f} ms, {ratios[count]:4.0f} times json.loads of it"
        for count, each in found["in_process"].items()
    )
    return f"""\
Estimates of templates in one process, from the file to the document
{rows}   (aim: 500 resources under 500 ms)
  a resource among many / among few   {found["growth_of_a_resource"]:5.2f}   (linear: 1.00; aim: at most 1.20)
"""
