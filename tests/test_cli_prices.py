"""`fmplan prices` as a user meets it: formats, files, widths, wrong input, and how little it loads."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from rich.cells import cell_len

from planner.commands.prices import prices
from planner.price_book import PriceBook
from planner.price_rows import HEADER
from tests.planner.made_prices import LITE, made_book

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

DAY = ("--as-of", "2026-11-20")
COMMANDS = [
    ("list", "--model", "nova-lite", "--region", "us-east-1"),
    ("list", "--model", "nova-lite", "--history"),
    ("list",),
    ("show", "us.amazon.nova-2-lite-v1:0"),
    ("show", "ml.p5.48xlarge"),
    ("show", "cloudwatch", "--region", "us-west-2"),
    ("coverage",),
    ("coverage", "--region", "eu-central-1"),
    ("conflicts",),
    ("conflicts", "--all"),
]


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(prices, [*map(str, arguments), *DAY], env={"COLUMNS": "100", **environment})


def done(*arguments: str | Path, **environment: str) -> str:
    result = run(*arguments, **environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str | Path) -> str:
    """Return the one message of a command that refused its input: nothing on stdout, no traceback, exit code 2."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert isinstance(result.exception, SystemExit)
    return result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_answers_in_every_format(command: tuple[str, ...]) -> None:
    document = json.loads(done(*command, "--format", "json"))
    assert document["as_of"] == "2026-11-20"
    table = list(csv.reader(io.StringIO(done(*command, "--format", "csv"))))
    assert len(table) > 1
    assert {len(line) for line in table} == {len(table[0])}
    kinds = {
        token.type for token in MarkdownIt("commonmark").enable("table").parse(done(*command, "--format", "markdown"))
    }
    assert {"table_open", "heading_open"} <= kinds


@pytest.mark.parametrize("columns", ["40", "72", "100", "160"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_of_text_is_wider_than_the_terminal(command: tuple[str, ...], columns: str) -> None:
    assert max(cell_len(line) for line in done(*command, COLUMNS=columns).splitlines()) <= int(columns)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_same_question_has_the_same_bytes(command: tuple[str, ...]) -> None:
    for output_format in ("text", "json", "csv", "markdown"):
        assert done(*command, "--format", output_format) == done(*command, "--format", output_format)


def test_the_suffix_of_a_file_decides_its_format(tmp_path: Path) -> None:
    for suffix, begins in ((".json", "{"), (".csv", "service,item"), (".md", "**3 prices"), (".txt", "3 prices")):
        path = tmp_path / f"nova{suffix}"
        command = ("list", "--model", "nova-lite", "--scope", "geo:us", "--region", "us-west-2", "--item", "on_demand")
        assert done(*command, "-o", path) == ""
        assert path.read_text("utf-8").startswith(begins)


def test_what_csv_lists_are_prices_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    done("list", "--service", "s3", "-o", path)
    assert path.read_text("utf-8").startswith(",".join(HEADER))
    assert PriceBook(own=path).digest() != PriceBook().digest()


def test_text_has_a_summary_where_there_are_too_many_prices_and_json_has_them_all() -> None:
    text = done("list")
    assert "--format csv or json has them all" in " ".join(text.split())
    assert len(text.splitlines()) < 50
    assert len(json.loads(done("list", "--format", "json"))["prices"]) > 5000


def test_a_model_is_shown_with_sources_ages_and_conflicts() -> None:
    text = done("show", "Nova 2 Lite", "--item", "on_demand")
    assert "Amazon Nova 2 Lite · amazon.nova-2-lite-v1:0" in text
    assert "Others say $0.30 by bedrock-price-list-2026-08" in text
    assert "[1]" in text
    assert "github.com" in text


def test_what_has_no_price_in_a_region_ends_with_3_and_says_where_it_has_one() -> None:
    result = run("show", f"us.{LITE}", "--region", "eu-west-1")
    assert result.exit_code == 3
    assert "It is priced in us-east-1 (geo:us), us-east-2 (geo:us), us-west-2 (geo:us)" in result.stdout


def test_a_derived_price_is_shown_apart() -> None:
    result = run("show", "ml.g5.2xlarge", "--region", "eu-central-1")
    assert result.exit_code == 3
    assert "priced only with --derived" in result.stdout
    assert "$1.8945" in result.stdout


def test_earlier_prices_are_shown() -> None:
    assert "$113.068" in done("show", "ml.p5.48xlarge").partition("Earlier prices")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "--service", "bedrok"), "no service 'bedrok'; did you mean 'bedrock'?"),
        (("list", "--model", "nova light"), "did you mean 'Nova Lite'"),
        (("list", "--item", "input_mtoks"), "no item 'input_mtoks'; did you mean"),
        (("list", "--region", "us-est-1"), "no region 'us-est-1'; did you mean"),
        (("list", "--scope", "mars"), "no scope 'geo:mars'"),
        (("show", "nothing-of-this-name"), "nothing that has a price is called 'nothing-of-this-name'"),
        (("show", "bedrock", "--item", "on_demnd"), "no item 'on_demnd'; did you mean"),
        (("coverage", "--region", "mars-1"), "no price of a model in 'mars-1'"),
        (("list", "--as-of", "yesterday"), "is no day"),
        (("conflicts", "--book", "/nowhere"), "is no price book"),
    ],
)
def test_wrong_input_is_one_message(arguments: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(prices, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_another_book_is_read(tmp_path: Path) -> None:
    made_book(tmp_path)
    assert "12 prices in force on 2026-11-20" in done("list", "--book", tmp_path)
    assert "2 prices on which sources disagree" in done("conflicts", "--book", tmp_path)
    assert "1 model priced in 2 regions on 2026-11-20" in done("coverage", "--book", tmp_path)


def test_a_book_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    made_book(tmp_path)
    (tmp_path / "s3.csv").write_text("nonsense\n", encoding="utf-8")
    assert "s3.csv, line 1: the header is 'nonsense'" in refused("list", "--book", tmp_path)


def test_text_of_a_book_cannot_steer_the_terminal_or_a_spreadsheet(tmp_path: Path) -> None:
    made_book(tmp_path)
    path = tmp_path / "s3.csv"
    path.write_text(path.read_text("utf-8").replace("standard,us-east-1", "=1+\x1b[31mred,us-east-1"), encoding="utf-8")
    for output_format in ("text", "csv", "markdown"):
        text = done("list", "--service", "s3", "--book", tmp_path, "--format", output_format)
        assert "\x1b" not in text
        assert output_format != "csv" or ",'=1+" in text


def test_the_commands_are_these_and_refresh_is_loaded_when_it_is_called() -> None:
    assert prices.list_commands(click.Context(prices)) == ["conflicts", "coverage", "list", "refresh", "show"]
    assert "Append what AWS's price list says" in CliRunner().invoke(prices, ["refresh", "--help"]).stdout
    assert CliRunner().invoke(prices, ["lst"]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        ([], ("planner.price_book", "planner.commands.refresh", "rich", "decimal")),
        (["list", "--service", "s3", "--format", "json"], ("boto3", "rich", "ruamel", "planner.commands.refresh")),
        (["show", "amazon.nova-lite-v1:0"], ("boto3", "ruamel", "jinja2", "planner.commands.refresh")),
    ],
)
def test_no_more_is_loaded_than_is_used(arguments: list[str], never: tuple[str, ...]) -> None:
    call = f"prices.main({arguments!r}, standalone_mode=False)" if arguments else "pass"
    program = (
        "import sys\nfrom planner.commands.prices import prices\n"
        f"try:\n    {call}\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {never!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stderr.split() == []
