from __future__ import annotations

import math
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.yaml12 import LARGEST_YAML, load_json, load_yaml, scalar


def refused(text: str, source: str = "w.yaml") -> str:
    with pytest.raises(InputError) as caught:
        load_yaml(text, source=source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # words
        ("steady", "steady"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("2026-11-20", "2026-11-20"),
        ("12:30:45", "12:30:45"),
        ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1e", "1e"),
        ("-x", "-x"),
        ("+.x", "+.x"),
        ("'5'", "5"),
        ('"true"', "true"),
        ('""', ""),
        ('"\\u00fc\\t"', "ü\t"),
        # null and booleans
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        # whole numbers
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("9" * 100, int("9" * 100)),
        ("١٢", "١٢"),
        # other numbers, digit by digit
        ("0.60", Decimal("0.60")),
        ("1e6", Decimal("1E+6")),
        ("-.5", Decimal("-0.5")),
        ("5.", Decimal(5)),
        ("0.1000000000000000000000000001", Decimal("0.1000000000000000000000000001")),
        ("1e-400", Decimal("1E-400")),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    read = load_yaml(f"k: {text}", source="w.yaml")
    assert isinstance(read, dict)
    assert read["k"] == value
    assert type(read["k"]) is type(value)
    assert str(read["k"]) == str(value)


def test_mappings_and_lists() -> None:
    text = "a: {b: [1, x, {c: }]}\nd:\n  - e\n  - f: |\n      two\n      lines\n1: one\ntrue: two\n"
    assert load_yaml(text, source="w.yaml") == {
        "a": {"b": [1, "x", {"c": None}]},
        "d": ["e", {"f": "two\nlines\n"}],
        "1": "one",
        "true": "two",
    }


@pytest.mark.parametrize("text", ["# nothing\n", "---\n", "--- \n...\n"])
def test_a_text_without_values_is_null(text: str) -> None:
    assert load_yaml(text, source="w.yaml") is None


def test_an_alias_is_what_it_stands_for() -> None:
    assert load_yaml("a: &x {b: 1}\nc: *x\nd: *x", source="w.yaml") == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1}}


def test_a_yaml_1_2_directive_is_read() -> None:
    assert load_yaml("%YAML 1.2\n---\na: on\n", source="w.yaml") == {"a": "on"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # broken YAML
        ("a: [1\nb: 2", "w.yaml:2:2: expected ',' or ']', but got ':'"),
        ("a: 1\n b: 2", "w.yaml:2:3: mapping values are not allowed here"),
        ("a:\n\t- b", "w.yaml:2:1: found character '\\t' that cannot start any token; indent with spaces, not tabs"),
        ("a: 'x", "w.yaml:1:6: found unexpected end of stream"),
        ("a: b: c", "w.yaml:1:5: mapping values are not allowed here"),
        ("{", "w.yaml:1:2: expected the node content, but found '<stream end>'"),
        ("a: @b", "w.yaml:1:4: found character '@' that cannot start any token"),
        ("a: 1\nb: \x01", "w.yaml:2:4: the control character 0x01 is not read"),
        ("a: *x", "w.yaml:1:4: there is no anchor &x before this"),
        # what is YAML and refused
        ("a: 1\nb: 2\na: 3", "w.yaml:3:1: the key 'a' is there twice; keep one"),
        ("x:\n  a: 1\n  'a': 3", "w.yaml:3:3: the key 'a' is there twice; keep one"),
        ("a: &x [*x]", "w.yaml:1:8: *x holds itself"),
        (
            "a: !!python/name:os.system x",
            "w.yaml:1:4: the tag 'tag:yaml.org,2002:python/name:os.system' is not read; remove it",
        ),
        ("a: !x {b: 1}", "w.yaml:1:4: the tag '!x' is not read; remove it"),
        ("a: !!float 3", "w.yaml:1:4: the tag 'tag:yaml.org,2002:float' is not read; remove it"),
        ("a: .nan", "w.yaml:1:4: .nan is no number that can be planned with; write a finite number"),
        ("a: -.Inf", "w.yaml:1:4: -.Inf is no number that can be planned with; write a finite number"),
        ("a: 1e401", "w.yaml:1:4: the exponent of 1e401 is absurd; at most 400 is read"),
        (
            "a: 1e-99999999999999999999",
            "w.yaml:1:4: the exponent of 1e-99999999999999999999 is absurd; at most 400 is read",
        ),
        ("a: " + "9" * 5000, "w.yaml:1:4: a number of 5,000 characters; at most 100 are read"),
        ("a: 0x" + "f" * 5000, "w.yaml:1:4: a number of 5,002 characters; at most 100 are read"),
        ("a: 0." + "3" * 5000, "w.yaml:1:4: a number of 5,002 characters; at most 100 are read"),
        ('a: "\\ud800"', "w.yaml:1:4: half a character (a surrogate) is not read"),
        ("<<: {a: 1}", "w.yaml:1:1: merge keys (<<) are not YAML 1.2; write the keys out"),
        ("? [a]\n: 3", "w.yaml:1:3: a key must be a plain word"),
        ("a: 1\n---\nb: 2", "w.yaml:2:1: a second document starts here; a file holds one"),
        ("%YAML 1.1\n---\na: 1", "w.yaml:2:1: %YAML 1.1 is not read; files are YAML 1.2"),
        ("a: " + "[" * 100_000, "w.yaml:1:67: nested more than 64 levels deep"),
        ("a: " + "- " * 1000, "w.yaml:1:4: sequence entries are not allowed here"),
        ("- " * 1000, "w.yaml:1:129: nested more than 64 levels deep"),
        ("x" * (LARGEST_YAML + 1), "w.yaml: has 1,000,001 characters of YAML; at most 1,000,000 are read"),
    ],
    ids=lambda text: repr(text[:24]),
)
def test_errors_name_line_and_column(text: str, message: str) -> None:
    assert refused(text) == message


def test_an_escape_beyond_unicode_is_refused() -> None:
    assert refused('a: "\\UFFFFFFFF"').startswith("w.yaml: ")


def test_a_long_problem_is_cut() -> None:
    assert len(refused("a: !" + "x" * 100_000)) < 400


def test_a_bomb_is_refused_at_once() -> None:
    # Twelve levels, each ten times the one before: 10^13 words. a0 to a3 have 12,344 values; the fourth *a3 of 11,111
    # passes 50,000.
    bomb = "a0: &a0 [" + "x," * 10 + "]\n"
    bomb += "".join(f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 13))
    start = time.perf_counter()
    assert refused(bomb) == "w.yaml:5:22: more than 50,000 values, aliases expanded; a file may hold no more"
    assert time.perf_counter() - start < 1


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_json_numbers_keep_their_digits() -> None:
    read = load_json('{"a": 1, "b": 0.60, "c": 1e6, "d": [true, null]}', source="w.json")
    assert read == {"a": 1, "b": Decimal("0.60"), "c": Decimal("1E+6"), "d": [True, None]}
    assert repr(read) == "{'a': 1, 'b': Decimal('0.60'), 'c': Decimal('1E+6'), 'd': [True, None]}"


@pytest.mark.parametrize("text", ['{"a": 1.50}', ' \n{"a": 1.50}', "{a: 1.50}", "{'a': 1.50, }", '{"a": 1.50 # so\n}'])
def test_a_text_that_starts_with_a_brace_is_json_or_yaml(text: str) -> None:
    assert load_yaml(text, source="w.yaml") == {"a": Decimal("1.50")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n a: 1}", "w.json:2:2: expecting property name enclosed in double quotes"),
        ("name: a", "w.json:1:1: expecting value"),
        ('{"a": 1} x', "w.json:1:10: extra data"),
        ('{"a": NaN}', "w.json: NaN is no number that can be planned with; write a finite number"),
        ('{"a": -Infinity}', "w.json: -Infinity is no number that can be planned with; write a finite number"),
        ('{"a": 1e999999999}', "w.json: the exponent of 1e999999999 is absurd; at most 400 is read"),
        (
            '{"a": 1e99999999999999999999}',
            "w.json: the exponent of 1e99999999999999999999 is absurd; at most 400 is read",
        ),
        ('{"a": ' + "9" * 5000 + "}", "w.json: a number of 5,000 characters; at most 100 are read"),
        ('{"a": {"b": 1, "b": 2}}', "w.json: the key 'b' is there twice; keep one"),
        ('{"a":\n "\\ud83d"}', "w.json:2:3: \\ud83d is half a character"),
        ("[" * 100_000, "w.json: nested more than 64 levels deep"),
        ("[" * 66 + "]" * 66, "w.json: nested more than 64 levels deep"),
    ],
    ids=lambda text: repr(text[:24]),
)
def test_json_errors(text: str, message: str) -> None:
    assert refused(text, "w.json") == message


def test_what_json_allows_is_not_refused() -> None:
    assert load_json("[" * 64 + "]" * 64, source="w.json")
    assert load_json("[" + "[],{}," * 100 + "1]", source="w.json")
    assert load_json('"\\ud83d\\ude00 \\u00fc"', source="w.json") == "😀 ü"


def test_json_loads_no_yaml_reader() -> None:
    program = (
        "import sys; from planner.yaml12 import load_yaml; load_yaml('{\"a\": 1}', source='x');"
        "print('ruamel.yaml' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout == "False\n"


# --- properties -------------------------------------------------------------------------------------------------------

_YAMLISH = st.lists(
    st.sampled_from(
        [*"abx01-:,[]{}&*!|>'\"%@#?~. \n\t", "\n  ", "- ", ": ", "<<", "---\n", "\\U", "\\ud800", "é", "\x85", "﻿"]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(st.text(max_size=200), _YAMLISH))
@example("a: \ud800")
@example("&a")
@example("? ")
@example("%TAG ! x\n--- a")
@example("- |9\n x")
@example("!<")
def test_any_text_is_read_or_refused(text: str) -> None:
    for source in ("w.yaml", "w.json"):
        message = source
        try:
            load_yaml(text, source=source)
        except InputError as error:
            message = str(error)
        assert message.startswith(source)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc", min_size=1), _VALUES))
def test_json_is_read_the_same_as_yaml(value: dict[str, object]) -> None:
    import json

    text = json.dumps(value)
    if "\\ud" not in text and len(max(text.split("\n"), key=len)) < 1024:  # YAML has no escaped pairs, and short keys
        assert load_yaml("# YAML\n" + text, source="w.yaml") == value
    assert load_yaml(text, source="w.yaml") == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=12))
def test_decimals_are_read_digit_by_digit(number: Decimal) -> None:
    text = f"{number:f}"
    assert str(scalar(text)) == str(Decimal(text))
    assert not isinstance(scalar(text), float)
    assert math.isfinite(Decimal(text))
