"""The benchmark of synthesis with costs runs; what it measures is for `make bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.guarded_app import measure_guarded_app, text_of_guarded_app

if TYPE_CHECKING:
    from pathlib import Path


def test_synthesis_is_timed_with_and_without_costs(tmp_path: Path) -> None:
    found = measure_guarded_app(tmp_path, rounds=1, validate=False)
    assert all(seconds > 0 for seconds in found["seconds"].values())
    assert "with costs / plain" in text_of_guarded_app(found)
    plain, guarded = (
        (tmp_path / way / "ShopApi.template.json").read_text(encoding="utf-8") for way in found["seconds"]
    )
    assert "fmplan::cost" not in plain
    assert "fmplan::cost" in guarded
