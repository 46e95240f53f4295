"""The parts of docs/prices.md that the commands write."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from planner.cli import main

__all__ = ["conflicts", "coverage", "discounts_file", "own_bill", "own_prices", "show"]

_ROOT = Path(__file__).resolve().parent.parent
_PRICING = _ROOT / "examples" / "pricing"
_LINES_OF_CONFLICTS = 12


def _fenced(text: str, kind: str = "text") -> str:
    body = text.strip("\n")
    return f"```{kind}\n{body}\n```\n"


def _printed(*arguments: str) -> str:
    """Return what a command prints on a terminal of 100 columns."""
    result = CliRunner().invoke(main, arguments, env={"COLUMNS": "100"})
    if result.exit_code:
        raise AssertionError(result.output)
    return str(result.stdout)


def own_prices() -> str:
    """The example of own prices."""
    return _fenced((_PRICING / "private-prices.csv").read_text("utf-8"), "csv")


def discounts_file() -> str:
    """The example of discounts."""
    return _fenced((_PRICING / "discounts.yaml").read_text("utf-8"), "yaml")


def own_bill() -> str:
    """The bill of both."""
    prices, discounts = (str(_PRICING / name) for name in ("private-prices.csv", "discounts.yaml"))
    options = ("--prices", prices, "--discounts", discounts, "--currency", "EUR", "--rate", "0.93")
    return _fenced(_printed("bill", str(_PRICING / "usage.yaml"), *options))


def show() -> str:
    """Two prices of a model on which sources disagree."""
    return _fenced(
        _printed("prices", "show", "us.amazon.nova-2-lite-v1:0", "--item", "on_demand", "--as-of", "2026-11-20")
    )


def coverage() -> str:
    """How many models and instances have a price where."""
    text = _printed("prices", "coverage", "--as-of", "2026-11-20")
    return _fenced(text.partition("\nSources of the prices")[0])


def conflicts() -> str:
    """The first of the disagreements."""
    lines = _printed("prices", "conflicts", "--as-of", "2026-11-20").split("\n")
    return _fenced("\n".join([*lines[:_LINES_OF_CONFLICTS], "    …"]))
