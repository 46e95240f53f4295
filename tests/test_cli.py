"""The command as a user meets it: every option, what is printed where, exit codes, and files that can't be used."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from planner import __version__
from planner.cli import main
from planner.plan_document import read_plan_document

if TYPE_CHECKING:
    from click.testing import Result

DAY = "2026-11-20"
SMALL = "name: small\ndesign: {model: amazon.nova-lite-v1:0}\n"
FACTS = "name: facts\nneed: {knowledge: {changes: daily}}\n"
TIGHT = "name: tight\nconstraints: {monthly_usd: 1}\n"
UNPRICED = "name: unpriced\ndesign: {vector_store: neptune_analytics}\n"
ESCAPE = "\x1b["


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def plan(*arguments: str | Path) -> Result:
    return run("plan", "--as-of", DAY, "--no-flips", *arguments)


def process(*arguments: str | Path, typed: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "planner.cli", *(str(argument) for argument in arguments)]
    variables = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, input=typed, env=variables)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def written(tmp_path: Path, text: str, name: str = "workload.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(result: Result) -> str:
    """Return the one message of a command that refused its input: nothing on stdout, no traceback, exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


# --- what is asked of the command itself ------------------------------------------------------------------------------


def test_the_version() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"fmplan, version {__version__}\n")


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("plan", "--help"), ("synth", "-h"), ("schema", "--help")])
def test_help(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_help_names_every_option_of_plan() -> None:
    text = run("plan", "--help").stdout
    for option in ("--format", "--as-of", "--set", "--no-flips", "--batch", "-o, --output"):
        assert option in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan",), "name workload files, or one --batch file"),
        (("plan", "a.yaml", "--batch", "b.jsonl"), "name workload files or --batch, not both"),
        (("plan", "a.yaml", "--format", "html"), "'html' is not one of 'text', 'json', 'markdown'"),
        (("plan", "a.yaml", "--as-of", "tomorrow"), "'tomorrow' is no day; write it as 2026-11-20"),
        (("plan", "a.yaml", "--as-of", "2026-02-30"), "'2026-02-30' is no day"),
        (("plan", "a.yaml", "--colour"), "No such option"),
        (("plann", "a.yaml"), "No such command"),
        (("plan", "--batch", "b.jsonl", "--set", "region=us-west-2"), "--set changes workload files"),
        (("plan", "--batch", "b.jsonl", "--format", "text"), "a batch is answered in JSON"),
    ],
)
def test_arguments_that_make_no_sense(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(run(*arguments))


@pytest.mark.parametrize("name", ["workload", "policy", "estimate", "diff"])
def test_schemas_are_the_shipped_ones(checkout: Path, name: str) -> None:
    result = run("schema", name)
    assert result.exit_code == 0
    shipped = checkout / "planner" / "schemas" / f"{name}.schema.json"
    assert result.stdout == shipped.read_text(encoding="utf-8")
    assert json.loads(result.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_of_workloads_is_the_usual_one() -> None:
    assert run("schema").stdout == run("schema", "workload").stdout


# --- plan: formats ----------------------------------------------------------------------------------------------------


def test_text_is_for_people(small: Path) -> None:
    result = plan(small)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "prompt_engineering" in result.stdout or "Prompt engineering" in result.stdout
    assert "amazon.nova-lite-v1:0" in result.stdout
    assert ESCAPE not in result.stdout
    assert "estimate, not a quote" in result.stdout.casefold()


def test_json_is_the_plan(small: Path) -> None:
    result = plan(small, "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["schema"], document["name"], document["priced_on"]) == (1, "small", DAY)
    assert document["decision"]["approach"] == "prompt_engineering"
    assert result.stdout.endswith("}\n")


def test_markdown_is_a_report(small: Path) -> None:
    result = plan(small, "--format", "markdown")
    assert result.exit_code == 0
    assert result.stdout.startswith("# ")


def test_several_workloads_are_one_json_object_a_line(small: Path, tmp_path: Path) -> None:
    result = plan(small, written(tmp_path, FACTS), "--format", "json")
    assert result.exit_code == 0
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["small", "facts"]


def test_several_workloads_are_several_reports(small: Path, tmp_path: Path) -> None:
    result = plan(small, written(tmp_path, FACTS))
    assert result.stdout.index("small") < result.stdout.index("facts")


def test_the_worst_exit_code_wins(small: Path, tmp_path: Path) -> None:
    tight, unpriced = written(tmp_path, TIGHT, "tight.yaml"), written(tmp_path, UNPRICED, "unpriced.yaml")
    missing = tmp_path / "missing.yaml"
    assert plan(small, tight).exit_code == 1
    assert plan(tight, missing).exit_code == 2
    assert plan(small, tight, unpriced).exit_code == 3
    assert plan(unpriced, missing).exit_code == 3


def test_what_can_be_planned_is_shown_beside_what_can_not(small: Path, tmp_path: Path) -> None:
    result = plan(tmp_path / "missing.yaml", small)
    assert result.exit_code == 2
    assert "amazon.nova-lite-v1:0" in result.stdout
    assert "missing.yaml: no such file" in result.stderr


def test_a_budget_that_nothing_meets_is_no_error(tmp_path: Path) -> None:
    result = plan(written(tmp_path, TIGHT), "--format", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    decision = json.loads(result.stdout)["decision"]
    assert decision["admissible"] is False
    assert decision["misses"][0]["constraint"] == "constraints.monthly_usd"


def test_what_has_no_price_is_said(tmp_path: Path) -> None:
    result = plan(written(tmp_path, UNPRICED), "--format", "json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["cost"]["complete"] is False


# --- plan: options ----------------------------------------------------------------------------------------------------


def test_today_is_the_day_where_none_is_named(small: Path) -> None:
    days = {datetime.now(tz=UTC).date().isoformat()}
    document = json.loads(run("plan", small, "--format", "json", "--no-flips").stdout)
    days.add(datetime.now(tz=UTC).date().isoformat())
    assert document["priced_on"] in days


def test_set_replaces_and_adds(small: Path) -> None:
    result = plan(
        small,
        "--format",
        "json",
        "--set",
        "traffic.requests_per_month=5",
        "--set",
        "design.model=amazon.nova-pro-v1:0",
        "--set",
        "need={knowledge: {changes: daily}}",
    )
    document = json.loads(result.stdout)
    assert document["workload"]["traffic"] == {"requests_per_month": 5}
    assert document["design"]["model"] == "amazon.nova-pro-v1:0"
    assert document["decision"]["approach"] == "rag"


def test_set_holds_for_every_workload(small: Path, tmp_path: Path) -> None:
    result = plan(small, written(tmp_path, FACTS), "--format", "json", "--set", "region=us-west-2")
    assert [json.loads(line)["region"] for line in result.stdout.splitlines()] == ["us-west-2", "us-west-2"]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("region", "is no key=value"),
        ("=us-west-2", "is no key=value"),
        ("name.x=1", "which holds no keys"),
        ("trafic.requests_per_month=5", "unknown key; did you mean"),
        ("traffic.requests_per_month=-5", "traffic.requests_per_month"),
        ("need={knowledge: [", "--set need={knowledge: ["),
    ],
)
def test_a_set_that_cannot_be(small: Path, override: str, said: str) -> None:
    assert said in refused(plan(small, "--set", override))


def test_flips_are_left_out_where_nobody_wants_them(tmp_path: Path) -> None:
    facts = written(tmp_path, FACTS)
    full = json.loads(run("plan", facts, "--as-of", DAY, "--format", "json").stdout)
    assert full["decision"]["would_change_if"]
    assert json.loads(plan(facts, "--format", "json").stdout)["decision"]["would_change_if"] == []


@pytest.mark.parametrize(
    ("name", "start"), [("plan.json", "{"), ("plan.JSON", "{"), ("plan.md", "# "), ("plan.markdown", "# ")]
)
def test_the_suffix_says_the_format(small: Path, tmp_path: Path, name: str, start: str) -> None:
    output = tmp_path / name
    result = plan(small, "-o", output)
    assert (result.exit_code, result.output) == (0, "")
    assert output.read_text(encoding="utf-8").startswith(start)


def test_other_suffixes_are_text_and_a_format_goes_before_them(small: Path, tmp_path: Path) -> None:
    plan(small, "-o", tmp_path / "plan.txt")
    assert ESCAPE not in (tmp_path / "plan.txt").read_text(encoding="utf-8")
    plan(small, "-o", tmp_path / "plan.txt", "--format", "json")
    assert read_plan_document(tmp_path / "plan.txt").name == "small"


def test_the_same_plan_is_the_same_bytes(small: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    assert plan(small, "-o", one).exit_code == plan(small, "-o", two).exit_code == 0
    assert one.read_bytes() == two.read_bytes() == plan(small, "--format", "json").stdout_bytes


# --- plan: files that can't be used -----------------------------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("  \n\n", "is empty"),
        ("# only a comment\n", "name"),
        ("name: [broken\nregion: us-east-1\n", "workload.yaml:2:"),
        ("name: w1\n  region: us-east-1\n", "workload.yaml:2:"),
        ("name: w1\n\tregion: us-east-1\n", "workload.yaml:2:"),
        ("name: w1\nname: w2\n", "workload.yaml:2:"),
        ("- name: w1\n", "mapping"),
        ("just words\n", "mapping"),
        ("--- \nname: w1\n---\nname: w2\n", "document"),
        (BOMB, "workload.yaml"),
        ("name: w1\nneed: " + "[" * 5000, "workload.yaml"),
        ("name: !!python/object/apply:os.system [ls]\n", "workload.yaml"),
        ("nam: w1\n", "nam: unknown key; did you mean 'name'?"),
        ("name: w1\ntraffic: {requests: 5}\n", "traffic.requests: unknown key; did you mean"),
        ("region: us-east-1\n", "name"),
        ("name: Bad Name\n", "name: "),
        ("name: w1\ntraffic: {requests_per_month: many}\n", "traffic.requests_per_month: 'many'"),
        ("name: w1\ntraffic: {requests_per_month: -1}\n", "traffic.requests_per_month: -1"),
        ("name: w1\ntraffic: {requests_per_month: 1.5}\n", "traffic.requests_per_month: 1.5"),
        ("name: w1\ntraffic: {requests_per_month: 1e400}\n", "traffic.requests_per_month"),
        ("name: w1\ntraffic: {requests_per_month: 99999999999999999999}\n", "traffic.requests_per_month"),
        ("name: w1\ntraffic: {requests_per_month: .nan}\n", "workload.yaml:2:31: .nan is no number"),
        ("name: w1\ntraffic: {growth_per_month: .inf}\n", "workload.yaml:2:29: .inf is no number"),
        ("name: w1\ntraffic: {requests_per_month: true}\n", "traffic.requests_per_month"),
        ("name: w1\ntraffic: [1, 2]\n", "traffic"),
        ("name: w1\nneed: {behavior: politeness}\n", "need.behavior: 'politeness'"),
        ("name: w1\nregion: us-est-1\n", "did you mean 'us-east-1'?"),
        ("name: w1\ndesign: {model: amazon.nova-lit-v1:0}\n", "did you mean 'amazon.nova-lite-v1:0'"),
        ("name: w1\ndesign: {training: {service: bedrock, method: lora}}\n", "design.training.method: lora"),
        ("name: w1\nassumptions: {chunk_token: 5}\n", "did you mean 'chunk_tokens'"),
        ("name: w1\nassumptions: {chunk_tokens: 0}\n", "assumptions.chunk_tokens: 0 is not allowed"),
    ],
)
def test_a_workload_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    output = tmp_path / "plan.json"
    output.write_text("what was there", encoding="utf-8")
    message = refused(plan(path, "-o", output))
    assert message.startswith("fmplan: ")
    assert str(path) in message
    assert said in message
    assert len(message) < 2_000
    assert output.read_text(encoding="utf-8") == "what was there"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["plan.json", "workload.yaml"]


def test_a_file_that_is_not_there_has_a_near_name(small: Path) -> None:
    message = refused(plan(small.with_name("smal.yaml")))
    assert message == f"fmplan: {small.with_name('smal.yaml')}: no such file; did you mean 'small.yaml'?\n"


def test_a_folder_is_no_workload(tmp_path: Path) -> None:
    assert refused(plan(tmp_path)) == f"fmplan: {tmp_path}: is a folder; name a file in it\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "is a binary file"),
        (b"name: w1\ndescription: gr\xf6\xdfe\n", "workload.yaml:2: is not UTF-8 text (byte 0xf6)"),
        ("name: w1\n".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "workload.yaml"
    path.write_bytes(content)
    assert said in refused(plan(path))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # no block of it is on disk
    assert "has 100,000,000 bytes; at most 10,000,000 are read" in refused(plan(path))


def test_a_workload_may_start_with_a_mark_and_be_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert plan(path).exit_code == 0
    result = process("plan", "/dev/stdin", "--as-of", DAY, "--no-flips", "--format", "json", typed=SMALL)
    assert (result.returncode, json.loads(result.stdout)["name"]) == (0, "small")


# --- plan: places that can't be written -------------------------------------------------------------------------------


def test_an_output_folder_that_is_not_there(small: Path, tmp_path: Path) -> None:
    output = tmp_path / "missing" / "plan.json"
    said = f"fmplan: {output}: cannot be written: the folder {output.parent} does not exist\n"
    assert refused(plan(small, "-o", output)) == said
    assert not output.parent.exists()


def test_an_output_that_is_a_folder(small: Path, tmp_path: Path) -> None:
    assert refused(plan(small, "-o", tmp_path)) == f"fmplan: {tmp_path}: cannot be written: it is a folder\n"


def test_one_bad_workload_of_several_writes_nothing(small: Path, tmp_path: Path) -> None:
    output = tmp_path / "plans.json"
    assert "missing.yaml" in refused(plan(small, tmp_path / "missing.yaml", "-o", output))
    assert not output.exists()


def test_a_full_disk_is_one_message(small: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full here")
    assert "cannot be written: no space left on device" in refused(plan(small, "-o", "/dev/full"))
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "planner.cli", "plan", str(small), "--as-of", DAY, "--no-flips"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("fmplan: ")


def test_whoever_read_the_output_has_gone(small: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "planner.cli", "plan", str(small), "--as-of", DAY, "--no-flips"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    done = process("plan", os.fsdecode(os.fsencode(tmp_path) + b"/w\xff.yaml"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "no such file" in done.stderr


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_answers_line_by_line(tmp_path: Path) -> None:
    lines = [
        {"id": 7, "name": "facts", "need": {"knowledge": {}}},
        {"id": "bad", "name": "w1", "nead": {}},
        {"name": "w2"},
        {"id": "tight", "name": "w3", "constraints": {"monthly_usd": 1}},
    ]
    batch = written(tmp_path, "\n".join(json.dumps(line) for line in lines) + "\n{broken\n", "jobs.jsonl")
    result = plan("--batch", batch)
    assert result.exit_code == 2
    assert result.stderr == ""
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [7, "bad", None, "tight", None]
    assert answers[0]["decision"]["approach"] == "rag"
    assert answers[1] == {"id": "bad", "error": f"{batch}:2: nead: unknown key; did you mean 'need'?"}
    assert answers[2]["name"] == "w2"
    assert answers[3]["decision"]["admissible"] is False
    assert answers[4]["error"].startswith(f"{batch}:5:")


def test_a_batch_line_is_the_plan_of_the_same_file(tmp_path: Path) -> None:
    facts = written(tmp_path, '{"name": "facts", "need": {"knowledge": {}}}', "facts.json")
    batch = written(tmp_path, '{"id": 1, "name": "facts", "need": {"knowledge": {}}}\n', "jobs.jsonl")
    answer = json.loads(plan("--batch", batch).stdout)
    assert answer.pop("id") == 1
    assert answer == json.loads(plan(facts, "--format", "json").stdout)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([SMALL], 0),
        ([SMALL, TIGHT], 1),
        ([TIGHT, "nam: w1"], 2),
        ([UNPRICED, TIGHT], 3),
        ([UNPRICED, "nam: w1"], 2),  # a line that failed goes before all
        ([], 0),
    ],
)
def test_the_worst_code_of_a_batch(tmp_path: Path, lines: list[str], code: int) -> None:
    from planner.yaml12 import load_yaml

    text = "".join(json.dumps(load_yaml(line, source="line"), default=str) + "\n" for line in lines)
    batch = written(tmp_path, text, "jobs.jsonl")
    assert plan("--batch", batch).exit_code == code
    assert plan("--batch", batch, "-o", tmp_path / "answers.jsonl").exit_code == code


def test_a_batch_into_a_file(tmp_path: Path) -> None:
    batch = written(tmp_path, '{"id": 1, "name": "w1"}\n{"id": 2}\n', "jobs.jsonl")
    output = tmp_path / "answers.jsonl"
    result = plan("--batch", batch, "-o", output)
    assert (result.exit_code, result.output) == (2, "")
    assert [json.loads(line)["id"] for line in output.read_text(encoding="utf-8").splitlines()] == [1, 2]


def test_a_batch_that_cannot_be_read(tmp_path: Path) -> None:
    output = tmp_path / "answers.jsonl"
    assert "missing.jsonl: can't be read" in refused(plan("--batch", tmp_path / "missing.jsonl", "-o", output))
    assert "is a directory" in refused(plan("--batch", tmp_path, "-o", output))
    assert not output.exists()


# --- terminals, pipes, what is loaded ---------------------------------------------------------------------------------


def in_a_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> tuple[int, str]:
    """Run the command in a terminal of its own; return exit code and what was shown."""
    command = [sys.executable, "-m", "planner.cli", *(str(argument) for argument in arguments)]
    leader, follower = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", **environment}
    child = subprocess.Popen(command, stdout=follower, stderr=follower, stdin=follower, env=variables)
    os.close(follower)
    shown = b""
    while True:
        try:
            more = os.read(leader, 65_536)
        except OSError:  # the terminal is closed with its last writer
            break
        if not more:
            break
        shown += more
    os.close(leader)
    return child.wait(timeout=60), shown.decode().replace("\r\n", "\n")


def test_a_terminal_has_colour_unless_it_is_not_wanted(small: Path) -> None:
    arguments = ("plan", small, "--as-of", DAY, "--no-flips")
    code, coloured = in_a_terminal(*arguments)
    assert (code, ESCAPE in coloured) == (0, True)
    code, plain = in_a_terminal(*arguments, NO_COLOR="1")
    assert (code, ESCAPE in plain) == (0, False)


@pytest.mark.parametrize("columns", [20, 44, 60])
def test_a_narrow_terminal_is_kept_to(small: Path, columns: int) -> None:
    code, shown = in_a_terminal("plan", small, "--as-of", DAY, "--no-flips", columns=columns, NO_COLOR="1")
    assert code == 0
    assert max(map(len, shown.splitlines())) <= max(columns, 40)


@pytest.mark.parametrize("columns", ["0", "1", "50", "100000", "²", "-5", "wide"])
def test_a_pipe_of_any_width_works(small: Path, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    result = plan(small)
    assert result.exit_code == 0
    assert "amazon.nova-lite-v1:0" in result.stdout.replace("\n", "")


def test_a_pipe_has_no_colour_and_no_progress(small: Path) -> None:
    done = process("plan", small, "--as-of", DAY, "--no-flips", TERM="xterm-256color")
    assert (done.returncode, done.stderr) == (0, "")
    assert ESCAPE not in done.stdout
    assert "\r" not in done.stdout


def test_a_pipe_that_takes_only_ascii(tmp_path: Path) -> None:
    path = written(tmp_path, "name: w1\ndescription: Größe — 大\ndesign: {model: amazon.nova-lite-v1:0}\n")
    for output_format in ("text", "json", "markdown"):
        done = process(
            "plan",
            path,
            "--as-of",
            DAY,
            "--no-flips",
            "--format",
            output_format,
            PYTHONIOENCODING="ascii",
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr


LOADED = """
import sys
from planner.cli import main
try:
    main({arguments!r}, standalone_mode=False)
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {{name.partition(".")[0] for name in sys.modules}} & {heavy!r}
print(sorted(heavy), file=sys.stderr)
"""
HEAVY = {
    "aws_cdk",
    "boto3",
    "botocore",
    "constructs",
    "jinja2",
    "jsii",
    "numpy",
    "pandas",
    "requests",
    "rich",
    "stacks",
}


@pytest.mark.parametrize("output_format", ["json", "text", "markdown"])
def test_plan_loads_nothing_that_it_does_not_use(small: Path, output_format: str) -> None:
    arguments = ["plan", str(small), "--as-of", DAY, "--format", output_format]
    uses = {"json": set(), "text": {"rich"}, "markdown": {"jinja2"}}[output_format]
    heavy = HEAVY - uses
    code = LOADED.format(arguments=arguments, heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "[]\n")


# --- synth: what needs no CDK to be refused ---------------------------------------------------------------------------


def test_synth_refuses_what_plan_refuses(tmp_path: Path) -> None:
    output = tmp_path / "cdk.out"
    assert "no such file" in refused(run("synth", tmp_path / "missing.yaml", "-o", output))
    assert "unknown key" in refused(run("synth", written(tmp_path, "nam: w1\n"), "-o", output))
    assert not output.exists()


def test_synth_says_that_a_design_has_no_stack(tmp_path: Path) -> None:
    path = written(tmp_path, "name: w1\ndesign: {vector_store: kendra}\n")
    message = refused(run("synth", path, "--as-of", DAY, "-o", tmp_path / "cdk.out"))
    assert "stack" in message
    assert not (tmp_path / "cdk.out").exists()


def test_synth_takes_a_plan_and_no_overrides_with_it(small: Path, tmp_path: Path) -> None:
    plan(small, "-o", tmp_path / "plan.json")
    arguments = ("synth", tmp_path / "plan.json", "--set", "region=us-west-2", "-o", tmp_path / "cdk.out")
    assert "a plan is made already; --set changes a workload" in refused(run(*arguments))


def test_commands_are_loaded_when_they_are_named() -> None:
    script = (
        "import sys\n"
        "from planner.cli import main\n"
        "try: main(['schema'])\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('planner.commands.')), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "planner.commands.diff" not in result.stderr
    assert run("--help").stdout.index("  bill ") < run("--help").stdout.index("  synth ")
    assert "No such command 'dif'" in run("dif").stderr
