"""Seconds for estimates and diffs of large templates, how they grow, and a cold `fmplan diff` beside another tool."""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.diff.document import diff_document
from planner.diff.estimate_side import estimate_side
from planner.estimate.estimate import estimate_template
from planner.price_book import PriceBook
from planner.startup import quickly
from tests.benchmarks.rounds import CHECKOUT, Command, environment, in_rounds

if TYPE_CHECKING:
    from planner.diff.side import Side

__all__ = ["DiffSpeed", "cold_diff", "diff_speed", "measure_diffs", "template", "text_of_diffs"]

DAY = date(2026, 11, 20)
_ROLE = {
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]
}


@dataclass(frozen=True)
class DiffSpeed:
    """Median seconds in one process for so many resources: both sides estimated, and their diff."""

    resources: int
    estimate: float
    diff: float


def template(resources: int, *, memory_mb: int = 512) -> dict[str, Any]:
    """Return a template whose resources are of five usual types; the memory changes some and renames others."""
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("AWS::Lambda::Function", {"MemorySize": memory_mb, "Runtime": "python3.13"}),
        ("AWS::SQS::Queue", {"VisibilityTimeout": 60}),
        ("AWS::DynamoDB::Table", {"TableName": f"table-{memory_mb}", "BillingMode": "PAY_PER_REQUEST"}),
        ("AWS::EC2::NatGateway", {"ConnectivityType": "public"}),
        ("AWS::IAM::Role", {"AssumeRolePolicyDocument": _ROLE}),
    )
    made = {}
    for number in range(resources):
        kind, properties = kinds[number % len(kinds)]
        path = {"aws:cdk:path": f"App/Part{number // 20}/Resource{number}"}
        made[f"Resource{number}"] = {"Type": kind, "Properties": properties, "Metadata": path}
    return {"Resources": made}


def diff_speed(resources: int, *, rounds: int) -> DiffSpeed:
    """Return the medians for a template of so many resources against one that changes two fifths of them."""
    book = PriceBook()
    estimating, diffing = [], []
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        before, after = (_side(template(resources, memory_mb=memory), book) for memory in (512, 1024))
        estimated = time.perf_counter()
        document = diff_document(before, after, double_running_hours=Decimal(24))
        diffing.append(time.perf_counter() - estimated)
        estimating.append((estimated - begun) / 2)
        assert len(document["resources"]) == resources * 2 // 5
    # The first round loads prices and modules.
    return DiffSpeed(resources, statistics.median(estimating[1:]), statistics.median(diffing[1:]))


def _side(data: dict[str, Any], book: PriceBook) -> Side:
    estimate = estimate_template(data, source="template", book=book, region="us-east-1", as_of=DAY)
    return estimate_side(estimate, source="template", kind="template")


def cold_diff(folder: Path, *, rounds: int, resources: int = 500) -> dict[str, float]:
    """Return median seconds of a cold diff of two templates, and of another tool that looks up one price."""
    paths = [folder / f"{memory}.json" for memory in (512, 1024)]
    for path in paths:
        path.write_text(json.dumps(template(resources, memory_mb=int(path.stem))), encoding="utf-8")
    prices = Path(sys.executable).with_name("genai-prices")
    sides = [*map(str, paths), "--region", "us-east-1"]
    commands = [
        Command("fmplan diff", [sys.executable, "-m", "planner.cli", "diff", *sides]),
        Command("genai-prices calc", [sys.executable, str(prices), "calc", "--input-tokens", "1000", "gpt-4o"]),
    ]
    return dict(in_rounds(commands, rounds=rounds, surroundings=environment(folder / "pycache"), folder=CHECKOUT))


def measure_diffs(folder: Path, *, rounds: int, few: int = 500, many: int = 5000) -> dict[str, Any]:
    """Return seconds by number of resources, how much more a resource takes among many, and cold starts."""
    with quickly():  # as the command runs
        small, large = diff_speed(few, rounds=rounds), diff_speed(many, rounds=max(1, rounds // 3))
    cold = cold_diff(folder, rounds=rounds, resources=few)
    return {
        "in_process": {str(each.resources): {"estimate": each.estimate, "diff": each.diff} for each in (small, large)},
        "growth_of_a_resource": ((large.estimate * 2 + large.diff) / many) / ((small.estimate * 2 + small.diff) / few),
        "cold_seconds": cold,
        "cold_diff_to_genai_prices": cold["fmplan diff"] / cold["genai-prices calc"],
    }


def text_of_diffs(found: dict[str, Any]) -> str:
    """Return the figures for people."""
    rows = "\n".join(
        f"  {int(count):>5,} resources: estimate {each['estimate'] * 1000:6.0f} ms, diff {each['diff'] * 1000:6.0f} ms"
        for count, each in found["in_process"].items()
    )
    cold = "\n".join(f"  {name:<24}{seconds:6.3f} s" for name, seconds in found["cold_seconds"].items())
    return f"""\
Diffs of templates in one process
{rows}   (aim: 500 resources under 500 ms, both sides and the diff)
  a resource among many / among few   {found["growth_of_a_resource"]:5.2f}   (linear: 1.00)
Cold start, two templates of 500 resources
{cold}
  fmplan diff / genai-prices calc     {found["cold_diff_to_genai_prices"]:5.2f}
"""
