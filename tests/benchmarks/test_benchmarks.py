"""The benchmark's parts run; what they measure is for `make bench`, never for a test to hold against anybody."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.benchmarks.bills import bill_speed, book_seconds, peak_mb_of_batch
from tests.benchmarks.diffs import measure_diffs, text_of_diffs
from tests.benchmarks.rounds import CHECKOUT, Command, environment, in_rounds
from tests.benchmarks.throughput import growth, throughput
from tests.benchmarks.workloads import workloads

if TYPE_CHECKING:
    from pathlib import Path


def test_commands_are_timed_in_rounds(tmp_path: Path) -> None:
    commands = [
        Command("nothing", [sys.executable, "-c", ""]),
        Command("help", [sys.executable, "-m", "planner.cli", "-h"]),
    ]
    taken = in_rounds(commands, rounds=1, surroundings=environment(tmp_path), folder=CHECKOUT)
    assert list(taken) == ["nothing", "help"]
    assert all(seconds > 0 for seconds in taken.values())


def test_workloads_are_planned() -> None:
    done = throughput(5, flips=True)
    assert done.planned + done.refused == 5
    assert done.planned >= 4
    assert growth(2).first_kb > 0


def test_workloads_come_from_their_seed() -> None:
    assert list(workloads(20)) == list(workloads(20))
    assert list(workloads(20)) != list(workloads(20, seed=2))
    stated = list(workloads(200))
    sections = {key for workload in stated for key in workload}
    assert sections >= {"name", "need", "data", "traffic", "evidence", "constraints", "value", "assumptions", "design"}


def test_bills_are_timed_beside_another_tool(tmp_path: Path) -> None:
    speed = bill_speed(tmp_path, lines=20, rounds=1)
    assert speed.line_us > 0
    assert speed.ratio == speed.line_us / speed.calculation_us
    assert book_seconds(rounds=1).keys() == {"bedrock", "sagemaker", "lambda"}


def test_a_batch_is_billed_in_a_process_of_its_own(tmp_path: Path) -> None:
    assert peak_mb_of_batch(tmp_path, lines=50) > 1
    assert len((tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()) == 50


def test_diffs_are_timed(tmp_path: Path) -> None:
    found = measure_diffs(tmp_path, rounds=1, few=10, many=20)
    assert found["in_process"].keys() == {"10", "20"}
    assert all(seconds > 0 for each in found["in_process"].values() for seconds in each.values())
    assert "fmplan diff / genai-prices calc" in text_of_diffs(found)
