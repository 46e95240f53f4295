"""The parts on their own: reading JSON piece by piece, units, sources, start-up."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.price_book import compiled_sources
from planner.refresh import json_stream
from planner.refresh.json_stream import BrokenJsonError, entries, head
from planner.refresh.progress import progress
from planner.refresh.sources import twin
from planner.refresh.units import exactly, held_in
from tests.planner.refresh.samples import bedrock

if TYPE_CHECKING:
    from tests.planner.refresh.conftest import Runs
    from tests.planner.refresh.server import PriceListServer

ROOT = Path(__file__).parents[3]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(
    before=st.dictionaries(st.text(max_size=5), VALUES, max_size=3),
    wanted=st.dictionaries(st.text(max_size=5), VALUES, max_size=4),
    after=VALUES,
    chunk=st.integers(1, 40),
    ascii_only=st.booleans(),
)
def test_pieces_are_those_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory,
    before: dict[str, object],
    wanted: dict[str, object],
    after: object,
    chunk: int,
    ascii_only: bool,
) -> None:
    document = {**before, "terms": {"Reserved": after, "OnDemand": wanted, "more": [after]}, "last": after}
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text(json.dumps(document, ensure_ascii=ascii_only, indent=chunk % 3 or None), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        assert dict(entries(path, "terms", "OnDemand")) == wanted
        assert dict(entries(path, "nowhere")) == {}


@pytest.mark.parametrize("chunk", range(1, 8))
def test_a_number_may_lie_across_two_pieces(tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {str(number): number for number in range(0, 2_000, 111)}
    (tmp_path / "file.json").write_text(json.dumps({"skipped": 12345, "a": wanted, "b": 67890}), encoding="utf-8")
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    assert dict(entries(tmp_path / "file.json", "a")) == wanted


@pytest.mark.parametrize("keep", range(0, 60, 3))
def test_a_file_that_ends_early_is_noticed(tmp_path: Path, keep: int) -> None:
    text = json.dumps({"offerCode": "x", "terms": {"OnDemand": {"a": {"b": "c{"}}}})
    (tmp_path / "file.json").write_text(text[: min(keep, len(text) - 1)], encoding="utf-8")
    with pytest.raises(BrokenJsonError):
        list(entries(tmp_path / "file.json", "terms", "OnDemand"))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"a" 1}',
        '{"a": 1,}',
        '{"a": {"b": 1}} {}',
        "{1: 2}",
        '{"a": nope}',
        "null",
        '{"a": ' + "[" * 100_000,
        "\x00",
    ],
)
def test_what_is_no_object_of_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.json").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenJsonError):
        list(entries(tmp_path / "file.json", "a", "b"))


def test_the_head_is_what_stands_before_the_first_object(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text('{"version": "1", "n": 12, "products": {}, "late": 1}', encoding="utf-8")
    assert head(tmp_path / "file.json") == {"version": "1", "n": 12}


def test_memory_stays_flat_where_little_is_wanted(tmp_path: Path) -> None:
    """A list of 9 MB in which nothing is wanted: far less than it is held."""
    path = tmp_path / "file.json"
    product = bedrock("USE1-Nothing", "1", "Thing")["product"]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"products": {')
        file.write(",".join(f'"{number}": {json.dumps(product)}' for number in range(30_000)))
        file.write('}, "terms": {"Reserved": {"x": 1}, "OnDemand": {"a": 1}}}')
    assert path.stat().st_size > 8_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in entries(path, "products")) == 30_000
        assert dict(entries(path, "terms", "OnDemand")) == {"a": 1}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000


@pytest.mark.parametrize(
    ("ours", "aws", "held"),
    [
        ("1M tokens", "1K tokens", Fraction(1000)),
        ("GB-hour", "GB-Second", Fraction(3600)),
        ("TB", "GB", Fraction(1024)),
        ("MB/s-month", "GiBps-mo", Fraction(1, 1024)),
        ("instance-hour", "GB", None),
        ("no unit", "Hrs", None),
    ],
)
def test_units(ours: str, aws: str, held: Fraction | None) -> None:
    assert held_in(ours, aws) == held


@given(price=st.decimals(0, 10**6, places=10), ratio=st.sampled_from([1, 1000, 10**6, 3600, 1024]))
def test_conversion_is_exact_or_refused(price: Decimal, ratio: int) -> None:
    there = exactly(price, Fraction(ratio))
    assert there is not None
    assert exactly(there, Fraction(1, ratio)) == price


def test_what_has_no_exact_decimal_is_refused() -> None:
    assert exactly(Decimal(1), Fraction(1, 3)) is None


def test_the_twin_of_sources_is_the_one_that_ships() -> None:
    text = (ROOT / "planner" / "prices" / "sources.yaml").read_text(encoding="utf-8")
    assert twin(text) == compiled_sources()


def test_the_command_loads_no_client_until_it_runs() -> None:
    code = (
        "import sys, planner.commands.refresh; "
        "heavy = ('boto', 'rich', 'planner.refresh', 'urllib.request'); "
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_the_bulk_run_loads_no_boto3(server: PriceListServer, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setitem(sys.modules, "botocore", None)
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite")]
    assert run("--service", "AmazonBedrock").exit_code == 0


def test_progress_shows_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        with progress() as shown:
            shown.begin(2)
            shown.piece("AmazonBedrock-us-east-1 [bold]3 MB")
            shown.part()
        out, err = capsys.readouterr()
        assert out == ""
        return err

    assert told() == ""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "AmazonBedrock-us-east-1 [bold]3 MB" in told()
