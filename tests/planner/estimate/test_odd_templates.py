"""Templates that are wrong in ways that CloudFormation would refuse: each resource is covered, and nothing crashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.estimate import estimate_json
from tests.planner.estimate.test_templates import instance, of_template, of_text

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


def test_more_open_conditions_than_are_shown_are_counted() -> None:
    template = {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": {f"C{number}": {"Fn::Equals": [{"Ref": "P"}, str(number)]} for number in range(10)},
        "Resources": {"R": {"Type": "AWS::EC2::EIP", "Condition": "C9"}},
    }
    document = estimate_json(of_template(template))
    assert len(document["conditions"]) == 8
    assert document["notes"] == ["t.json: 10 conditions are open; 8 are shown"]


@pytest.mark.parametrize(
    "template",
    [
        {"Resources": {"A": instance("g5.xlarge", DependsOn=5)}},
        {"Parameters": {"P": {"Default": {"Ref": "P"}}}, "Resources": {"A": instance({"Ref": "P"})}},
        {
            "Parameters": {"P": 5},
            "Mappings": {"M": 4},
            "Resources": {"A": instance({"Fn::FindInMap": ["M", "a", "b"]})},
        },
        {"Resources": {"A": instance({"Fn::Sub": 5}), "B": instance({"Ref": {"x": 1}}), "C": instance({"Fn::If": 1})}},
        {"Resources": {"A": instance({"Fn::Select": [9, ["x"]]}), "B": instance({"Fn::Split": ["", "x"]})}},
    ],
)
def test_odd_templates_are_covered_all_the_same(template: Json) -> None:
    document = estimate_json(of_template(template))
    assert sum(document["coverage"].values()) == len(template["Resources"])


def test_a_stack_nested_in_itself_is_named(tmp_path: Path) -> None:
    stack = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "t.json"}}
    document = of_text(tmp_path, json.dumps({"Resources": {"A": stack, "B": stack}}), "t.json")
    assert {each["reason"] for each in document["resources"]} == {"its template is nested in itself"}
    assert document["coverage"]["unpriced"] == 2


def test_a_nested_template_is_found_by_its_digest_where_metadata_is_left_out(tmp_path: Path) -> None:
    digest = "ab" * 32
    url = {"Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/assets/{digest}.json"}
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    assets = {"files": {digest: {"source": {"path": "n.nested.template.json"}}}}
    (tmp_path / "t.assets.json").write_text(json.dumps(assets), encoding="utf-8")
    inner = {"Resources": {"I": instance("g5.xlarge")}}
    (tmp_path / "n.nested.template.json").write_text(json.dumps(inner), encoding="utf-8")
    document = of_text(tmp_path, json.dumps({"Resources": {"N": stack}}), "t.json")
    assert document["cost"]["monthly_usd"] == "734.38"  # 730 h × 1.006
    assert [each["path"] for each in document["resources"]] == ["N", "N/I"]
