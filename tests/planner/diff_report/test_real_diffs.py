"""What the commands answer is within the schemas that are shipped, and is rendered in each format."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from planner.commands.diff import diff_command
from planner.commands.estimate import estimate_command
from tests.planner.diff_report.documents import GOLDEN

Json = dict[str, Any]
DAY = "2026-11-20"
FORMATS = ("text", "json", "markdown", "html", "sarif", "junit", "infracost")
BEFORE: Json = {
    "Parameters": {"Stage": {"Type": "String"}, "Password": {"Type": "String", "NoEcho": True, "Default": "hunter2"}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
        "Key": {"Type": "AWS::KMS::Key", "Condition": "IsProd", "Properties": {"KeyPolicy": {}}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        "Map": {"Type": "AWS::Location::Map", "Properties": {"MapName": "m"}},
        "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": "subnet-1"}},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": {"Ref": "Password"}}},
    },
}
AFTER: Json = {
    **BEFORE,
    "Resources": {
        **{name: each for name, each in BEFORE["Resources"].items() if name != "Nat"},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-2"}},
        "Second": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
        "Third": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": "subnet-2"}},
        "Fourth": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": "subnet-2"}},
    },
}


def answer(*arguments: str, command: Any = diff_command) -> str:  # noqa: ANN401  (a click command)
    result = CliRunner().invoke(command, [*arguments, "--as-of", DAY])
    assert result.exit_code == 0, result.output
    return result.output


def check(document: Json, schema: str, checkout: Path) -> None:
    stated = json.loads((checkout / "planner" / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(stated).validate(document)


@pytest.fixture
def templates(tmp_path: Path) -> tuple[str, str]:
    paths = []
    for name, template in (("before", BEFORE), ("after", AFTER)):
        path = tmp_path / f"{name}.template.json"
        path.write_text(json.dumps(template), encoding="utf-8")
        paths.append(str(path))
    return paths[0], paths[1]


def examples(checkout: Path) -> tuple[str, str]:
    folder = checkout / "examples"
    return str(folder / "support-assistant.yaml"), str(folder / "contract-clauses.yaml")


@pytest.mark.parametrize("turned", [False, True])
def test_a_diff_of_workloads_is_within_the_schema(turned: bool, checkout: Path) -> None:
    sides = examples(checkout)[:: -1 if turned else 1]
    stated = ("--currency", "EUR", "--rate", "0.93") if turned else ()
    made = json.loads(answer(*sides, *stated, "--format", "json"))
    assert made["resources"]
    assert made["decision"]["because"]
    check(made, "diff", checkout)


@pytest.mark.parametrize("turned", [False, True])
def test_a_diff_of_templates_is_within_the_schema(turned: bool, templates: tuple[str, str], checkout: Path) -> None:
    sides = templates[:: -1 if turned else 1]
    made = json.loads(answer(*sides, "--region", "us-east-1", "--format", "json"))
    assert made["conditions"]
    assert {each["action"] for each in made["resources"]} == {"added", "removed", "changed"}
    check(made, "diff", checkout)


def test_an_estimate_is_within_the_schema(templates: tuple[str, str], checkout: Path) -> None:
    stated = ("--region", "us-east-1", "--currency", "EUR", "--rate", "0.93", "--format", "json")
    made = json.loads(answer(templates[1], *stated, command=estimate_command))
    assert made["unsupported"]
    assert made["conditions"]
    check(made, "estimate", checkout)


@pytest.mark.parametrize("output_format", FORMATS)
def test_each_format_is_written_and_holds_no_secret(output_format: str, templates: tuple[str, str]) -> None:
    text = answer(*templates, "--region", "us-east-1", "--format", output_format)
    assert "Second" in text
    assert "hunter2" not in text


@pytest.mark.parametrize("output_format", FORMATS)
def test_each_format_of_a_base_that_is_missing(
    output_format: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for stated in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Nothing yet"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *stated], check=True)
    text = answer("HEAD:workload.yaml", examples(checkout)[0], "--format", output_format)
    assert "support-assistant" in text
    if output_format == "json":
        check(json.loads(text), "diff", checkout)
    if output_format == "text":
        assert text.startswith("Monthly cost +$447.67: $0.00 → $447.67")


@pytest.mark.parametrize(("name", "output_format"), [("real.txt", "text"), ("real.md", "markdown")])
def test_a_diff_of_two_examples_is_the_golden_one(
    name: str,
    output_format: str,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    update_golden: bool,
) -> None:
    monkeypatch.chdir(checkout)
    monkeypatch.delenv("COLUMNS", raising=False)
    before, after = (str(Path(path).relative_to(checkout)) for path in examples(checkout))
    given = answer(before, after, "--format", output_format)
    path = GOLDEN / name
    if update_golden:
        path.write_text(given, encoding="utf-8", newline="\n")
    assert given == path.read_text(encoding="utf-8")
