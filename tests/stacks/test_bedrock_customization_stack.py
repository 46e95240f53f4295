from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Match

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aws_cdk.assertions import Template

Json = dict[str, Any]


def substitutions(template: Json, logical_id: str) -> Json:
    found: Json = template["Resources"][logical_id]["Properties"]["DefinitionSubstitutions"]
    return found


def test_the_job_customizes_the_plans_model_towards_its_target(templates: dict[str, Json]) -> None:
    given = substitutions(templates["customization"], "Customization")
    assert given["CustomizationType"] == "FINE_TUNING"
    assert given["BaseModelId"].startswith("amazon.nova-micro-v1:0")
    assert (given["EvaluationMetric"], given["EvaluationTarget"], given["LowerIsBetter"]) == ("rouge_l", "0.6", "false")
    assert given["TeacherModelId"] == "none"
    assert "CommitmentDuration" not in given


def test_a_committed_hosting_has_its_term_and_units(templates: dict[str, Json]) -> None:
    given = substitutions(templates["customization-provisioned"], "Customization")
    assert (given["CommitmentDuration"], given["ModelUnits"]) == ("OneMonth", "1")


def test_a_distillation_names_its_teacher_and_may_ask_it(templates: dict[str, Json]) -> None:
    template = templates["distillation"]
    given = substitutions(template, "Customization")
    assert given["CustomizationType"] == "DISTILLATION"
    assert given["TeacherModelId"] != "none"
    (policy,) = template["Resources"]["CustomizationJobRole"]["Properties"]["Policies"]
    asked = [each for each in policy["PolicyDocument"]["Statement"] if each["Action"] == ["bedrock:InvokeModel"]]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("name", "noun", "other"),
    [
        ("customization", "CustomModelDeployment", "ProvisionedModelThroughput"),
        ("customization-provisioned", "ProvisionedModelThroughput", "CustomModelDeployment"),
    ],
)
def test_the_machine_may_host_in_the_plans_way_only(
    templates: dict[str, Json], name: str, noun: str, other: str
) -> None:
    (policy,) = templates[name]["Resources"]["CustomizationRole"]["Properties"]["Policies"]
    actions = {action for each in policy["PolicyDocument"]["Statement"] for action in each["Action"]}
    assert {f"bedrock:Create{noun}", f"bedrock:Delete{noun}", f"bedrock:List{noun}s"} <= actions
    assert not [action for action in actions if other in action]


def test_the_teardown_finds_what_the_customization_named(templates: dict[str, Json]) -> None:
    for name in ("customization", "customization-provisioned", "distillation"):
        prefix = substitutions(templates[name], "Teardown")["NamePrefix"]
        assert prefix == substitutions(templates[name], "Customization")["NamePrefix"]
        assert len(prefix) <= 28


def test_the_function_is_the_folders_code_without_caches(
    template_of: Callable[[str], Template], assembly: Path
) -> None:
    template_of("customization").has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "index.handler",
            "MemorySize": 512,
            "Timeout": 900,
            "Code": {"S3Key": Match.string_like_regexp("zip$")},
        },
    )
    manifest = json.loads((assembly / "customization.assets.json").read_text())
    (source,) = (file["source"]["path"] for file in manifest["files"].values() if file["source"]["packaging"] == "zip")
    assert sorted(path.name for path in (assembly / source).iterdir()) == ["__init__.py", "index.py"]
