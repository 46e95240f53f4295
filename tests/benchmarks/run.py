"""Speed beside other tools, in one run: `python -m tests.benchmarks.run` or `make bench`.

Cold starts are ratios of medians over interleaved rounds, since seconds say more of the machine than of the program.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.bills import bill_speed, book_seconds, peak_mb_of_batch
from tests.benchmarks.diffs import measure_diffs, text_of_diffs
from tests.benchmarks.estimates import measure_estimates, text_of_estimates
from tests.benchmarks.guarded_app import measure_guarded_app, text_of_guarded_app
from tests.benchmarks.rounds import CHECKOUT, Command, environment, in_rounds
from tests.benchmarks.throughput import growth, throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main", "measure", "measure_bills"]

_EXAMPLE = "examples/support-assistant.yaml"


def _start_commands() -> list[Command]:
    prices = Path(sys.executable).with_name("genai-prices")
    tokens = ["--input-tokens", "1000", "--output-tokens", "500"]
    return [
        Command("fmplan plan", [sys.executable, "-m", "planner.cli", "plan", _EXAMPLE]),
        Command("fmplan plan --no-flips", [sys.executable, "-m", "planner.cli", "plan", "--no-flips", _EXAMPLE]),
        Command("genai-prices calc", [sys.executable, str(prices), "calc", *tokens, "gpt-4o"]),
    ]


def _synth_commands(folder: Path) -> list[Command]:
    output = str(folder / "cdk.out")
    return [
        Command("fmplan synth", [sys.executable, "-m", "planner.cli", "synth", _EXAMPLE, "-o", output]),
        Command("empty CDK app", [sys.executable, str(CHECKOUT / "tests/benchmarks/empty_app.py")]),
    ]


def measure_bills(*, rounds: int, lines: int) -> dict[str, Any]:
    """Return the figures of bills: microseconds a line, the ratio, seconds to load, megabytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        speed = bill_speed(folder, lines=min(lines, 20_000), rounds=rounds)
        few, many = lines // 100, lines
        peaks = {str(count): peak_mb_of_batch(folder, lines=count) for count in (few, many)}
    return {
        "line_us": speed.line_us,
        "genai_prices_us": speed.calculation_us,
        "line_to_genai_prices": speed.ratio,
        "book_seconds": book_seconds(rounds=rounds),
        "peak_mb_by_lines": peaks,
    }


def measure(*, rounds: int, workloads: int, flipped: int) -> dict[str, Any]:
    """Return all figures: medians in seconds, ratios, plans per second, memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        surroundings = environment(folder / "pycache")
        plan = in_rounds(_start_commands(), rounds=rounds, surroundings=surroundings, folder=CHECKOUT)
        synth = in_rounds(_synth_commands(folder), rounds=rounds, surroundings=surroundings, folder=CHECKOUT)
    without = throughput(workloads, flips=False)
    with_flips = throughput(flipped, flips=True)
    kept = growth(max(1, workloads // 5))
    return {
        "seconds": {**plan, **synth},
        "plan_to_genai_prices": plan["fmplan plan"] / plan["genai-prices calc"],
        "plan_no_flips_to_genai_prices": plan["fmplan plan --no-flips"] / plan["genai-prices calc"],
        "synth_to_empty_app": synth["fmplan synth"] / synth["empty CDK app"],
        "plans_per_second": without.per_second,
        "plans_per_second_with_flips": with_flips.per_second,
        "workloads": {"planned": without.planned, "refused": without.refused},
        "memory": {"peak_mb": with_flips.peak_mb, "second_pass_grew_by_kb": kept.kb},
    }


def _text(found: dict[str, Any], rounds: int) -> str:
    seconds = "\n".join(f"  {name:<24}{value:6.3f} s" for name, value in found["seconds"].items())
    planned, memory = found["workloads"], found["memory"]
    return f"""\
Cold start, medians of {rounds} interleaved rounds
{seconds}
  fmplan plan / genai-prices calc             {found["plan_to_genai_prices"]:5.2f}   (aim: at most 1.20)
  fmplan plan --no-flips / genai-prices calc  {found["plan_no_flips_to_genai_prices"]:5.2f}
  fmplan synth / empty CDK app                {found["synth_to_empty_app"]:5.2f}   (aim: at most 2.00)
One process, {planned["planned"]} varied workloads, every candidate priced ({planned["refused"]} refused as bad input)
  plans per second              {found["plans_per_second"]:8.1f}   (aim: at least 100)
  plans per second, with flips  {found["plans_per_second_with_flips"]:8.1f}
  memory: peak {memory["peak_mb"]:.0f} MB; a second pass left {memory["second_pass_grew_by_kb"]:.0f} KB behind
"""


def _bills_text(found: dict[str, Any]) -> str:
    loads = ", ".join(f"{service} {seconds * 1000:.0f} ms" for service, seconds in found["book_seconds"].items())
    peaks = ", ".join(f"{int(lines):,} lines {peak:.0f} MB" for lines, peak in found["peak_mb_by_lines"].items())
    return f"""\
Bills in one process
  fmplan bill --batch, a line      {found["line_us"]:7.1f} µs
  genai-prices, a calculation      {found["genai_prices_us"]:7.1f} µs
  line / calculation               {found["line_to_genai_prices"]:7.2f}   (aim: at most 1.00)
  first look-up in a new process: {loads} (aim: under 60 ms)
  memory: {peaks}
"""


def _plans(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    found = measure(rounds=options.rounds, workloads=options.workloads, flipped=options.flipped)
    return found, _text(found, options.rounds)


def _bills(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    found = measure_bills(rounds=options.rounds, lines=options.lines)
    return found, _bills_text(found)


def _diffs(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    with tempfile.TemporaryDirectory() as name:
        found = measure_diffs(Path(name), rounds=options.rounds)
    return found, text_of_diffs(found)


def _estimate(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    with tempfile.TemporaryDirectory() as name:
        found = measure_estimates(Path(name), rounds=options.rounds)
    return found, text_of_estimates(found)


def _cdk(options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    with tempfile.TemporaryDirectory() as name:
        found = measure_guarded_app(Path(name), rounds=options.rounds)
    return found, text_of_guarded_app(found)


# Each gives its figures and their text.
_PARTS: dict[str, Callable[[argparse.Namespace], tuple[dict[str, Any], str]]] = {
    "plans": _plans,
    "bills": _bills,
    "estimate": _estimate,
    "diffs": _diffs,
    "cdk": _cdk,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="of cold starts")
    parser.add_argument("--workloads", type=int, default=1000, help="planned without flips")
    parser.add_argument("--flipped", type=int, default=100, help="planned with flips")
    parser.add_argument("--lines", type=int, default=1_000_000, help="of usage in the largest batch")
    parser.add_argument("--only", choices=tuple(_PARTS), help="one part of the figures")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args(arguments)
    found = {name: part(options) for name, part in _PARTS.items() if options.only in {None, name}}
    if options.json:
        figures = {name: figures for name, (figures, _) in found.items()}
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print("".join(text for _, text in found.values()), end="")


if __name__ == "__main__":
    main()
