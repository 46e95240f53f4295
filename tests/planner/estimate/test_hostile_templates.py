"""Templates that would grow, loop or tell secrets: refused or masked, in little time."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.commands.estimate import estimate_command
from planner.errors import InputError
from planner.estimate import estimate_json
from tests.planner.estimate.test_templates import instance, of_template, of_text

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]
ADDRESS = {"Type": "AWS::EC2::EIP"}


def test_what_a_mapping_holds_does_not_grow() -> None:
    levels: Json = {"k0": "x"}
    for level in range(1, 40):
        levels[f"k{level}"] = {"Fn::Join": ["", [{"Fn::FindInMap": ["M", "a", f"k{level - 1}"]}] * 4]}
    template = {"Mappings": {"M": {"a": levels}}, "Resources": {"A": instance({"Fn::FindInMap": ["M", "a", "k39"]})}}
    begun = time.monotonic()
    document = estimate_json(of_template(template))
    assert time.monotonic() - begun < 2
    assert "InstanceType is not known from the template" in document["unpriced"][0]["reason"]


def test_defaults_that_are_lists_do_not_grow() -> None:
    declared: Json = {
        f"P{number}": {"Type": "String", "Default": [{"Ref": f"P{number + 1}"}] * 4} for number in range(40)
    }
    template = {"Parameters": declared, "Resources": {"A": instance({"Ref": "P0"})}}
    begun = time.monotonic()
    assert estimate_json(of_template(template))["coverage"]["unpriced"] == 1
    assert time.monotonic() - begun < 2


def test_stacks_nested_in_fans_have_a_limit(tmp_path: Path) -> None:
    # 2 + 4 + 8 + … stacks of twelve files
    for level in range(12):
        stack = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": f"{level + 1}.json"}}
        inner = {"Resources": {"A": stack, "B": stack}} if level < 11 else {"Resources": {"E": ADDRESS}}
        (tmp_path / f"{level}.json").write_text(json.dumps(inner), encoding="utf-8")
    with pytest.raises(InputError, match=r"nests more than 500 stacks"):
        of_text(tmp_path, (tmp_path / "0.json").read_text("utf-8"), "0.json")


def test_a_resource_that_refers_to_itself_is_a_circle() -> None:
    with pytest.raises(InputError, match="A → A"):
        of_template({"Resources": {"A": {**ADDRESS, "Properties": {"InstanceId": {"Ref": "A"}}}}})


def test_a_variable_of_a_text_is_no_reference() -> None:
    # B is the text's own variable; that a resource is called so too makes no circle.
    text = {"Fn::Sub": ["${B}", {"B": "x"}]}
    resources = {"A": {**ADDRESS, "Properties": {"X": text}}, "B": {**ADDRESS, "DependsOn": "A"}}
    assert estimate_json(of_template({"Resources": resources}))["coverage"]["estimated"] == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Transform": "AWS::Serverless-2016-10-31"}, "Transform AWS::Serverless-2016-10-31 is not run"),
        ({"Transform": ["Ours", {"Name": "AWS::Include"}]}, "Transform AWS::Include is not run"),
        (
            {"Resources": {"A": {**ADDRESS, "DependsOn": "Vps"}, "Vpc": ADDRESS}},
            "A: DependsOn Vps: the template has no",
        ),
        (
            {"Resources": {"A": {**ADDRESS, "Properties": {"X": {"Fn::GetAtt": ["Gone", "Id"]}}}}},
            "A: Fn::GetAtt Gone: the template has no such resource",
        ),
    ],
)
def test_what_a_reader_should_know_is_noted(more: Json, said: str) -> None:
    notes = estimate_json(of_template({"Resources": {"A": ADDRESS}, **more}))["notes"]
    assert said in "\n".join(notes)


DECLARED = {
    "Env": {"Type": "String", "AllowedValues": ["dev", "prod"]},
    "Count": {"Type": "Number", "MinValue": 1, "MaxValue": "5"},
    "Name": {"Type": "String", "MinLength": 3, "MaxLength": 5},
    "Ports": {"Type": "List<Number>"},
    "Pin": {"Type": "String", "NoEcho": True, "MinLength": 6},
}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Env", "prd", "'prd' is none of its AllowedValues; did you mean 'prod'?"),
        ("Count", "six", "'six' is not a number"),
        ("Count", "0", "'0' is under its MinValue, 1"),
        ("Count", "6", "'6' is over its MaxValue, 5"),
        ("Name", "ab", "'ab' is under its MinLength, 3"),
        ("Name", "abcdef", "'abcdef' is over its MaxLength, 5"),
        ("Ports", "80,x", "'x' is not a number"),
        ("Pin", "31415", "its value is under its MinLength, 6"),
    ],
)
def test_a_value_that_a_parameter_does_not_allow_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        of_template({"Parameters": DECLARED, "Resources": {"A": ADDRESS}}, parameters={name: value})
    assert str(refused.value) == f"t.json: --parameter {name}: {said}"


@pytest.mark.parametrize(
    ("name", "value"), [("Env", "dev"), ("Count", "5"), ("Name", "abcde"), ("Ports", "80, 443"), ("Pin", "314159")]
)
def test_a_value_that_a_parameter_allows_is_taken(name: str, value: str) -> None:
    template = {"Parameters": DECLARED, "Resources": {"A": ADDRESS}}
    assert of_template(template, parameters={name: value}).is_complete


@pytest.mark.parametrize("output", ["text", "json", "markdown", "csv"])
def test_named_variables_and_connections_are_never_shown(tmp_path: Path, output: str) -> None:
    variables = {
        "URL": "postgres://admin:hunter2@db/x",
        "CONNECTION": "Server=x;Password=hunter2;User=y",
        "HEADER": "Bearer hunter2hunter2",
        "GITHUB_PAT": "hunter2",
        "DB_PWD": "hunter2",
        "SHOWN": "a-plain-setting",
    }
    container = {"Name": "web", "Environment": [{"Name": "DB_PASSWORD", "Value": "hunter2"}]}
    template = {
        "Resources": {
            "F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}},
            "T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [container]}},
            "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/app/password", "Value": "hunter2"}},
        }
    }
    path = tmp_path / "t.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    result = CliRunner().invoke(estimate_command, [str(path), "--region", "us-east-1", "--format", output])
    assert result.exit_code == 0, result.output
    assert "hunter2" not in result.output
    assert ("a-plain-setting" in result.output) == (output == "json")


def test_a_custom_resource_is_free_where_its_function_is_named() -> None:
    named = {"Type": "Custom::Seed", "Properties": {"ServiceToken": {"Fn::ImportValue": "seeder"}}}
    resources = {
        "A": named,
        "B": {"Type": "Custom::Seed"},
        "C": {**named, "Type": "AWS::CloudFormation::CustomResource"},
    }
    document = estimate_json(of_template({"Resources": resources}))
    assert [each["status"] for each in document["resources"]] == ["free", "unsupported", "free"]
    assert "its function is billed" in document["resources"][0]["reason"]
