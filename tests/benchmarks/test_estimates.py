"""The benchmark of estimates runs and says what it measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.estimates import measure_estimates, text_of_estimates

if TYPE_CHECKING:
    from pathlib import Path


def test_estimates_are_timed(tmp_path: Path) -> None:
    found = measure_estimates(tmp_path, rounds=1, few=10, many=20)
    assert found["in_process"].keys() == {"10", "20"}
    assert all(seconds > 0 for each in found["in_process"].values() for seconds in each.values())
    assert "20 resources" in text_of_estimates(found)
