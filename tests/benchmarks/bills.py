"""Bills per second beside `genai-prices`, memory over many lines, and how long the price book takes to load.

Both price the same requests of the same models in the same process. fmplan's line is a whole one: JSON in, checked
usage, a bill with rules and sources, JSON out; the other's is its `calc_price`, which returns a price in memory.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from genai_prices import Usage, calc_price

from planner.batch import answers
from planner.bill_answer import bill_text
from planner.price_book import PriceBook
from planner.usage_file import parse_usage
from tests.benchmarks.rounds import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["BillSpeed", "bill_speed", "book_seconds", "peak_mb_of_batch", "write_usage"]

DAY = date(2026, 11, 20)
# On-demand models that both know.
MODELS = (
    "amazon.nova-micro-v1:0",
    "amazon.nova-lite-v1:0",
    "amazon.nova-pro-v1:0",
    "meta.llama3-1-8b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
)
_SERVICES = ("bedrock", "sagemaker", "lambda")
_LOAD = """
import sys, time
from datetime import date
from planner.price_book import PriceBook, PriceKey
keys = {
    "bedrock": PriceKey("bedrock", "on_demand.input_mtok", "amazon.nova-lite-v1:0", "in_region"),
    "sagemaker": PriceKey("sagemaker", "training.instance_hour", "ml.g5.xlarge", "in_region"),
    "lambda": PriceKey("lambda", "request_million", "standard", "in_region"),
}
begun = time.perf_counter()
price = PriceBook().price(keys[sys.argv[1]], region="us-east-1", as_of=date(2026, 11, 20))
print(time.perf_counter() - begun, price.tiers[0].usd)
"""
_PEAK = """
import resource, sys
from planner.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)
"""


@dataclass(frozen=True)
class BillSpeed:
    """Microseconds: a line of `fmplan bill --batch`, and a calculation of genai-prices."""

    line_us: float
    calculation_us: float

    @property
    def ratio(self) -> float:
        """A line to a calculation."""
        return self.line_us / self.calculation_us


def _requests(count: int, seed: int = 1) -> Iterator[tuple[str, int, int]]:
    generator = random.Random(seed)
    for _ in range(count):
        yield generator.choice(MODELS), generator.randint(100, 5000), generator.randint(10, 900)


def write_usage(path: Path, count: int) -> None:
    """Write so many lines of usage."""
    with path.open("w", encoding="utf-8") as stream:
        for index, (model, tokens_in, tokens_out) in enumerate(_requests(count)):
            usage = {
                "meter": "bedrock.on_demand",
                "model": model,
                "input_tokens": tokens_in,
                "output_tokens": tokens_out,
            }
            line = {"id": index, "region": "us-east-1", "as_of": DAY.isoformat(), "usage": [usage]}
            stream.write(json.dumps(line) + "\n")


def _line_us(path: Path, book: PriceBook, count: int) -> float:
    def answer(data: dict[str, Any], source: str) -> tuple[str, int]:
        return bill_text(parse_usage(data, source=source, today=DAY), book=book)

    begun = time.perf_counter()
    codes = {code for _, code in answers(path, answer)}
    taken = time.perf_counter() - begun
    if codes != {0}:
        message = f"a line was not priced: {codes}"
        raise RuntimeError(message)
    return taken / count * 1e6


def _calculation_us(calls: list[tuple[str, Usage]]) -> float:
    begun = time.perf_counter()
    for model, usage in calls:
        calc_price(usage, model_ref=model, provider_id="aws")
    return (time.perf_counter() - begun) / len(calls) * 1e6


def bill_speed(folder: Path, *, lines: int, rounds: int) -> BillSpeed:
    """Return medians over interleaved rounds, after one that warms both up."""
    path = folder / "usage.jsonl"
    write_usage(path, lines)
    calls = [(model, Usage(input_tokens=given, output_tokens=made)) for model, given, made in _requests(lines)]
    book = PriceBook()
    ours, theirs = [], []
    for _ in range(rounds + 1):
        ours.append(_line_us(path, book, lines))
        theirs.append(_calculation_us(calls))
    return BillSpeed(statistics.median(ours[1:]), statistics.median(theirs[1:]))


def book_seconds(*, rounds: int) -> dict[str, float]:
    """Return the seconds of a first look-up in a new process, by service, medians."""
    found: dict[str, list[float]] = {service: [] for service in _SERVICES}
    for _ in range(rounds):
        for service in _SERVICES:
            done = subprocess.run(
                [sys.executable, "-c", _LOAD, service], cwd=CHECKOUT, capture_output=True, text=True, check=True
            )
            found[service].append(float(done.stdout.split()[0]))
    return {service: statistics.median(seconds) for service, seconds in found.items()}


def peak_mb_of_batch(folder: Path, *, lines: int) -> float:
    """Return the largest resident set of a process that bills so many lines into a file."""
    path = folder / f"usage-{lines}.jsonl"
    write_usage(path, lines)
    command = [sys.executable, "-c", _PEAK, "bill", "--batch", str(path), "-o", str(folder / "answers.jsonl")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return float(done.stderr.split()[-1])
