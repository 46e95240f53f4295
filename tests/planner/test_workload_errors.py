from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.workload import parse_workload
from planner.yaml12 import load_yaml

ASSUMPTIONS = ("label_usd_per_example", "person_day_usd", "prompt_margin")
CASES = Path(__file__).parents[1] / "cases"
SCORE = "allowed: a number from -1,000,000,000 to 1,000,000,000"


def cases(name: str) -> list[tuple[str, str]]:
    """Return a table's pairs: a line of YAML, and the indented lines after it."""
    pairs: list[tuple[str, list[str]]] = []
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            pairs[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            pairs.append((line, []))
    return [(snippet, "\n".join(lines)) for snippet, lines in pairs]


def refused(data: dict[Any, Any]) -> str:
    with pytest.raises(InputError) as caught:
        parse_workload({"name": "w1", **data}, source="w.yaml", assumption_names=ASSUMPTIONS)
    return str(caught.value)


@pytest.mark.parametrize(("snippet", "message"), cases("workload_errors.txt"))
def test_an_error_names_file_key_value_and_what_is_allowed(snippet: str, message: str) -> None:
    data = load_yaml(f"{{{snippet}}}", source="snippet")
    assert isinstance(data, dict)
    assert refused(data) == f"w.yaml: {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({3: 1}, "3: unknown key; keys are words"),
        ({"name": "ab\n"}, "name: 'ab\\n' is no name; allowed: 2 to 40 small letters"),
        ({"description": "x" * 1001}, f"description: '{'x' * 60}…' is no description; allowed: up to"),
        ({"horizon_months": 10**5000}, "horizon_months: a number of over 40 digits is above the limit"),
        ({"horizon_months": 12.0}, "horizon_months: 12.0 is no whole number; allowed: a whole number from 1"),
        ({"evidence": {"target": Decimal("NaN")}}, f"evidence.target: NaN is no number; {SCORE}"),
        ({"evidence": {"target": Decimal("-Infinity")}}, f"evidence.target: -Infinity is no number; {SCORE}"),
        ({"evidence": {"target": object()}}, f"evidence.target: a object is no number; {SCORE}"),
        ({"constraints": {"regions": [None]}}, "constraints.regions.0: nothing is no region"),
        ({"a b\n": 1}, "'a b\\n': unknown key; allowed: name, description, region"),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_only_a_program_can_pass_is_refused_as_well(data: dict[Any, Any], message: str) -> None:
    assert refused(data).startswith(f"w.yaml: {message}")


def test_all_errors_come_at_once_in_the_order_of_the_file() -> None:
    data: dict[str, Any] = {
        "design": {"aproach": "rag"},
        "zzz": 1,
        "region": "x",
        "constraints": {"regions": ["us-east-1", "x", 5]},
        "traffic": {"latency_p95_ms": 0, "pattern": "x", "requests_per_month": 1},
    }
    with pytest.raises(InputError) as caught:
        parse_workload(data, source="w.yaml", assumption_names=())
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "design.aproach",
        "zzz",
        "region",
        "constraints.regions.1",
        "constraints.regions.2",
        "traffic.latency_p95_ms",
        "traffic.pattern",
        "name",
    ]


def test_at_most_twenty_errors_are_listed() -> None:
    lines = refused({f"key{number:02}": 1 for number in range(30)}).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "w.yaml: and 10 more errors"
