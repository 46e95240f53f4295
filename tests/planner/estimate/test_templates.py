"""Templates as people write them: intrinsics, conditions, nesting, secrets, and what is wrong with them."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.commands.estimate import estimate_command
from planner.errors import InputError
from planner.estimate import estimate_json, estimate_path, estimate_template, parse_usage_by_resource
from planner.price_book import PriceBook

if TYPE_CHECKING:
    from pathlib import Path

    from planner.estimate import Estimate

Json = dict[str, Any]
AS_OF = date(2026, 11, 20)
BOOK = PriceBook()
G5_MONTH = "734.38"  # 730 h × 1.006


def of_template(template: Json, **options: Any) -> Estimate:  # noqa: ANN401
    return estimate_template(template, source="t.json", book=BOOK, region="us-east-1", as_of=AS_OF, **options)


def of_text(folder: Path, text: str, name: str = "t.yaml", **options: Any) -> Json:  # noqa: ANN401
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return estimate_json(estimate_path(path, book=BOOK, region="us-east-1", as_of=AS_OF, **options))


def instance(kind: object, **more: object) -> Json:
    return {"Type": "AWS::EC2::Instance", "Properties": {"InstanceType": kind}, **more}


@pytest.mark.parametrize(
    "kind",
    [
        {"Ref": "Size"},
        {"Fn::Sub": "g5.${Suffix}"},
        {"Fn::Sub": ["${a}.${Suffix}", {"a": "g5"}]},
        {"Fn::Join": [".", ["g5", {"Ref": "Suffix"}]]},
        {"Fn::Select": ["1", ["x", "g5.xlarge"]]},
        {"Fn::Select": [0, {"Fn::Split": ["/", "g5.xlarge/y"]}]},
        {"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "size"]},
        {"Fn::If": ["IsEast", "g5.xlarge", "z9.nano"]},
        {"Fn::If": ["Never", "z9.nano", {"Ref": "Size"}]},
    ],
    ids=lambda kind: next(iter(kind)),
)
def test_intrinsics_become_values(kind: Json) -> None:
    template = {
        "Parameters": {
            "Size": {"Type": "String", "Default": "g5.xlarge"},
            "Suffix": {"Type": "String", "Default": "xlarge"},
        },
        "Mappings": {"Sizes": {"us-east-1": {"size": "g5.xlarge"}}},
        "Conditions": {
            "IsEast": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
            "Never": {"Fn::And": [{"Condition": "IsEast"}, {"Fn::Not": [{"Condition": "IsEast"}]}]},
        },
        "Resources": {"I": instance(kind)},
    }
    document = estimate_json(of_template(template))
    assert document["cost"]["monthly_usd"] == G5_MONTH
    assert document["resources"][0]["properties"] == {"InstanceType": "g5.xlarge"}


def test_short_intrinsics_of_yaml_are_the_long_ones(tmp_path: Path) -> None:
    document = of_text(
        tmp_path,
        """
Parameters: {Suffix: {Type: String, Default: xlarge}, Env: {Type: String, Default: prod}}
Mappings: {Sizes: {prod: {family: g5}}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsTest: !Not [!Condition IsProd]
Resources:
  A:
    Type: AWS::EC2::Instance
    Properties: {InstanceType: !Sub 'g5.${Suffix}', SubnetId: !GetAtt Net.Out.Put}
  B:
    Type: AWS::EC2::Instance
    Condition: IsTest
    Properties: {InstanceType: !If [IsProd, !Join ['.', [!FindInMap [Sizes, !Ref Env, family], xlarge]], z9]}
  Net: {Type: 'AWS::EC2::Subnet', Properties: {Zone: !Select [0, !GetAZs '']}}
""",
    )
    assert document["cost"]["monthly_usd"] == G5_MONTH
    assert [each["logical_id"] for each in document["resources"]] == ["A", "Net"]
    assert document["resources"][0]["properties"]["SubnetId"] == {"Fn::GetAtt": ["Net", "Out.Put"]}


def test_both_sides_of_an_open_condition_are_shown() -> None:
    template = {
        "Parameters": {"Env": {"Type": "String"}},
        "Conditions": {
            "IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
            "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
        },
        "Resources": {
            "Always": {"Type": "AWS::EC2::EIP"},
            "Prod": instance("g5.xlarge", Condition="IsProd"),
            "Test": {"Type": "AWS::EC2::EIP", "Condition": "IsTest"},
        },
    }
    document = estimate_json(of_template(template))
    assert document["cost"]["monthly_usd"] == "3.65"
    (condition,) = document["conditions"]
    assert condition["condition"] == "IsProd"
    assert condition["if_true"]["monthly_usd"] == "738.03"  # 3.65 + 734.38
    assert condition["if_false"]["monthly_usd"] == "7.3"  # 3.65 + 3.65
    assert document["coverage"] == {"estimated": 1, "free": 0, "unpriced": 2, "unsupported": 0}
    decided = estimate_json(of_template(template, parameters={"Env": "prod"}))
    assert decided["cost"] == condition["if_true"]
    assert decided["conditions"] == []


SECRET_VALUES = ("hunter2", "s3cr3t-arn", "ghp_0123456789abcdefABCD", "AKIAABCDEFGHIJKLMNOP", "swordfish")


@pytest.mark.parametrize("output", ["text", "json", "markdown", "csv"])
def test_secrets_are_never_shown(tmp_path: Path, output: str) -> None:
    template = {
        "Parameters": {
            "Pw": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
            "Given": {"Type": "String", "NoEcho": "true"},
        },
        "Resources": {
            "D": {
                "Type": "AWS::RDS::DBInstance",
                "Properties": {
                    "Engine": {"Ref": "Pw"},
                    "DBInstanceClass": {"Fn::Sub": "db.${Given}"},
                    "MasterUserPassword": "hunter2",
                    "MasterUserSecret": {"Fn::Join": ["", ["{{resolve:secretsmanager:", "s3cr3t-arn", "}}"]]},
                    "Tags": [{"Key": "x", "Value": {"Fn::Join": ["-", ["a", {"Ref": "Given"}]]}}],
                },
            },
            "F": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Environment": {
                        "Variables": {
                            "DB_PASSWORD": "hunter2",
                            "A": "ghp_0123456789abcdefABCD",
                            "B": "AKIAABCDEFGHIJKLMNOP",
                            "C": "arn:aws:secretsmanager:us-east-1:123456789012:secret:s3cr3t-arn",
                            "D": "{{resolve:ssm-secure:s3cr3t-arn:1}}",
                        }
                    }
                },
            },
        },
    }
    path = tmp_path / "t.json"
    path.write_text(json.dumps(template), encoding="utf-8")
    options = [str(path), "--region", "us-east-1", "--parameter", "Given=swordfish", "--format", output]
    result = CliRunner().invoke(estimate_command, options)
    assert result.exit_code == 0, result.output
    assert not [value for value in SECRET_VALUES if value in result.output]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Resources: {A: {Type: x}, A: {Type: y}}", "the key 'A' is there twice"),
        ("Resources: []", "no CloudFormation template"),
        ("Resources: {A: 1}", "Resources.A: has no Type"),
        ("Resources: {A: {Type: x, Properties: [1]}}", "Resources.A.Properties: is no mapping"),
        ("Resources: {A: {Type: x, Condition: Nope}}\nConditions: {Nopes: true}", "did you mean 'Nopes'"),
        ("Resources: {A: {Type: x, DependsOn: B}, B: {Type: x, Properties: {P: !Ref A}}}", "A → B → A"),
        ("Resources: {A: {Type: x, Properties: {P: !Sub '${B.Arn}'}}, B: {Type: x, DependsOn: [A]}}", "in a circle"),
        (
            "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources: {R: {Type: x, Condition: A}}",
            "A → B → A",
        ),
        ("Resources: {A: {Type: x, Properties: {P: !!python/object:os.system 1}}}", "is not read"),
        ("Resources: &a {A: *a}", "holds itself"),
        ("Resources: {A: {Type: 'x'", "t.yaml:"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"t\.yaml") as caught:
        of_text(tmp_path, text)
    assert said in str(caught.value)


def test_what_cannot_be_known_is_named_and_no_crash() -> None:
    template = {
        "Parameters": {"Sizes": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/g5.xlarge"}},
        "Resources": {
            "A": instance("${Token[TOKEN.42]}"),
            "B": instance({"Fn::Jion": [".", ["g5", "xlarge"]]}),
            "C": instance({"Ref": "Size"}),
            "D": instance({"Ref": "Sizes"}),
            "Fn::ForEach::Loop": ["x", ["a"], {}],
        },
    }
    document = estimate_json(of_template(template))
    assert document["coverage"] == {"estimated": 0, "free": 0, "unpriced": 4, "unsupported": 1}
    assert document["complete"] is False
    notes = "\n".join(document["notes"])
    assert "A: has an unresolved token" in notes
    assert "did you mean 'Fn::Join'" in notes
    assert "did you mean 'Sizes'" in notes


def test_nested_stacks_and_stages_of_an_assembly_are_read(tmp_path: Path) -> None:
    stage = tmp_path / "assembly-Prod"
    stage.mkdir()
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"Parameters": {"Kind": "g5.xlarge"}},
        "Metadata": {"aws:cdk:path": "Prod/App/N", "aws:asset:path": "n.nested.template.json"},
    }
    inner = {
        "Parameters": {"Kind": {"Type": "String"}},
        "Resources": {"I": instance({"Ref": "Kind"}, Metadata={"aws:cdk:path": "Prod/App/N/I/Resource"})},
    }
    outer = {"Resources": {"N": nested, "Gone": {"Type": "AWS::CloudFormation::Stack"}}}
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1"}
    manifests = {
        tmp_path / "manifest.json": {"a": {"type": "cdk:cloud-assembly", "properties": {"directoryName": stage.name}}},
        stage / "manifest.json": {"App": {**stack, "properties": {"templateFile": "app.template.json"}}},
    }
    for path, artifacts in manifests.items():
        path.write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}), encoding="utf-8")
    (stage / "app.template.json").write_text(json.dumps(outer), encoding="utf-8")
    (stage / "n.nested.template.json").write_text(json.dumps(inner), encoding="utf-8")

    document = estimate_json(estimate_path(tmp_path, book=BOOK, region=None, as_of=AS_OF))

    assert document["region"] == "us-east-1"
    assert document["cost"]["monthly_usd"] == G5_MONTH
    assert [each["path"] for each in document["resources"]] == ["Prod/App/N", "Prod/App/N/I/Resource", "Gone"]
    # The instance lacks its root volume, the other stack its template.
    assert document["coverage"] == {"estimated": 0, "free": 1, "unpriced": 2, "unsupported": 0}


def test_an_assembly_reads_no_file_outside_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    (tmp_path / "other.json").write_text(json.dumps({"Resources": {}}), encoding="utf-8")
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../other.json"}}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"A": artifact}}), encoding="utf-8")
    with pytest.raises(InputError, match="names no file of this assembly"):
        estimate_path(folder, book=BOOK, region="us-east-1", as_of=AS_OF)


KEYS = {
    "Resources": {
        name: {"Type": "AWS::KMS::Key", "Metadata": {"aws:cdk:path": f"App/{name}/Resource"}} for name in ("One", "Two")
    }
}


def test_usage_goes_by_type_then_pattern_then_name() -> None:
    usage = parse_usage_by_resource(
        {
            "version": 1,
            "resource_type_default_usage": {"AWS::KMS::Key": {"monthly_requests": 10_000}},
            "resource_usage": {"Two": {"monthly_requests": 30_000}, "App/*/Resource": {"monthly_requests": 20_000}},
        },
        source="u.yml",
    )
    found = of_template(KEYS, usage=usage)
    # 1 + 2 × 0.03 by the pattern, 1 + 3 × 0.03 by the name.
    assert [str(each.amounts.monthly_usd.normalize()) for each in found.resources] == ["1.06", "1.09"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        ({"version": 2}, "version: 2"),
        ({"version": 1, "resource_usages": {}}, "did you mean 'resource_usage'"),
        ({"version": 1, "resource_type_default_usage": {"AWS::KMS::Keys": {}}}, "did you mean 'AWS::KMS::Key'"),
        ({"version": 1, "resource_usage": {"One": {"monthly_request": 1}}}, "did you mean 'monthly_requests'"),
        ({"version": 1, "resource_usage": {"One": {"storage_gb": 1}}}, "AWS::KMS::Key has no such usage"),
        ({"version": 1, "resource_usage": {"One": {"monthly_requests": -1}}}, "monthly_requests"),
        ({"version": 1, "resource_usage": {"One": 5}}, "resource_usage.One: is no mapping"),
        ([], "is a mapping"),
    ],
)
def test_faults_of_a_usage_file_are_named(usage: object, said: str) -> None:
    with pytest.raises(InputError, match=r"u\.yml") as caught:
        of_template(KEYS, usage=parse_usage_by_resource(usage, source="u.yml"))
    assert said in str(caught.value)


def test_usage_of_nothing_is_said() -> None:
    stated = {"version": 1, "resource_usage": {"Tow": {"monthly_requests": 1}}}
    found = of_template(KEYS, usage=parse_usage_by_resource(stated, source="u.yml"))
    assert found.notes == ("u.yml: resource_usage.Tow: no resource has this path or id; did you mean 'Two'?",)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 0, "At least $0.00 a month"),
        (("--strict",), 3, "unsupported"),
        (("--parameter", "Nope=hush"), 2, "no such parameter"),
        (("--parameter", "hush"), 2, "write it as NAME=VALUE"),
        (("--region", "; rm"), 2, "is no region"),
        (("--usage", "no.yml"), 2, "no.yml"),
    ],
)
def test_the_command_ends_with_its_code(tmp_path: Path, options: tuple[str, ...], code: int, said: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"Resources": {"X": {"Type": "Acme::X::Y"}}}), encoding="utf-8")
    result = CliRunner().invoke(estimate_command, [str(path), "--region", "us-east-1", *options])
    assert result.exit_code == code
    assert said in result.output
    assert "hush" not in result.output


def test_a_region_is_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps(KEYS), encoding="utf-8")
    result = CliRunner().invoke(estimate_command, [str(path)])
    assert result.exit_code == 2
    assert "--region us-east-1" in result.output


def test_hostile_names_are_text_in_markdown_and_csv(tmp_path: Path) -> None:
    name = "=cmd|<script>`x`\u202e\x1b[2J"
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"Resources": {name: {"Type": "AWS::EC2::EIP"}}}), encoding="utf-8")
    outputs = {
        kind: CliRunner().invoke(estimate_command, [str(path), "--region", "us-east-1", "--format", kind]).output
        for kind in ("text", "markdown", "csv")
    }
    assert all("\x1b" not in text and "\u202e" not in text for text in outputs.values())
    assert "<script>" not in outputs["markdown"]
    assert "\n'=cmd" in outputs["csv"]


def large(count: int) -> Json:
    kinds = ("AWS::EC2::EIP", "AWS::KMS::Key", "AWS::SQS::Queue", "AWS::IAM::Role", "Acme::X::Y")
    return {
        "Resources": {
            f"R{number}": {
                "Type": kinds[number % len(kinds)],
                "Properties": {"Tags": [{"Key": "n", "Value": {"Fn::Sub": f"${{AWS::Region}}-{number}"}}]},
                "DependsOn": f"R{number - 1}" if number else [],
            }
            for number in range(count)
        }
    }


def test_500_resources_take_less_than_half_a_second() -> None:
    of_template(large(10))  # reads the prices
    began = time.perf_counter()
    document = estimate_json(of_template(large(500)))
    assert time.perf_counter() - began < 0.5
    assert len(document["resources"]) == 500


def test_the_same_template_gives_the_same_bytes() -> None:
    first, second = (json.dumps(estimate_json(of_template(large(50)))) for _ in range(2))
    assert first == second
