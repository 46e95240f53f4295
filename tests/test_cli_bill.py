"""`fmplan bill` as a user meets it: formats, files, batches, exit codes, wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from planner.cli import main
from tests.docs_blocks import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

EXAMPLES = sorted((CHECKOUT / "examples" / "usage").glob("*.yaml"))
PRICED = '{"region": "us-east-1", "as_of": "2026-11-20", "usage": [{"meter": "scheduler", "invocations": 2000000}]}'
UNPRICED = (
    '{"region": "us-east-1", "as_of": "2026-11-20", "usage": [{"meter": "scheduler", "invocations": 2000000},'
    ' {"meter": "neptune_analytics", "m_ncus": 32, "hours": 1}]}'
)


def bill(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["bill", *map(str, arguments)])


def written(folder: Path, text: str, name: str = "usage.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(result: Result) -> str:
    """Return the one message of a command that refused its input: nothing on stdout, no traceback, exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_priced_in_every_format(path: Path) -> None:
    total = Decimal(json.loads(bill(path, "--format", "json").stdout)["total_usd"])
    assert total > 1000
    for output_format in ("text", "markdown", "csv"):
        result = bill(path, "--format", output_format)
        assert result.exit_code == 0
        shown = f"{total:,.2f}" if output_format != "csv" else "bedrock.on_demand,input_mtok,"
        assert shown in result.stdout or output_format == "csv"


def test_the_suffix_of_the_output_says_the_format(tmp_path: Path) -> None:
    usage = written(tmp_path, PRICED)
    for suffix, begins in ((".json", "{"), (".csv", "region,"), (".md", "#")):
        output = tmp_path / f"bill{suffix}"
        result = bill(usage, "-o", output)
        assert (result.exit_code, result.output) == (0, "")
        assert output.read_text(encoding="utf-8").startswith(begins)


def test_what_has_no_price_ends_with_three_and_at_least(tmp_path: Path) -> None:
    result = bill(written(tmp_path, UNPRICED))
    assert result.exit_code == 3
    assert "at least" in result.stdout.lower()
    assert "neptune" in result.stdout.lower()


def test_the_option_goes_before_the_files_day(tmp_path: Path) -> None:
    usage = written(
        tmp_path,
        "region: us-east-1\nas_of: 2026-11-20\n"
        "usage: [{meter: sagemaker.training, instance: ml.p5.48xlarge, hours: 1}]\n",
    )

    def total(*options: str) -> Decimal:
        return Decimal(json.loads(bill(usage, "--format", "json", *options).stdout)["total_usd"])

    # AWS cut the price in June 2025.
    assert total() < total("--as-of", "2025-05-01")


def test_a_mistake_is_one_message_and_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    usage = written(tmp_path, PRICED.replace("scheduler", "schedular"))
    output = written(tmp_path, "before", "bill.json")
    message = refused(bill(usage, "-o", output))
    assert message == f"fmplan: {usage}: usage[0].meter: 'schedular' is not known; did you mean 'scheduler'?\n"
    assert output.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a usage file, or one --batch file"),
        (["a.yaml", "--batch", "b.jsonl"], "name a usage file or --batch, not both"),
        (["--batch", "b.jsonl", "--format", "text"], "a batch is answered in JSON"),
        (["a.yaml", "--as-of", "tomorrow"], "'tomorrow' is no day; write it as 2026-11-20"),
        (["missing.yaml"], "missing.yaml: no such file"),
        (["--batch", "missing.jsonl"], "missing.jsonl: can't be read"),
    ],
)
def test_wrong_arguments(arguments: list[str], message: str) -> None:
    assert message in refused(bill(*arguments))


# --- Batches ---------------------------------------------------------------------------------------------------------


def line(text: str, identity: object) -> str:
    return json.dumps({"id": identity, **json.loads(text)}) + "\n"


def test_a_batch_answers_each_line_in_order_with_its_id(tmp_path: Path) -> None:
    bad = '{"id": "b", "region": "us-east-1", "usage": [{"meter": "schedular"}]}\n'
    batch = written(tmp_path, line(PRICED, 7) + bad + "{\n" + line(UNPRICED, "d") + line(PRICED, None), "usage.jsonl")
    result = bill("--batch", batch)
    assert result.exit_code == 2
    answers = [json.loads(each) for each in result.stdout.splitlines()]
    assert [each["id"] for each in answers] == [7, "b", None, "d", None]
    assert answers[1]["error"] == f"{batch}:2: usage[0].meter: 'schedular' is not known; did you mean 'scheduler'?"
    assert answers[2]["error"].startswith(f"{batch}:3:")
    assert [each.get("total_usd") for each in answers] == ["2", None, None, "2", "2"]
    # Compact: an object a line.
    assert ", " not in result.stdout.splitlines()[0].partition('"rule"')[0]


@pytest.mark.parametrize(
    ("texts", "code"), [([PRICED], 0), ([UNPRICED, PRICED], 3), ([UNPRICED, "{}"], 2), ([], 0)], ids=str
)
def test_the_exit_code_of_a_batch(tmp_path: Path, texts: list[str], code: int) -> None:
    batch = written(tmp_path, "".join(line(text, 1) for text in texts), "usage.jsonl")
    assert bill("--batch", batch).exit_code == code
    assert bill("--batch", batch, "-o", tmp_path / "answers.jsonl").exit_code == code


def test_a_batch_line_is_the_bill_of_the_same_file(tmp_path: Path) -> None:
    answer = json.loads(bill("--batch", written(tmp_path, line(UNPRICED, 1), "usage.jsonl")).stdout)
    assert answer.pop("id") == 1
    assert answer == json.loads(bill(written(tmp_path, UNPRICED), "--format", "json").stdout)


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    # As a float the count would end in ...123456789.0
    usage = PRICED.replace("2000000", "123456789123456789.123456789")
    answer = json.loads(bill("--batch", written(tmp_path, line_of_text(usage), "usage.jsonl")).stdout)
    assert answer["lines"][0]["quantity"] == "123456789123.456789123456789"


def line_of_text(text: str) -> str:
    return '{"id": 1, ' + text[1:] + "\n"


# --- The whole command ------------------------------------------------------------------------------------------------


def test_a_bill_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    usage = written(tmp_path, PRICED, "usage.json")
    code = (
        "import sys\nfrom planner.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'aws_cdk', 'boto3', 'botocore', 'pandas', 'pydantic', 'ruamel', 'rich', 'jinja2'}), "
        "file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "bill", str(usage), "--format", "json"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    assert json.loads(done.stdout)["total_usd"] == "2"


def test_the_same_usage_gives_the_same_bytes(tmp_path: Path) -> None:
    one = bill(EXAMPLES[0], "--format", "json").stdout_bytes
    assert one == bill(EXAMPLES[0], "--format", "json").stdout_bytes
