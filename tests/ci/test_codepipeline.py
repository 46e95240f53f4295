"""`fmplan ci codepipeline`: the CDK app that it writes synthesizes, and its roles may do the least."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template

from planner.ci_recipes import RecipeSettings, render_recipe, write_recipe

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = RecipeSettings(version="1.2.3", base="release/2026.x", workload="infra/the workload.yaml")
# What each role may do, by the start of its logical id.
ALLOWED = {
    "CheckRole": {
        # its log
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        # its test report
        "codebuild:BatchPutCodeCoverages",
        "codebuild:BatchPutTestCases",
        "codebuild:CreateReport",
        "codebuild:CreateReportGroup",
        "codebuild:UpdateReport",
        # the reference to the revision, and the clone
        "s3:GetBucket*",
        "s3:GetObject*",
        "s3:List*",
        "codeconnections:UseConnection",
        "codestar-connections:UseConnection",
    },
    "SourceRole": {
        "codeconnections:UseConnection",
        "codestar-connections:UseConnection",
        "s3:Abort*",
        "s3:DeleteObject*",
        "s3:GetBucket*",
        "s3:GetObject*",
        "s3:List*",
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectLegalHold",
        "s3:PutObjectRetention",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionAcl",
        "s3:PutObjectVersionTagging",
    },
    "PipelineCheck": {"codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"},
    "PipelineRole": {
        "sts:AssumeRole",
        "s3:Abort*",
        "s3:DeleteObject*",
        "s3:GetBucket*",
        "s3:GetObject*",
        "s3:List*",
        "s3:PutObject",
        "s3:PutObjectLegalHold",
        "s3:PutObjectRetention",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
    },
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    write_recipe(render_recipe("codepipeline", SETTINGS), folder, force=False)
    return folder / "fmplan_pipeline"


@pytest.fixture(scope="module")
def template(files: Path) -> Template:
    spec = importlib.util.spec_from_file_location("rendered_pipeline_stack", files / "pipeline_stack.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    context = json.loads((files / "cdk.json").read_text(encoding="utf-8"))["context"]
    return Template.from_stack(module.FmplanPipelineStack(App(context=context), "FmplanPipeline"))


def test_the_app_synthesizes_where_it_was_written(files: Path, tmp_path: Path) -> None:
    command = json.loads((files / "cdk.json").read_text(encoding="utf-8"))["app"].split()
    assert command == ["python", "app.py"]
    environment = {**os.environ, "CDK_OUTDIR": str(tmp_path), "PYTHONWARNINGS": "error"}
    subprocess.run([sys.executable, *command[1:]], cwd=files, env=environment, check=True, capture_output=True)
    assert (tmp_path / "FmplanPipeline.template.json").is_file()


def test_the_connection_and_the_repository_are_parameters(template: Template) -> None:
    parameters = template.find_parameters("*")
    assert {"ConnectionArn", "RepositoryOwner", "RepositoryName"} <= set(parameters)
    assert "Default" not in parameters["ConnectionArn"]
    template.has_resource_properties(
        "AWS::CodePipeline::Pipeline",
        {
            "PipelineType": "V2",
            "Stages": [
                {
                    "Name": "Source",
                    "Actions": [
                        Match.object_like(
                            {
                                "Configuration": Match.object_like(
                                    {
                                        "ConnectionArn": {"Ref": "ConnectionArn"},
                                        "BranchName": "release/2026.x",
                                        # The history, which a downloaded artifact has not.
                                        "OutputArtifactFormat": "CODEBUILD_CLONE_REF",
                                    }
                                )
                            }
                        )
                    ],
                },
                Match.object_like({"Name": "Check"}),
            ],
        },
    )


def test_pull_requests_into_the_base_branch_start_it(template: Template) -> None:
    template.has_resource_properties(
        "AWS::CodePipeline::Pipeline",
        {
            "Triggers": [
                {
                    "ProviderType": "CodeStarSourceConnection",
                    "GitConfiguration": {
                        "SourceActionName": "Source",
                        "PullRequest": [{"Branches": {"Includes": ["release/2026.x"]}, "Events": ["OPEN", "UPDATED"]}],
                    },
                }
            ]
        },
    )


def test_the_check_runs_the_script_beside_the_stack(template: Template, files: Path) -> None:
    (project,) = template.find_resources("AWS::CodeBuild::Project").values()
    buildspec = json.loads(project["Properties"]["Source"]["BuildSpec"])
    assert buildspec["phases"]["build"]["commands"] == [(files / "review.sh").read_text(encoding="utf-8")]
    assert buildspec["phases"]["build"]["on-failure"] == "ABORT"
    assert buildspec["env"]["git-credential-helper"] == "yes"
    assert buildspec["env"]["variables"] == {
        "FMPLAN_PACKAGE": "fmplan[cdk]==1.2.3",
        "FMPLAN_WORKLOAD": "infra/the workload.yaml",
        "FMPLAN_BASE": "release/2026.x",
        "FMPLAN_POLICY": "fmplan-policy.yml",
    }
    assert project["Properties"]["Environment"]["PrivilegedMode"] is False


def statements(template: Template) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, statement)
        for name, policy in template.find_resources("AWS::IAM::Policy").items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_each_role_may_do_what_it_needs_and_no_more(template: Template) -> None:
    granted: dict[str, set[str]] = {role: set() for role in ALLOWED}
    for name, statement in statements(template):
        (role,) = (each for each in ALLOWED if name.startswith(each))
        actions = statement["Action"]
        granted[role] |= {actions} if isinstance(actions, str) else set(actions)
    assert granted == ALLOWED


def test_no_statement_is_about_everything(template: Template) -> None:
    for name, statement in statements(template):
        resources = statement["Resource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            assert resource != "*", (name, statement)


def test_artifacts_are_private_and_short_lived(template: Template) -> None:
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "LifecycleConfiguration": {"Rules": [{"ExpirationInDays": 30, "Status": "Enabled"}]},
        },
    )
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": Match.object_like(
                {
                    "Statement": Match.array_with(
                        [Match.object_like({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})]
                    )
                }
            )
        },
    )
