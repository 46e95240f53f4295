from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.source_lines import SourceLines, line_of_key

CHECKOUT = Path(__file__).resolve().parents[2]

YAML = """\
# a comment: traffic
name: support

traffic:
  requests_per_month: 300000   # the peak
  "input_tokens": {p50: 1, p95: 2}
models: &all [a, {b: 1}]
again: *all
evidence:
  scores:
    model.v1: 0.9
    model: {v2: 0.8}
"""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("name", (2, 1)),
        ("traffic", (4, 1)),
        ("traffic.requests_per_month", (5, 3)),
        ("traffic.input_tokens", (6, 3)),
        ("traffic.input_tokens.p95", (6, 28)),
        # not stated: the nearest ancestor that is
        ("traffic.growth_per_month", (4, 1)),
        ("traffic.requests_per_month.too.deep", (5, 3)),
        ("constraints.monthly_usd", None),
        ("", None),
        # list items, by position; an alias's own are where its anchor is
        ("models[0]", (7, 15)),
        ("models[1].b", (7, 19)),
        ("models.1.b", (7, 19)),
        ("models[7].b", (7, 1)),
        ("again", (8, 1)),
        ("again[1].b", (7, 19)),
        # keys with dots
        ("evidence.scores.model.v1", (11, 5)),
        ("evidence.scores.model.v2", (12, 13)),
        ("evidence.scores.model.v3", (12, 5)),
    ],
)
def test_the_place_of_a_key_in_yaml(key: str, place: tuple[int, int] | None) -> None:
    assert line_of_key(YAML, key) == place


def test_an_exact_place_is_only_that_of_what_is_stated() -> None:
    lines = SourceLines(YAML)
    assert lines.place("traffic.requests_per_month", exact=True) == (5, 3)
    assert lines.place("traffic.growth_per_month", exact=True) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_place_of_a_key_in_json(newline: str) -> None:
    text = newline.join(
        [
            "{",
            '\t"name": "a: {\\"b\\": 1}",',
            '  "traffic": {"requests_per_month": 3e5, "mix": [1, {"a\\u0062": [true, null]}, "x"]},',
            '  "constraints":',
            '    {"monthly_usd": 500}',
            "}",
        ]
    )
    lines = SourceLines(text)
    assert lines.place("name") == (2, 2)
    assert lines.place("b") is None
    assert lines.place("traffic.requests_per_month") == (3, 15)
    assert lines.place("traffic.mix[1].ab[1]") == (3, 72)
    assert lines.place("traffic.mix[2]") == (3, 80)
    assert lines.place("constraints.monthly_usd") == (5, 6)


def test_yaml_that_starts_with_a_brace_is_yaml() -> None:
    assert line_of_key("{a: 1,\n b: {c: 2}}", "b.c") == (2, 6)


@pytest.mark.parametrize(
    "text",
    ["", "just words", "a: [1", '{"a": 1', "[1, 2", "? {a: b}\n: c", "\tx: 1", "a: \x00", "a: 1\n---\nb: ]", "]"],
)
def test_what_has_no_keys_has_no_places(text: str) -> None:
    assert line_of_key(text, "b") is None


def test_bombs_and_depths_do_no_harm() -> None:
    bomb = "a0: &a0 {k: 1}\n" + "".join(f"a{n + 1}: &a{n + 1} {{x: *a{n}, y: *a{n}}}\n" for n in range(60))
    assert line_of_key(bomb, "a60.x.y.x.y") == (58, 21)
    assert line_of_key("a: &a {b: *a, c: 1}\n", "a.b.c") == (1, 15)
    assert line_of_key("[" * 100_000, "a") is None
    assert line_of_key('{"a":' * 100_000, "a") is None


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TREES, min_size=1), st.sampled_from([None, 2]))
def test_each_key_of_any_json_is_where_it_stands(data: dict[str, object], indent: int | None) -> None:
    text = json.dumps(data, indent=indent)
    lines = SourceLines(text)
    for key in data:
        place = lines.place(key)
        assert place is not None
        line, column = place
        assert text.split("\n")[line - 1][column - 1 :].startswith(f'"{key}":')


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert line_of_key(text, "never-there-å") is None or "never-there" in text


def test_every_key_of_the_examples_is_found() -> None:
    for path in sorted((CHECKOUT / "examples").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        place = line_of_key(text, "traffic.requests_per_month")
        assert place is not None
        assert text.splitlines()[place[0] - 1][place[1] - 1 :].startswith(("requests_per_month", "traffic"))


def test_it_loads_nothing_heavy() -> None:
    code = "import sys, planner.source_lines; sys.exit(bool({'pydantic', 'ruamel.yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=False).returncode == 0
