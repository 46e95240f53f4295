from __future__ import annotations

import json
import tarfile
from typing import TYPE_CHECKING, Any

from aws_cdk.assertions import Match

from tests.stacks.workloads import plan_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aws_cdk.assertions import Template

Json = dict[str, Any]


def substitutions(template: Json) -> Json:
    found: Json = template["Resources"]["TrainingWorkflow"]["Properties"]["DefinitionSubstitutions"]
    return found


def test_the_job_trains_as_the_plan_says(templates: dict[str, Json]) -> None:
    given = substitutions(templates["sagemaker-lora"])
    assert (given["Method"], given["MergeAdapters"], given["Epochs"]) == ("lora", "true", "3")
    assert (given["InstanceType"], given["InstanceCount"], given["ManagedSpot"]) == ("ml.g5.2xlarge", "1", "true")
    assert given["TrainingImage"].startswith("763104351884.dkr.ecr.us-east-1.amazonaws.com/")
    # On spot the job may wait for a day beside its run.
    assert int(given["MaxWaitTimeInSeconds"]) == int(given["MaxRuntimeInSeconds"]) + 86_400


def test_a_job_on_several_instances_on_demand(templates: dict[str, Json]) -> None:
    given = substitutions(templates["sagemaker-full"])
    assert (given["Method"], given["MergeAdapters"]) == ("full_ft", "false")
    assert (given["InstanceCount"], given["ManagedSpot"]) == ("2", "false")
    assert given["MaxWaitTimeInSeconds"] == given["MaxRuntimeInSeconds"]


def test_local_storage_takes_no_key(templates: dict[str, Json]) -> None:
    # g5 and p4d have it; it encrypts itself and refuses a key.
    assert substitutions(templates["sagemaker-lora"])["VolumeKmsKeyArn"] == "none"
    assert substitutions(templates["sagemaker-full"])["VolumeKmsKeyArn"] == "none"


def test_the_script_is_an_archive_whose_name_the_job_is_told(templates: dict[str, Json], assembly: Path) -> None:
    given = substitutions(templates["sagemaker-lora"])
    manifest = json.loads((assembly / "sagemaker-lora.assets.json").read_text())
    (file,) = (file for file in manifest["files"].values() if file["source"]["path"].endswith(".tar.gz"))
    (destination,) = file["destinations"].values()
    assert given["CodeFileName"] == destination["objectKey"]
    with tarfile.open(assembly / file["source"]["path"]) as archive:
        assert given["Program"] in archive.getnames()


def test_the_endpoint_is_there_but_made_only_with_an_artifact(template_of: Callable[[str], Template]) -> None:
    template = template_of("sagemaker-lora")
    template.has_parameter("ModelArtifactUri", {"Type": "String", "Default": ""})
    template.has_condition("HasModelArtifact", {"Fn::Not": [{"Fn::Equals": [{"Ref": "ModelArtifactUri"}, ""]}]})
    for kind in ("Model", "EndpointConfig", "Endpoint"):
        template.has_resource(f"AWS::SageMaker::{kind}", {"Condition": "HasModelArtifact"})
    template.has_output("EndpointName", {"Condition": "HasModelArtifact"})


def test_the_endpoints_instances_are_literal(templates: dict[str, Json]) -> None:
    design = plan_of("sagemaker-lora").design
    (variant,) = templates["sagemaker-lora"]["Resources"]["EndpointConfig"]["Properties"]["ProductionVariants"]
    assert variant["InstanceType"] == design["endpoint_instance"]
    assert variant["InitialInstanceCount"] == design["endpoint_instances"]


def test_the_model_runs_without_a_network(template_of: Callable[[str], Template]) -> None:
    template_of("from-scratch").has_resource_properties(
        "AWS::SageMaker::Model",
        {
            "EnableNetworkIsolation": True,
            "PrimaryContainer": {
                "ModelDataUrl": {"Ref": "ModelArtifactUri"},
                "Environment": Match.object_like({"HF_MODEL_ID": "/opt/ml/model"}),
                "Image": Match.string_like_regexp("djl-inference"),
            },
        },
    )


def test_step_functions_may_watch_the_job_it_waits_for(templates: dict[str, Json]) -> None:
    (policy,) = templates["sagemaker-lora"]["Resources"]["TrainingWorkflowRole"]["Properties"]["Policies"]
    actions = {action for each in policy["PolicyDocument"]["Statement"] for action in each["Action"]}
    assert {
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "events:PutRule",
        "events:PutTargets",
    } <= actions
