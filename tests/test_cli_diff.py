"""`fmplan diff` as a user meets it: sides of every kind, formats, files, wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.cli import main
from tests.docs_blocks import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

EXAMPLE = CHECKOUT / "examples" / "support-assistant.yaml"
DAY = "2026-11-20"
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {"TableName": "orders", "BillingMode": "PAY_PER_REQUEST"},
}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 512}}
SECRET_NAME = "Sup3rS3cret-do-not-show"


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = diff(*arguments, "--as-of", DAY, "--format", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def refused(*arguments: str | Path) -> str:
    """Return the one message of a command that refused its input: nothing on stdout, no traceback, exit code 2."""
    result = diff(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    return result.stderr


def template(folder: Path, name: str, **resources: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return path


def workload(folder: Path, name: str, *replaced: tuple[str, str]) -> Path:
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def plan(source: Path, output: Path, *arguments: str) -> Path:
    result = CliRunner().invoke(main, ["plan", str(source), "--as-of", DAY, "-o", str(output), *arguments])
    assert result.exit_code == 0, result.output
    return output


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """The example with three times its requests."""
    return workload(tmp_path, "more.yaml", ("requests_per_month: 300000", "requests_per_month: 900000"))


def test_a_workload_against_itself_is_empty() -> None:
    document = answer(EXAMPLE, EXAMPLE)
    assert document["resources"] == []
    assert set(document["delta"].values()) == {"0"}


def test_three_times_the_requests(more: Path) -> None:
    document = answer(EXAMPLE, more)
    by_path = {each["path"]: each for each in document["resources"]}
    # 300,000 → 900,000 prompts and answers: 1,200 → 3,600 thousand text units at $0.15
    assert by_path["support-assistant/Guardrail"]["monthly_usd"] == {"before": "180", "after": "540", "delta": "360"}
    assert document["workload"] == [{"key": "traffic.requests_per_month", "before": 300000, "after": 900000}]
    assert document["decision"]["before"] == document["decision"]["after"] == "rag"
    assert document["decision"]["because"] == []
    back = answer(more, EXAMPLE)
    assert Decimal(back["delta"]["monthly_usd"]) == -Decimal(document["delta"]["monthly_usd"])


def test_a_plan_and_its_workload_are_the_same(tmp_path: Path) -> None:
    document = answer(plan(EXAMPLE, tmp_path / "plan.json"), EXAMPLE)
    assert (document["before"]["kind"], document["after"]["kind"]) == ("plan", "workload")
    assert document["resources"] == []


def test_the_keys_that_moved_the_decision_are_named(tmp_path: Path) -> None:
    facts = "  knowledge:\n    changes: monthly\n    citations: true\n    hallucinates: true\n"
    requests = ("requests_per_month: 300000", "requests_per_month: 200000")
    document = answer(workload(tmp_path, "without.yaml", (facts, ""), requests), EXAMPLE)
    assert (document["decision"]["before"], document["decision"]["after"]) == ("fine_tuning", "rag")
    moved = {each["key"] for each in document["decision"]["because"]}
    # each of them alone calls for retrieval; the requests do nothing
    assert moved == {"need.knowledge.changes", "need.knowledge.citations", "need.knowledge.hallucinates"}
    assert document["decision"]["text"].startswith("The rung changes from fine_tuning to rag: need.knowledge.changes (")
    assert {each["key"] for each in document["design"]} >= {"approach", "vector_store"}
    assert {each["key"] for each in document["workload"]} >= moved | {"traffic.requests_per_month"}


def test_a_measured_score_can_move_it_too(tmp_path: Path) -> None:
    facts = "  knowledge:\n    changes: monthly\n    citations: true\n    hallucinates: true\n"
    short = workload(tmp_path, "short.yaml", (facts, ""))
    met = workload(tmp_path, "met.yaml", (facts, ""), ("prompt_engineering: 0.41", "prompt_engineering: 0.71"))
    document = answer(met, short)
    assert (document["decision"]["before"], document["decision"]["after"]) == ("prompt_engineering", "fine_tuning")
    assert document["decision"]["because"] == [
        {"key": "evidence.scores.prompt_engineering", "before": "0.71", "after": "0.41"}
    ]


def test_a_crossed_threshold_is_named(tmp_path: Path) -> None:
    many = workload(tmp_path, "many.yaml", ("requests_per_month: 300000", "requests_per_month: 60000000"))
    (crossed,) = answer(EXAMPLE, many)["flips_crossed"]
    assert crossed["key"] == "traffic.requests_per_month"
    assert (crossed["before"], crossed["after"]) == ("300000", "60000000")
    assert crossed["to"] == {"choice": "vector_store", "value": "opensearch_serverless"}


def test_prices_that_moved_are_listed_apart(tmp_path: Path) -> None:
    training = CHECKOUT / "examples" / "minority-language-model.yaml"
    old, new = (tmp_path / name for name in ("old.json", "new.json"))
    runner = CliRunner()
    for path, day in ((old, "2025-05-01"), (new, DAY)):
        runner.invoke(main, ["plan", str(training), "--as-of", day, "-o", str(path)])
    result = diff(old, new, "--format", "json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    (moved,) = document["price_changes"]
    # A cut of June 2025: the instance's training hour went from $113.068 to $63.296.
    assert (moved["sku"], moved["effective"]) == ("ml.p5.48xlarge", "2025-06-01")
    assert (moved["before_usd"], moved["after_usd"]) == ("113.068", "63.296")
    assert Decimal(moved["delta_one_time_usd"]) == Decimal(document["delta_from_prices"]["one_time_usd"]) < -3000
    assert "prices that moved are listed apart" in document["notes"][0]
    assert document["decision"]["text"].startswith("The endpoint's instance changes from ")


def test_templates(tmp_path: Path) -> None:
    before = template(tmp_path, "a.json", Table=TABLE, Function=FUNCTION)
    bigger = {**FUNCTION, "Properties": {"MemorySize": 1024}}
    renamed = {**TABLE, "Properties": {"TableName": "orders-2", "BillingMode": "PAY_PER_REQUEST"}}
    after = template(tmp_path, "b.json", Table=renamed, Function=bigger, Queue={"Type": "AWS::SQS::Queue"})
    usage = tmp_path / "usage.yml"
    usage.write_text(
        "version: 1\nresource_usage:\n  Function: {monthly_requests: 1000000, request_duration_ms: 1000}\n",
        encoding="utf-8",
    )
    document = answer(before, after, "--region", "us-east-1", "--usage", usage)
    by_path = {each["path"]: each for each in document["resources"]}
    assert {path: each["action"] for path, each in by_path.items()} == {
        "Function": "changed",
        "Queue": "added",
        "Table": "changed",
    }
    assert (by_path["Table"]["properties"], by_path["Table"]["replacement"]) == (["TableName"], "yes")
    assert (by_path["Function"]["properties"], by_path["Function"]["replacement"]) == (["MemorySize"], "no")
    # a million seconds at half a GB more: 500,000 GB-s × 0.0000166667
    assert Decimal(by_path["Function"]["monthly_usd"]["delta"]) == Decimal("8.33335")
    assert document["decision"] is None


def test_secrets_of_templates_are_not_shown(tmp_path: Path) -> None:
    sides = []
    for name, value in (("a.json", SECRET_NAME), ("b.json", f"{SECRET_NAME}-2")):
        properties = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "MasterUserPassword": value}
        sides.append(template(tmp_path, name, Database={"Type": "AWS::RDS::DBInstance", "Properties": properties}))
    for output_format in ("text", "json", "markdown", "html", "sarif", "junit", "infracost"):
        result = diff(*sides, "--region", "us-east-1", "--format", output_format)
        assert result.exit_code == 0, result.output
        assert SECRET_NAME not in result.output


def test_a_new_base_is_said(git: Git) -> None:
    git.commit("README.md", "nothing yet")
    git.write("workload.yaml", EXAMPLE.read_text(encoding="utf-8"))
    result = git.fmplan("diff", "main:workload.yaml", "workload.yaml", "--format", "json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["before"]["kind"] == "missing"
    assert {each["action"] for each in document["resources"]} == {"added"}
    assert document["notes"][0] == "main:workload.yaml doesn't exist yet: everything is new."


def test_a_revision_against_the_working_tree(git: Git) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    git.commit("workload.yaml", text)
    git.write("workload.yaml", text.replace("requests_per_month: 300000", "requests_per_month: 900000"))
    result = git.fmplan("diff", "main:workload.yaml", "workload.yaml", "--format", "json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["before"]["source"] == "main:workload.yaml"
    assert document["workload"] == [{"key": "traffic.requests_per_month", "before": 300000, "after": 900000}]


def test_faults_of_a_revision_are_told_by_its_name(git: Git) -> None:
    git.commit("workload.yaml", "name: assistant\nneeds: {}\n")
    git.write("workload.yaml", EXAMPLE.read_text(encoding="utf-8"))
    result = git.fmplan("diff", "main:workload.yaml", "workload.yaml")
    assert result.returncode == 2
    assert result.stderr.startswith("fmplan: main:workload.yaml: needs: ")


class Git:
    """A repository of a test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("git", "init", "-q", "-b", "main")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def commit(self, name: str, text: str) -> None:
        self.write(name, text)
        self.run("git", "add", name)
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
        self.run("git", *identity, "commit", "-q", "-m", "a commit")

    def fmplan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-c", _RUN, str(CHECKOUT), *arguments]
        return subprocess.run(command, cwd=self.folder, check=False, capture_output=True, text=True)


_RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from planner.cli import main; main()"


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """An empty repository."""
    return Git(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name BASE and HEAD"),
        (("a",), "name BASE and HEAD"),
        (("a", "b", "c"), "name BASE and HEAD"),
        (("--deployed", "stack", "a", "b"), "name HEAD alone"),
        (("--profile", "x", "a", "b"), "--profile goes with --deployed"),
        (("a", "b", "--double-running-hours", "many"), "is no number of hours"),
        (("a", "b", "--double-running-hours", "NaN"), "is no number of hours"),
        (("a", "b", "--double-running-hours", "-1"), "is no number of hours"),
        (("a", "b", "--region", "mars"), "is no region"),
        (("a", "b", "-o", "x.md", "-o", "x.md"), "is named twice"),
        (("a", "b", "--marker", "BAD"), "--marker 'BAD': a name has small letters, digits and hyphens"),
        (("a", "b", "-o", "x.md", "-o", "x.html", "--format", "json"), "leave --format out"),
        (("a", "b"), "a: no such file; a side is a workload, a plan.json, a template"),
        (("-rf:x", "b"), "No such option"),
        (("--", "-rf:x", "b"), "-rf"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(*arguments)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("{", "side.json:1:2: expecting property name"),
        ('{"Resources": []}', "Resources"),
        ('{"decision": {}, "bill": []}', "missing from the plan"),
        ("\x00\x01", ""),
        ("- 1\n- 2\n", ""),
    ],
)
def test_sides_that_are_nothing(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "side.json"
    path.write_text(text, encoding="utf-8")
    assert said in refused(path, EXAMPLE)


def test_a_plan_of_a_newer_schema(tmp_path: Path) -> None:
    path = plan(EXAMPLE, tmp_path / "plan.json")
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "schema": 2}), encoding="utf-8")
    assert "plan.json: schema: 2 is not understood" in refused(path, EXAMPLE)


@pytest.mark.parametrize(("key", "value"), [("usd", "1"), ("unit_price_usd", "9"), ("quantity", "7")])
def test_a_plan_whose_lines_do_not_add_up(tmp_path: Path, key: str, value: str) -> None:
    path = plan(EXAMPLE, tmp_path / "plan.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["bill"][0][key] = value
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "the plan was changed by hand" in refused(path, EXAMPLE)


def test_another_price_book_is_said_and_both_are_priced_on_one(tmp_path: Path) -> None:
    own = CHECKOUT / "examples" / "pricing" / "private-prices.csv"
    path = plan(EXAMPLE, tmp_path / "plan.json", "--prices", str(own))
    document = answer(path, EXAMPLE)
    stated = json.loads(path.read_text(encoding="utf-8"))["cost"]["monthly_usd"]
    assert f"was made with another price book, at ${stated} a month" in document["notes"][0]
    assert document["before"]["price_book"] == document["after"]["price_book"]
    assert document["resources"] == []
    # the same --prices for both is one book again
    assert answer(path, EXAMPLE, "--prices", own)["notes"] == []


def test_regions(tmp_path: Path) -> None:
    west = workload(tmp_path, "west.yaml", ("region: us-east-1", "region: us-west-2"))
    document = answer(EXAMPLE, west)
    assert document["notes"][0].startswith("The regions differ: us-east-1 before, us-west-2 after")
    assert document["price_changes"] == []
    path = plan(EXAMPLE, tmp_path / "plan.json")
    both = answer(path, west, "--region", "us-west-2")
    assert both["before"]["region"] == both["after"]["region"] == "us-west-2"
    assert "is a plan for us-east-1; its parts are priced in us-west-2 here" in both["notes"][0]


def test_currencies_are_said(tmp_path: Path) -> None:
    path = plan(EXAMPLE, tmp_path / "plan.json", "--currency", "EUR", "--rate", "0.9")
    assert answer(path, EXAMPLE)["notes"] == [
        "The plans show different currencies (EUR before, US dollars only after); compared are US dollars."
    ]
    document = answer(EXAMPLE, EXAMPLE, "--currency", "EUR", "--rate", "0.9")
    assert document["currency"]["code"] == "EUR"


def test_strict_ends_with_3_where_head_is_incomplete(tmp_path: Path) -> None:
    known, odd = template(tmp_path, "a.json", Table=TABLE), template(tmp_path, "b.json", Odd={"Type": "AWS::Odd::One"})
    assert diff(known, odd, "--region", "us-east-1", "--strict", "--format", "json").exit_code == 3
    assert diff(known, odd, "--region", "us-east-1", "--format", "json").exit_code == 0


def test_outputs_by_suffix(tmp_path: Path, more: Path) -> None:
    names = ("d.json", "d.md", "d.html", "d.sarif", "d.xml", "d.txt")
    outputs = [part for name in names for part in ("-o", str(tmp_path / name))]
    result = diff(EXAMPLE, more, *outputs, "--marker", "cost")
    assert (result.exit_code, result.stdout) == (0, "")
    begins = ("{", "<!-- fmplan:comment:cost -->", "<!DOCTYPE html>", "{", "<?xml", "")
    for name, begin in zip(names, begins, strict=True):
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert json.loads((tmp_path / "d.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_an_output_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "d.md").mkdir()
    assert "d.md" in refused(EXAMPLE, EXAMPLE, "-o", str(tmp_path / "d.md"))


def test_it_loads_neither_cdk_nor_boto3(tmp_path: Path) -> None:
    path = template(tmp_path, "a.json", Table=TABLE)
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from planner.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'aws_cdk', 'boto3', 'botocore', 'pandas', 'pydantic', 'jsii', 'cfnlint'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-P", "-c", script, str(CHECKOUT), "diff", str(path), str(path), "--region", "us-east-1"]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_constraint_that_is_no_longer_met_is_said_first(tmp_path: Path) -> None:
    many = workload(tmp_path, "many.yaml", ("requests_per_month: 300000", "requests_per_month: 9000000"))
    assert answer(EXAMPLE, many)["notes"][0].startswith("A constraint is not met after: ")
    assert answer(many, many)["notes"][0].startswith("A constraint is not met after, as before: ")


def parameterized(folder: Path, name: str, *parameters: str) -> Path:
    path = folder / name
    declared = {each: {"Type": "Number", "Default": 1} for each in parameters}
    path.write_text(json.dumps({"Parameters": declared, "Resources": {"Table": TABLE}}), encoding="utf-8")
    return path


def test_a_parameter_of_one_side_is_enough(tmp_path: Path) -> None:
    old, new = parameterized(tmp_path, "a.json", "Size"), parameterized(tmp_path, "b.json", "Size", "Count")
    region = ("--region", "us-east-1")
    assert answer(old, new, *region, "--parameter", "Count=2")["resources"] == []
    assert "b.json: --parameter Cuont: the template has no such parameter; did you mean 'Count'?" in refused(
        old, new, *region, "--parameter", "Cuont=2"
    )
    assert "neither side is a template" in refused(EXAMPLE, EXAMPLE, "--parameter", "Count=2")


def test_usage_that_one_side_has_a_resource_for_is_no_mistake(tmp_path: Path) -> None:
    old, new = template(tmp_path, "a.json", Table=TABLE), template(tmp_path, "b.json", Table=TABLE, Function=FUNCTION)
    usage = tmp_path / "usage.yml"
    text = "version: 1\nresource_usage:\n  Function: {monthly_requests: 1}\n  Fnuction: {monthly_requests: 1}\n"
    usage.write_text(text, encoding="utf-8")
    for sides in ((old, new), (new, old)):
        notes = answer(*sides, "--region", "us-east-1", "--usage", usage)["notes"]
        assert [note for note in notes if "resource_usage.Function:" in note] == []
        assert [note for note in notes if "resource_usage.Fnuction: no resource has this path" in note]
