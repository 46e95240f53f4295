"""Which changes replace a resource: as AWS's schemas say, for types that are well known."""

from __future__ import annotations

import importlib.metadata
import json
from typing import TYPE_CHECKING

import pytest

from planner.diff import replacement_data
from planner.diff.replacement import replacement_of
from planner.diff.replacement_data import FILE, compiled

if TYPE_CHECKING:
    from pathlib import Path

Path_ = tuple[str | int, ...]


@pytest.mark.parametrize(
    ("resource_type", "path", "found"),
    [
        ("AWS::S3::Bucket", ("BucketName",), "yes"),
        ("AWS::S3::Bucket", ("Tags", 0, "Value"), "no"),
        ("AWS::DynamoDB::Table", ("TableName",), "yes"),
        ("AWS::DynamoDB::Table", ("BillingMode",), "no"),
        ("AWS::RDS::DBInstance", ("StorageEncrypted",), "yes"),
        ("AWS::RDS::DBInstance", ("Engine",), "maybe"),  # conditional
        ("AWS::RDS::DBInstance", ("DBInstanceClass",), "no"),
        ("AWS::Lambda::Function", ("FunctionName",), "yes"),
        ("AWS::Lambda::Function", ("MemorySize",), "no"),
        # at and below a create-only property
        ("AWS::SageMaker::EndpointConfig", ("ProductionVariants",), "yes"),
        ("AWS::SageMaker::EndpointConfig", ("ProductionVariants", 0, "InstanceType"), "yes"),
        ("AWS::SageMaker::Endpoint", ("EndpointConfigName",), "no"),
        ("AWS::Bedrock::KnowledgeBase", ("StorageConfiguration", "Type"), "yes"),
        ("AWS::Bedrock::KnowledgeBase", ("Name",), "no"),
        # above one: what changed may or may not be it
        ("AWS::Bedrock::KnowledgeBase", ("KnowledgeBaseConfiguration",), "maybe"),
        ("AWS::Bedrock::KnowledgeBase", ("KnowledgeBaseConfiguration", "Type"), "yes"),
        # in every entry of a list
        ("AWS::Lex::Bot", ("Nothing",), "no"),
        ("Custom::Anything", ("Value",), "maybe"),
        ("Custom::Anything", ("ServiceToken",), "yes"),
        ("AWS::CloudFormation::CustomResource", ("ServiceToken",), "yes"),
        ("AWS::CloudFormation::CustomResource", ("Value",), "maybe"),
        ("AWS::Odd::One", ("Value",), "maybe"),
    ],
)
def test_replacement(resource_type: str, path: Path_, found: str) -> None:
    assert replacement_of(resource_type, path) == found


def test_a_pointer_into_a_list_counts_for_each_entry() -> None:
    kind = "AWS::SSMQuickSetup::ConfigurationManager"
    assert replacement_of(kind, ["ConfigurationDefinitions", 3, "Type"]) == "yes"
    assert replacement_of(kind, ["ConfigurationDefinitions", 3, "Parameters"]) == "no"
    assert replacement_of(kind, ["ConfigurationDefinitions", 3]) == "maybe"


def test_the_shipped_file_is_what_the_locked_schemas_give() -> None:
    shipped = FILE.read_text(encoding="utf-8")
    if f"cfn-lint {importlib.metadata.version('cfn-lint')} " not in json.loads(shipped)["source"]:
        pytest.skip("another cfn-lint is installed than the one that the file was compiled from")
    assert compiled() == shipped


def test_it_is_written_by_its_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacement_data, "FILE", tmp_path / "replacement.json")
    monkeypatch.setattr(replacement_data, "compiled", lambda: "{}\n")
    replacement_data.main()
    assert (tmp_path / "replacement.json").read_text(encoding="utf-8") == "{}\n"
