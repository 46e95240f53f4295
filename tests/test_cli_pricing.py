"""The options that say whose prices are used, as a user meets them: --prices, --discounts, --derived, --currency."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.cli import main
from planner.price_rows import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Command = Callable[..., tuple[str | Path, ...]]

DAY = "2026-11-20"
MODEL = "amazon.nova-lite-v1:0"
WORKLOAD = f"name: small\ndesign: {{model: {MODEL!r}}}\n"
USAGE = f"""
region: us-east-1
usage:
  - {{meter: bedrock.on_demand, model: {MODEL!r}, requests: 1000, input_tokens: 1000, output_tokens: 100}}
"""
ROW = f"bedrock,on_demand.input_mtok,{MODEL},*,in_region,1M tokens,0.03,2026-10-01,2026-10-02,deal,A"
EDP = "discounts: [{name: EDP, service: '*', percent: 9}]\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The files of somebody with an agreement: a workload, usage, own prices, discounts."""
    texts = {
        "workload.yaml": WORKLOAD,
        "usage.yaml": USAGE,
        "own.csv": "\n".join((",".join(HEADER), ROW, "")),
        "edp.yaml": EDP,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in texts}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def plan(files: dict[str, Path], *arguments: str | Path) -> tuple[str | Path, ...]:
    return ("plan", files["workload.yaml"], "--as-of", DAY, "--no-flips", *arguments)


def bill(files: dict[str, Path], *arguments: str | Path) -> tuple[str | Path, ...]:
    return ("bill", files["usage.yaml"], "--as-of", DAY, *arguments)


COMMANDS = pytest.mark.parametrize("command", [plan, bill])


@COMMANDS
@pytest.mark.parametrize("output_format", ["text", "markdown"])
def test_reports_say_what_was_agreed(command: Command, output_format: str, files: dict[str, Path]) -> None:
    agreed = ("--prices", files["own.csv"], "--discounts", files["edp.yaml"], "--currency", "EUR", "--rate", "0.93")
    result = run(*command(files, *agreed, "--format", output_format))
    assert result.exit_code == 0, result.stderr
    assert "EDP: 9 % off output tokens" in result.stdout
    assert " EUR" in result.stdout
    assert "at 0.93 EUR per USD" in result.stdout
    assert "$0.03" in result.stdout
    assert "deal" in result.stdout


def test_own_prices_and_discounts_are_in_the_plan(files: dict[str, Path]) -> None:
    agreed = ("--prices", files["own.csv"], "--discounts", files["edp.yaml"], "--currency", "EUR", "--rate", "0.93")
    listed, made = answer(*plan(files)), answer(*plan(files, *agreed))
    rates = [
        next(line for line in each["bill"] if line["dimension"] == "input_mtok")["unit_price_usd"]
        for each in (listed, made)
    ]
    assert rates == ["0.06", "0.03"]
    assert {line["rule"].partition(":")[0] for line in made["bill"] if line["dimension"] == "discount"} == {"EDP"}
    assert (made["currency"]["code"], made["currency"]["rate"]) == ("EUR", "0.93")
    assert "currency" not in listed
    assert made["price_book"] != listed["price_book"]


def test_a_batch_of_plans_has_the_same_prices(files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "batch.jsonl").write_text(json.dumps({"id": "a", "name": "small", "design": {"model": MODEL}}) + "\n")
    options = ("--as-of", DAY, "--no-flips", "--discounts", files["edp.yaml"], "--currency", "EUR", "--rate", "0.93")
    result = run("plan", "--batch", tmp_path / "batch.jsonl", *options)
    assert result.exit_code == 0, result.stderr
    made = answer(*plan(files, *options[3:]))
    (read,) = map(json.loads, result.stdout.splitlines())
    read = read.get("answer", read)
    assert (read["cost"], read["currency"]) == (made["cost"], made["currency"])


@COMMANDS
def test_a_book_in_another_folder(command: Command, files: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    source = "list: {title: The list of somebody, what: All of it, as_of: 2026-08-20, kind: price_list}\n"
    (folder / "sources.yaml").write_text(source, encoding="utf-8")
    row = ROW.replace(",deal,", ",list,").replace(",0.03,", ",7.25,")
    (folder / "bedrock.csv").write_text("\n".join((",".join(HEADER), row, "")), encoding="utf-8")
    result = run(*command(files, "--book", folder))
    assert result.exit_code == 3  # the book has nothing else
    assert "$7.25" in result.stdout
    assert "The list of somebody" in result.stdout


@COMMANDS
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--currency", "EUR"), "--currency and --rate go together"),
        (("--rate", "0.93"), "--currency and --rate go together"),
        (("--currency", "eur", "--rate", "0.93"), "'eur' is no currency's code"),
        (("--currency", "EURO", "--rate", "0.93"), "'EURO' is no currency's code"),
        *(
            (("--currency", "EUR", "--rate", rate), f"'{rate}' is no rate")
            for rate in ("0", "-1", "NaN", "Infinity", "1e999999", "much", "1e-30", "")
        ),
        (("--prices", "/nowhere/own.csv"), "/nowhere/own.csv"),
        (("--discounts", "/nowhere/edp.yaml"), "/nowhere/edp.yaml"),
        (("--book", "/nowhere"), "/nowhere: is no price book"),
    ],
)
def test_what_cannot_be_used_is_told(
    command: Command, options: tuple[str, ...], says: str, files: dict[str, Path]
) -> None:
    result = run(*command(files, *options))
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@COMMANDS
def test_all_faults_of_a_file_are_told_at_once(command: Command, files: dict[str, Path]) -> None:
    bad = [ROW.replace("0.03", usd) for usd in ("-1", "NaN", "1e999999")]
    files["own.csv"].write_text("\n".join((",".join(HEADER), ROW, *bad, "")), encoding="utf-8")
    result = run(*command(files, "--prices", files["own.csv"]))
    assert (result.exit_code, result.stdout) == (2, "")
    for line in (3, 4, 5):
        assert f"{files['own.csv']}, line {line}: " in result.stderr
    files["edp.yaml"].write_text("discounts: [{name: EDP, service: bedrok, percent: 0}]\n", encoding="utf-8")
    result = run(*command(files, "--discounts", files["edp.yaml"]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'bedrock'" in result.stderr


def test_in_a_process_of_its_own(files: dict[str, Path]) -> None:
    """As a user starts it; nothing but what pricing takes is loaded."""
    options = ("--discounts", files["edp.yaml"], "--prices", files["own.csv"], "--format", "json")
    program = (
        "import sys\nfrom planner.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "assert not {'boto3', 'botocore', 'aws_cdk', 'pandas'} & set(sys.modules)\n"
    )
    arguments = [str(each) for each in plan(files, *options)]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["cost"] == answer(*plan(files, *options[:-2]))["cost"]


def test_a_workload_is_synthesized_at_own_prices_and_a_plan_is_priced_already(tmp_path: Path) -> None:
    from tests.docs_blocks import CHECKOUT

    workload = CHECKOUT / "examples" / "ticket-triage.yaml"
    discounts = CHECKOUT / "examples" / "pricing" / "discounts.yaml"
    plan = tmp_path / "plan.json"
    common = ["--as-of", "2026-11-20", "--discounts", str(discounts)]
    assert CliRunner().invoke(main, ["plan", str(workload), *common, "--no-flips", "-o", str(plan)]).exit_code == 0
    from_workload, from_plan = tmp_path / "one", tmp_path / "two"
    assert CliRunner().invoke(main, ["synth", str(workload), *common, "-o", str(from_workload)]).exit_code == 0
    assert CliRunner().invoke(main, ["synth", str(plan), "-o", str(from_plan)]).exit_code == 0
    (one,), (two,) = (list(folder.glob("*.template.json")) for folder in (from_workload, from_plan))
    assert one.read_bytes() == two.read_bytes()
    assert "discount" in one.read_text(encoding="utf-8")
    refused = CliRunner().invoke(main, ["synth", str(plan), "--discounts", str(discounts), "-o", str(tmp_path / "no")])
    assert refused.exit_code == 2
    assert refused.stderr.endswith("a plan is priced already; prices and currencies are for a workload\n")
