"""Places of keys in files that people write."""

from __future__ import annotations

import pytest

from planner.source_lines import line_of_key, lines_of_keys

TEXT = """\
# a workload
name: assistant
need:
  knowledge:
    changes: monthly
  behavior: format
constraints: {monthly_usd: 500, regions: [us-east-1, eu-west-1]}
evidence:
  scores:
    rag: 0.5
list:
  - {a: 1}
  - b: 2
last: |
  text: not a key
? [odd]
: value
after: 1
"""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("name", (2, 1)),
        ("need", (3, 1)),
        ("need.knowledge.changes", (5, 5)),
        ("need.behavior", (6, 3)),
        ("constraints.monthly_usd", (7, 15)),
        ("constraints.regions", (7, 33)),
        ("constraints.one_time_usd", (7, 1)),  # isn't stated: the nearest above it is
        ("evidence.scores.rag", (10, 5)),
        ("list", (11, 1)),
        ("list.a", (11, 1)),
        ("after", (18, 1)),
        ("traffic.requests_per_month", None),
        ("text", None),
        ("", None),
    ],
)
def test_places(key: str, place: tuple[int, int] | None) -> None:
    assert line_of_key(TEXT, key) == place


def test_json() -> None:
    assert line_of_key('{\n  "traffic": {\n    "pattern": "steady"}}', "traffic.pattern") == (3, 5)


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "\x00", "word", "a: &a {b: *a}", "[" * 5000])
def test_what_has_no_keys_has_no_places(text: str) -> None:
    assert line_of_key(text, "b") is None
    assert isinstance(lines_of_keys(text), dict)
