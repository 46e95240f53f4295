"""Deployed stacks as files: templates in JSON and YAML, nested ones, parameters; and their diffs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from moto import mock_aws

from planner.cli import main
from planner.diff.deployed_copy import deployed_stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "us-east-1"
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "a-bucket-of-tests"}}


@pytest.fixture
def aws() -> Iterator[None]:
    """A made-up AWS in this process."""
    with mock_aws():
        yield


def deploy(name: str, template: object, **parameters: str) -> None:
    body = template if isinstance(template, str) else json.dumps(template)
    stated = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    boto3.client("cloudformation", region_name=REGION).create_stack(
        StackName=name, TemplateBody=body, Parameters=stated
    )


def read(name: str) -> tuple[dict[str, Any], dict[str, str]]:
    with deployed_stack(name, region=REGION, profile=None) as found:
        assert found is not None
        assert found.region == REGION
        return json.loads(found.path.read_text(encoding="utf-8")), dict(found.parameters)


@pytest.mark.usefixtures("aws")
def test_a_template_in_json() -> None:
    deploy("stack", {"Resources": {"Bucket": BUCKET}})
    assert read("stack") == ({"Resources": {"Bucket": BUCKET}}, {})


@pytest.mark.usefixtures("aws")
def test_a_template_in_yaml_with_short_intrinsics() -> None:
    text = (
        "Parameters:\n  Name: {Type: String, Default: a}\n"
        "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Name\n"
    )
    deploy("stack", text)
    template, parameters = read("stack")
    assert template["Resources"]["Queue"]["Properties"] == {"QueueName": {"Ref": "Name"}}
    assert parameters == {}


@pytest.mark.usefixtures("aws")
def test_parameters_that_differ_from_their_defaults_and_hide_nothing() -> None:
    declared = {
        "Same": {"Type": "String", "Default": "a"},
        "Other": {"Type": "String", "Default": "a"},
        "Password": {"Type": "String", "NoEcho": True},
    }
    deploy("stack", {"Parameters": declared, "Resources": {"Bucket": BUCKET}}, Same="a", Other="b", Password="hunter22")
    _, parameters = read("stack")
    assert parameters == {"Other": "b"}


@pytest.mark.usefixtures("aws")
def test_nested_stacks_are_followed() -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="templates")
    inner = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "inner"}}}}
    s3.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner))
    url = "https://s3.amazonaws.com/templates/inner.json"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    deploy("stack", {"Resources": {"Bucket": BUCKET, "Inner": nested}})
    with deployed_stack("stack", region=REGION, profile=None) as found:
        assert found is not None
        template = json.loads(found.path.read_text(encoding="utf-8"))
        file = template["Resources"]["Inner"]["Metadata"]["aws:asset:path"]
        assert json.loads((found.path.parent / file).read_text(encoding="utf-8")) == inner


@pytest.mark.usefixtures("aws")
def test_a_stack_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    with deployed_stack("nothing", region=REGION, profile=None) as found:
        assert found is None
    head = tmp_path / "head.json"
    head.write_text(json.dumps({"Resources": {"Bucket": BUCKET}}), encoding="utf-8")
    arguments = ["diff", "--deployed", "nothing", str(head), "--region", REGION, "--format", "json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["notes"][0] == "deployed stack nothing doesn't exist yet: everything is new."
    assert [each["action"] for each in document["resources"]] == ["added"]


@pytest.mark.usefixtures("aws")
def test_a_deployed_stack_against_a_template(tmp_path: Path) -> None:
    deploy("stack", {"Resources": {"Bucket": BUCKET}})
    head = tmp_path / "head.json"
    renamed = {**BUCKET, "Properties": {"BucketName": "another-bucket"}}
    head.write_text(json.dumps({"Resources": {"Bucket": renamed}}), encoding="utf-8")
    arguments = ["diff", "--deployed", "stack", str(head), "--region", REGION, "--format", "json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["before"]["source"] == "deployed stack stack"
    (found,) = document["resources"]
    assert (found["action"], found["replacement"], found["properties"]) == ("changed", "yes", ["BucketName"])


@pytest.mark.usefixtures("aws")
def test_an_update_keeps_region_and_parameters(tmp_path: Path) -> None:
    template: dict[str, Any] = {
        "Parameters": {"Days": {"Type": "Number", "Default": 4}, "Name": {"Type": "String", "Default": "a"}},
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
        },
    }
    deploy("stack", template, Days="30", Name="b")
    head = tmp_path / "head.json"

    def changed(*options: str) -> dict[str, list[str]]:
        arguments = ["diff", "--deployed", "stack", str(head), "--format", "json", *options]
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return {each["path"]: each["properties"] for each in json.loads(result.output)["resources"]}

    head.write_text(json.dumps(template), encoding="utf-8")
    assert changed() == {}
    # A parameter that HEAD no longer has is no error.
    del template["Parameters"]["Name"]
    template["Resources"]["Queue"]["Properties"]["QueueName"] = "c"
    head.write_text(json.dumps(template), encoding="utf-8")
    assert changed() == {"Queue": ["QueueName"]}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("name", ["Api", "New"])
def test_of_an_assembly_only_the_stack_of_that_name_is_compared(tmp_path: Path, name: str) -> None:
    template = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    deploy("Api", template)
    artifacts = {}
    for each in ("Api", "Data", "New"):
        (tmp_path / f"{each}.json").write_text(json.dumps(template), encoding="utf-8")
        artifacts[each] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://unknown-account/{REGION}",
            "properties": {"templateFile": f"{each}.json"},
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", "--deployed", name, str(tmp_path), "--format", "json"])
    assert result.exit_code == 0, result.output
    found = [(each["path"], each["action"]) for each in json.loads(result.output)["resources"]]
    assert found == ([] if name == "Api" else [("Queue", "added")])
