"""Estimates of a whole template as the command prints them, in every format, with a usage file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import main

CASES = Path(__file__).parents[2] / "cases" / "estimate_templates"
GOLDEN = Path(__file__).parents[2] / "golden" / "estimate"
FORMATS = {"text": "txt", "markdown": "md", "csv": "csv", "json": "json"}


@pytest.mark.parametrize("name", ["assistant_platform", "order_events", "web_shop"])
@pytest.mark.parametrize("output_format", FORMATS)
def test_estimates_are_the_golden_ones(
    output_format: str, name: str, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES)
    arguments = [f"{name}.yaml", "--usage", f"{name}.usage.yml", "--region", "us-east-1", "--as-of", "2026-11-20"]
    secret = ["--parameter", "DbPassword=do-not-show-me"] if name == "web_shop" else []
    result = CliRunner().invoke(main, ["estimate", *arguments, *secret, "--format", output_format])
    assert result.exit_code == 0, result.output
    assert "do-not-show-me" not in result.output
    path = GOLDEN / f"{name}.{FORMATS[output_format]}"
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(result.stdout, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == result.stdout, "make golden, then look at the difference"


def test_own_prices_discounts_and_currencies_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(CASES)
    arguments = ["web_shop.yaml", "--region", "us-east-1", "--as-of", "2026-11-20", "--format", "json"]
    plain = CliRunner().invoke(main, ["estimate", *arguments]).stdout
    discounts = tmp_path / "discounts.yaml"
    discounts.write_text("discounts:\n  - {name: agreement, service: ebs, percent: 10}\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["estimate", *arguments, "--discounts", str(discounts), "--currency", "EUR", "--rate", "0.5"]
    )
    assert result.exit_code == 0, result.output
    before, after = json.loads(plain), json.loads(result.stdout)

    def volume(document: dict[str, object]) -> str:
        resources = document["resources"]
        assert isinstance(resources, list)
        return str(next(each["monthly_usd"] for each in resources if each["path"] == "Data"))

    # 200 GB of gp3 at $0.08 is $16; a tenth less is $14.40
    assert (volume(before), volume(after)) == ("16", "14.4")
    assert after["currency"]["code"] == "EUR"
