"""cfn-lint and cdk-nag's AwsSolutions find nothing, but for what is acknowledged here with its reason."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.stacks.workloads import NAMES, plan_of

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

# Construct → the wildcard that cdk-nag finds (rule AwsSolutions-IAM5) → why it is there.
_LOGS_AND_TRACES = "log delivery and X-Ray know no resources; AWS's own policies allow them on all"
_IDS = "Bedrock chooses the ids of these resources when they are made; the account and the region are named"
_OWN_OBJECTS = "the objects of a bucket, or of a prefix of it, that holds nothing but this workload's data"
ACKNOWLEDGED = {
    r"/(BatchInference|Customization|Teardown|TrainingWorkflow)Role": {r"\*": _LOGS_AND_TRACES},
    r"/(Batch|Customization|Teardown|ScoreEvaluation)\w*Role": {
        r"arn:aws:bedrock:us-east-1:<AWS::AccountId>:"
        r"(model-(invocation|customization)-job|custom-model|custom-model-deployment|provisioned-model)/\*": _IDS
    },
    r"/(BatchJob|CustomizationJob|TrainingJob|KnowledgeBase|ScoreEvaluation|Model)Role": {
        r"<(BatchInput|BatchOutput|Documents|TrainingData)\w+\.Arn>/\*": _OWN_OBJECTS,
        r"<TrainingOutput\w+\.Arn>/(answers|checkpoints|jobs|models)/\*": _OWN_OBJECTS,
    },
    r"/(TrainingJob|Model)Role": {
        r"\*": "a registry's token and metrics know no resources; metrics are bound to SageMaker's namespace",
        r"arn:aws:logs:us-east-1:<AWS::AccountId>:log-group:/aws/sagemaker/(TrainingJobs|Endpoints)\*": (
            "SageMaker makes its log groups and streams itself, below a name of its own"
        ),
    },
    r"/TrainingWorkflowRole": {
        r"arn:aws:sagemaker:us-east-1:<AWS::AccountId>:training-job/[a-z-]+-\*": (
            "each execution and each attempt names a job of its own, beginning with the workload's name"
        )
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_finds_nothing(assembly: Path, name: str) -> None:
    from cfnlint.api import ManualArgs, lint  # type: ignore[import-untyped]

    text = (assembly / f"{plan_of(name).name}.template.json").read_text()
    found = lint(text, config=ManualArgs(regions=["us-east-1"]))
    assert [f"{match.rule.id} {match.path}: {match.message}" for match in found] == []


@pytest.fixture(scope="module")
def nag(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """What AwsSolutions finds: rule and construct."""
    import aws_cdk as cdk
    import cdk_nag

    from planner.bundled import cdk_context
    from stacks.app import add_stack

    folder = tmp_path_factory.mktemp("nag")
    app = cdk.App(analytics_reporting=False, context=cdk_context(), outdir=str(folder))
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks())
    for name in NAMES:
        add_stack(app, plan_of(name))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    return [
        (violation["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


def _reason(rule: str, construct: str) -> str | None:
    found = re.fullmatch(r"AwsSolutions-IAM5\[Resource::(.+)\]", rule)
    if found is None:
        return None
    for where, reasons in ACKNOWLEDGED.items():
        if re.search(where + "$", construct):
            for what, reason in reasons.items():
                if re.fullmatch(what, found[1]):
                    return reason
    return None


def test_cdk_nag_finds_nothing_but_acknowledged_wildcards(nag: list[tuple[str, str]]) -> None:
    assert [(rule, construct) for rule, construct in nag if _reason(rule, construct) is None] == []


def test_each_acknowledgement_is_needed(nag: list[tuple[str, str]]) -> None:
    used = {_reason(rule, construct) for rule, construct in nag}
    assert used == {reason for reasons in ACKNOWLEDGED.values() for reason in reasons.values()}
