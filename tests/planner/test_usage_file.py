"""Usage files: what they state, and each mistake with the one message that names key, value and fix."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.price_book import Tier
from planner.usage_file import load_usage, parse_usage
from planner.yaml12 import load_yaml

TODAY = date(2026, 11, 20)
CASES_FILE = Path(__file__).parents[1] / "cases" / "usage_errors.yaml"
GOOD_LINE = {"meter": "lambda", "requests": 5, "memory_mb": 512, "duration_ms": 100}


def _cases() -> list[dict[str, Any]]:
    cases = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source=str(CASES_FILE))
    assert isinstance(cases, list)
    return cases


def _over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    changed = {**base, **changes}
    return {key: value for key, value in changed.items() if value is not None}


def _file(case: dict[str, Any]) -> dict[str, Any]:
    line = case.get("swap") or _over(GOOD_LINE, case.get("line", {}))
    return _over({"region": "us-east-1", "usage": [line]}, case.get("file", {}))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["says"][:60])
def test_a_mistake_gets_one_message(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as raised:
        parse_usage(_file(case), source="usage.yaml", today=TODAY)
    assert str(raised.value) == "usage.yaml: " + case["says"]


def test_what_the_mistakes_are_made_in_is_right() -> None:
    assert len(parse_usage(_file({}), source="usage.yaml", today=TODAY).lines) == 1


def test_all_mistakes_are_told_at_once() -> None:
    lines = [{**GOOD_LINE, "requests": -1}, GOOD_LINE, {"meter": "lamda"}]
    with pytest.raises(InputError) as raised:
        parse_usage({"region": "x", "usage": lines}, source="u.yaml", today=TODAY)
    assert [fault.split(":")[1].strip() for fault in str(raised.value).splitlines()] == [
        "region",
        "usage[0].requests",
        "usage[2].meter",
    ]


def test_a_flood_of_mistakes_is_cut() -> None:
    with pytest.raises(InputError) as raised:
        parse_usage({"region": "us-east-1", "usage": [{}] * 25}, source="u.yaml", today=TODAY)
    faults = str(raised.value).splitlines()
    assert len(faults) == 21
    assert faults[-1] == "u.yaml: and 5 more"


@pytest.mark.parametrize(
    ("stated", "override", "day"),
    [
        (None, None, TODAY),
        ("2025-05-01", None, date(2025, 5, 1)),
        ("2025-05-01", date(2024, 2, 29), date(2024, 2, 29)),
        (None, date(2024, 2, 29), date(2024, 2, 29)),
    ],
)
def test_the_day_is_the_options_else_the_files_else_today(stated: str | None, override: date | None, day: date) -> None:
    data = _over({"region": "us-east-1", "usage": []}, {"as_of": stated})
    assert parse_usage(data, source="u", today=TODAY, as_of=override).as_of == day


def test_rates_are_read_from_their_text_whatever_they_are_written_as(tmp_path: Path) -> None:
    path = tmp_path / "usage.yaml"
    path.write_text(
        """
        region: us-east-1
        usage:
          - meter: lambda
            requests: 1e6
            gb_seconds: 0.1
            prices:
              request_million: "0.20"
              gb_second: [{up_to: 6e9, usd: 0.0000166667}, {usd: "0.000015"}]
              provisioned_gb_second: 3
        """,
        encoding="utf-8",
    )
    (line,) = load_usage(path, today=TODAY).lines
    assert line.usage.params["requests"] == Decimal(1_000_000)
    assert line.usage.params["gb_seconds"] == Decimal("0.1")
    assert line.given == {
        "request_million": (Tier(Decimal(0), Decimal("0.20")),),
        "gb_second": (Tier(Decimal(0), Decimal("0.0000166667")), Tier(Decimal(6_000_000_000), Decimal("0.000015"))),
        "provisioned_gb_second": (Tier(Decimal(0), Decimal(3)),),
    }


def test_the_last_tier_may_end_and_then_nothing_is_known_above_it() -> None:
    line = {**GOOD_LINE, "prices": {"gb_second": [{"up_to": 5, "usd": "1"}]}}
    (read,) = parse_usage({"region": "us-east-1", "usage": [line]}, source="u", today=TODAY).lines
    assert read.given == {"gb_second": (Tier(Decimal(0), Decimal(1)), Tier(Decimal(5), None))}


@pytest.mark.parametrize("text", ["[]", "5", "- meter: lambda", '"text"'])
def test_a_file_is_a_mapping(tmp_path: Path, text: str) -> None:
    path = tmp_path / "usage.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"usage\.yaml: a usage file is a mapping with region and usage"):
        load_usage(path, today=TODAY)


@pytest.mark.parametrize("number", ["1e999", ".inf", ".nan", "NaN1e5"])
def test_what_only_a_float_could_hold_is_refused(tmp_path: Path, number: str) -> None:
    path = tmp_path / "usage.yaml"
    path.write_text(f"region: us-east-1\nusage: [{{meter: scheduler, invocations: {number}}}]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"usage\.yaml"):
        load_usage(path, today=TODAY)
