"""Defaults: each with its reason and source, each read by something, each replaced only by a value of its kind."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner import assumptions
from planner.assumptions import Assumption, check_assumption, load_assumptions, replaceable_names
from planner.context import Assumed
from planner.errors import InputError
from planner.workload import APPROACHES, Knowledge, Traffic, parse_workload

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(planner.__file__).parent


def words_of(model: type, field: str) -> list[str]:
    """Return the words that a field of the workload may have."""
    schema: dict[str, Any] = model.model_json_schema()["properties"][field]  # type: ignore[attr-defined]
    return [word for option in schema["anyOf"] for word in option.get("enum", [])]


# What stands behind the last underscore of a name that is put together where it is read.
ENDINGS = [*words_of(Traffic, "pattern"), *words_of(Knowledge, "changes"), *APPROACHES]


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))


# --- The file --------------------------------------------------------------------------------------------------------


def test_the_compiled_twin_is_the_yaml() -> None:
    # To renew it: python -m planner.assumptions
    assert (PACKAGE / "assumptions.json").read_text(encoding="utf-8") == assumptions._compile()


@pytest.mark.parametrize("default", load_assumptions().values(), ids=lambda default: default.key)
def test_a_default_has_its_reason_and_source_and_lies_in_its_range(default: Assumption) -> None:
    assert default.why.strip()
    assert default.source.strip()
    if default.low is not None and default.high is not None:
        assert isinstance(default.value, Decimal)
        assert default.low <= default.value <= default.high
        assert default.low < default.high
        assert default.unit
    if default.choices:
        assert default.value in default.choices


@pytest.mark.parametrize("key", sorted(load_assumptions()))
def test_every_default_is_read_somewhere(key: str, sources: str) -> None:
    # `number("hnsw_m")`, `stated_or(value, "traffic.pattern")`, or put together: f"awake_share_{pattern}"
    ending = next((word for word in ENDINGS if key.endswith(f"_{word}")), None)
    if ending is not None:
        assert re.search(rf'f"{re.escape(key.removesuffix(ending))}{{', sources)
    else:
        assert f'"{key}"' in sources


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("awake_share", words_of(Traffic, "pattern")),
        ("changed_per_month", words_of(Knowledge, "changes")),
        ("ingestions_per_month", [word for word in words_of(Knowledge, "changes") if word != "static"]),
        ("people_days", list(APPROACHES)),
        ("weeks", list(APPROACHES)),
    ],
)
def test_names_that_are_put_together_exist_for_every_word(prefix: str, words: list[str]) -> None:
    assert words
    assert {f"{prefix}_{word}" for word in words} <= load_assumptions().keys()


def test_names_in_the_code_exist(sources: str) -> None:
    read = set(re.findall(r'assumed\.(?:number|flag|word|value|number_if_known)\(\s*"([a-z0-9_.]+)"', sources))
    read |= set(re.findall(r'stated_or\([^"]*"([a-z0-9_.]+)"', sources))
    assert len(read) > 40
    assert read <= load_assumptions().keys()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "a mapping is expected"),
        ("a: {value: 1, why: w, source: s, lows: 2}", r"a: unknown \['lows'\], missing \[\]"),
        ("a: {value: 1}", r"a: unknown \[\], missing \['source', 'why'\]"),
        ("a: {value: 1, why: w, source: s, low: 2}", "a: low and high come together"),
    ],
)
def test_a_faulty_file_is_not_compiled(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "assumptions.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(assumptions, "_FOLDER", tmp_path)
    with pytest.raises(InputError, match=f"^assumptions.yaml: {message}$"):
        assumptions._compile()


def test_compiling_keeps_decimals_as_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a: {value: 0.10, low: 0, high: 1e3, why: "für", source: s}\nb: {value: [], why: w, source: s}\n'
    (tmp_path / "assumptions.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(assumptions, "_FOLDER", tmp_path)
    assumptions.main()
    assert (tmp_path / "assumptions.json").read_text(encoding="utf-8") == (
        '{"a": {"value": 0.10, "low": 0, "high": 1000, "why": "für", "source": "s"}, '
        '"b": {"value": [], "why": "w", "source": "s"}}\n'
    )


# --- What may be put in a default's place ----------------------------------------------------------------------------


def checked(key: str, value: object) -> object:
    return check_assumption(key, value, source="made-up.yaml")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ocu_usable_share", Decimal("0.4")),
        ("ocu_usable_share", 1),
        ("chunk_overlap", 0),
        ("hnsw_m", 64),
        ("person_day_usd", Decimal(800)),
        # More than the whole corpus may change in a month.
        ("changed_per_month_realtime", Decimal("2.5")),
        ("redundancy", False),
        ("opensearch_generation", "nextgen"),
        ("opensearch_domain_instance", "r7g.large.search"),
        ("alert_emails", ["a@example.com"]),
        ("alert_emails", []),
    ],
)
def test_a_value_of_the_same_kind_takes_a_defaults_place(key: str, value: object) -> None:
    assert checked(key, value) == value


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("redundancy", "yes", "'yes' is not allowed; write true or false"),
        ("redundancy", 1, "1 is not allowed; write true or false"),
        ("hnsw_m", True, "True is not allowed; write a number of links"),
        ("hnsw_m", "16", "'16' is not allowed; write a number of links"),
        ("hnsw_m", -1, "-1 is out of bounds; allowed: 0 to 1000000000000000"),
        ("hnsw_m", Decimal("1e16"), "1E+16 is out of bounds; allowed: 0 to 1000000000000000"),
        ("hnsw_m", Decimal("NaN"), "NaN is out of bounds; allowed: 0 to 1000000000000000"),
        ("hnsw_m", Decimal("Infinity"), "Infinity is out of bounds; allowed: 0 to 1000000000000000"),
        ("person_day_usd", "a lot", "'a lot' is not allowed; write a number"),
        ("ocu_usable_share", Decimal("1.01"), "1.01 is out of bounds; allowed: 0 to 1"),
        ("training_utilization", 2, "2 is out of bounds; allowed: 0 to 1"),
        ("ocu_usable_share", 0, "0 is not allowed; it divides"),
        (
            "opensearch_generation",
            "nextgenn",
            "'nextgenn' is not allowed; allowed: classic, nextgen; did you mean 'nextgen'?",
        ),
        ("opensearch_generation", 2, "2 is not allowed; allowed: classic, nextgen"),
        ("opensearch_domain_instance", 2, "2 is not allowed"),
        ("alert_emails", "a@example.com", "'a@example.com' is not allowed; write a list of e-mail addresses"),
        ("alert_emails", ["nobody"], "['nobody'] is not allowed; write a list of e-mail addresses"),
        ("alert_emails", [7], "[7] is not allowed; write a list of e-mail addresses"),
    ],
)
def test_another_kind_or_an_absurd_number_is_refused(key: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(key, value)
    assert str(caught.value).startswith(f"made-up.yaml: assumptions.{key}: {message}")


@pytest.mark.parametrize("key", sorted(assumptions._MUST_BE_POSITIVE))
def test_what_divides_is_no_zero(key: str) -> None:
    default = load_assumptions()[key]
    assert default.low is None or default.low > 0
    assert default.value is None or default.value
    with pytest.raises(InputError, match="0 is not allowed; it divides"):
        checked(key, 0)


NUMBERS = sorted(key for key in replaceable_names() if isinstance(load_assumptions()[key].value, Decimal | None))


@given(key=st.sampled_from(NUMBERS), value=st.decimals() | st.integers())
def test_a_number_that_is_taken_is_finite_and_not_negative(key: str, value: Decimal | int) -> None:
    try:
        taken = checked(key, value)
    except InputError as error:
        assert f"assumptions.{key}: " in str(error)  # noqa: PT017  (either outcome is right, each with its own promise)
    else:
        assert isinstance(taken, Decimal)
        assert taken.is_finite()
        assert taken >= 0
        assert taken == value


def test_keys_of_the_workload_are_stated_there() -> None:
    assert "hnsw_m" in replaceable_names()
    assert "data.documents.tokens_per_document" in replaceable_names()
    for key in (
        "region",
        "horizon_months",
        "traffic.requests_per_month",
        "constraints.commitment_months",
        "data.modality",
    ):
        assert key in load_assumptions()
        assert key not in replaceable_names()
        with pytest.raises(InputError, match=re.escape(key)):
            parse_workload(
                {"name": "made-up", "assumptions": {key: 1}}, source="w.yaml", assumption_names=replaceable_names()
            )


# --- Reading and remembering -----------------------------------------------------------------------------------------


def assumed(
    stated: Mapping[str, Decimal | str | bool] | None = None, tried: Mapping[str, Decimal] | None = None
) -> Assumed:
    return Assumed(stated or {}, tried or {})


def test_what_is_tried_goes_before_what_is_stated_and_that_before_the_default() -> None:
    assert assumed().number("hnsw_m") == 16
    assert assumed({"hnsw_m": Decimal(8)}).number("hnsw_m") == 8
    assert assumed({"hnsw_m": Decimal(8)}, {"hnsw_m": Decimal(32)}).number("hnsw_m") == 32


def test_what_was_read_is_remembered_and_nothing_else() -> None:
    reader = assumed({"redundancy": False})
    assert reader.number("hnsw_m") == 16
    assert reader.flag("redundancy") is False
    assert reader.word("traffic.pattern") == "steady"
    assert reader.read == {"hnsw_m": Decimal(16), "redundancy": False, "traffic.pattern": "steady"}


def test_reads_of_a_while_are_remembered_apart() -> None:
    reader = assumed()
    apart: dict[str, Any] = {}
    with reader.recording(apart):
        reader.number("hnsw_m")
    reader.flag("spot")
    assert apart == {"hnsw_m": Decimal(16)}
    assert reader.read == {"spot": True}


def test_what_the_workload_states_is_no_assumption() -> None:
    reader = assumed()
    assert reader.stated_or(7, "traffic.input_tokens_per_request") == 7
    assert reader.read == {}
    assert reader.stated_or(None, "traffic.input_tokens_per_request") == 600
    assert reader.read == {"traffic.input_tokens_per_request": Decimal(600)}
    trying = assumed(tried={"traffic.input_tokens_per_request": Decimal(300)})
    assert trying.stated_or(7, "traffic.input_tokens_per_request") == 300


def test_a_figure_that_nobody_published_is_known_only_where_it_is_stated() -> None:
    reader = assumed()
    assert reader.number_if_known("label_usd_per_example") is None
    assert reader.read == {}
    assert assumed({"label_usd_per_example": Decimal("0.5")}).number_if_known("label_usd_per_example") == Decimal("0.5")
    with pytest.raises(TypeError, match="assumption label_usd_per_example is None, not a number"):
        reader.number("label_usd_per_example")


def test_an_assumption_of_another_kind_is_the_callers_bug() -> None:
    reader = assumed({"person_day_usd": True})
    for read, key, what in (
        (reader.number, "redundancy", "not a number"),
        (reader.number, "person_day_usd", "not a number"),
        (reader.word, "hnsw_m", "not a word"),
        (reader.flag, "hnsw_m", "not true or false"),
    ):
        with pytest.raises(TypeError, match=what):
            read(key)
    with pytest.raises(KeyError, match="no_such_name"):
        reader.number("no_such_name")
