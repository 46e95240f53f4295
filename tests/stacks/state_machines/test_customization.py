"""Both customization machines: what they share, each run in moto's interpreter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stacks.state_machines.definitions import (
    PLACEHOLDERS,
    PREFIX,
    impatient,
    machine,
    reachable,
    substitute,
    task_states,
)
from tests.stacks.state_machines.fake_aws import FakeAws, Fault, Thing
from tests.stacks.state_machines.interpreter import Execution, run

ON_DEMAND = "customization_on_demand"
PROVISIONED = "customization_provisioned"
MACHINES = (ON_DEMAND, PROVISIONED)
GIVEN_MODEL = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/givengiven00"
OLD_MODEL = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/oldoldoldold"

# States of the success path in which hosting may be left over; the clean-up's own have tests of their own.
_CLEAN_UP = {"ListTemporaryHosting", "DeleteTemporaryHosting"}
_FINAL = {"BuyCommitment", "PointFinalHosting", "GetFinalHosting"}
_BEFORE_CLEAN_UP = [
    (name, state)
    for name in MACHINES
    for state in task_states(name)
    if state not in _CLEAN_UP | _FINAL | {"DeleteModel"}
]


def execute(name: str, aws: FakeAws, given: dict[str, Any] | None = None, /, **placeholders: str) -> Execution:
    return run(impatient(substitute(name, PLACEHOLDERS[name] | placeholders)), aws, given)


def hosted(aws: FakeAws) -> list[str]:
    return [*aws.units, *aws.deployments]


def old_hosting(name: str) -> FakeAws:
    aws = FakeAws()
    if name == PROVISIONED:
        aws.units[PREFIX] = Thing(arn=f"{OLD_MODEL}-unit", model=OLD_MODEL, units=2, commitment="OneMonth")
    else:
        aws.deployments[PREFIX] = Thing(arn=f"{OLD_MODEL}-deployment", model=OLD_MODEL)
    return aws


@pytest.mark.parametrize("name", MACHINES)
def test_the_model_is_trained_measured_and_hosted_under_the_final_name(name: str) -> None:
    aws = FakeAws()
    done = execute(name, aws)
    assert done.status == "SUCCEEDED"
    assert done.output["evaluation"] == {
        "score": 1.0,
        "passed": True,
        "prompts": 20,
        "metric": "rouge_l",
        "target": "0.60",
    }
    assert hosted(aws) == [PREFIX]
    assert done.output["modelArn"] == next(iter(aws.models.values())).arn


@pytest.mark.parametrize(
    ("kind", "teacher"),
    [("FINE_TUNING", "none"), ("CONTINUED_PRE_TRAINING", "none"), ("DISTILLATION", "amazon.nova-pro-v1:0")],
)
@pytest.mark.parametrize("name", MACHINES)
def test_the_customization_type_and_its_settings_reach_the_job(name: str, kind: str, teacher: str) -> None:
    aws = FakeAws()
    given = {
        "hyperParameters": {"epochCount": "3", "learningRate": "0.00001"},
        "trainingDataUri": "s3://bucket/may.jsonl",
    }
    assert execute(name, aws, given, CustomizationType=kind, TeacherModelId=teacher).status == "SUCCEEDED"
    (job,) = aws.called("createModelCustomizationJob.sync")
    assert job["CustomizationType"] == kind
    assert job["HyperParameters"] == given["hyperParameters"]
    assert job["TrainingDataConfig"] == {"S3Uri": "s3://bucket/may.jsonl"}
    assert ("CustomizationConfig" in job) == (kind == "DISTILLATION")


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_that_lost_its_sync_can_not_pass(name: str) -> None:
    aws = FakeAws()
    broken = substitute(name, PLACEHOLDERS[name]).replace(
        "createModelCustomizationJob.sync", "createModelCustomizationJob"
    )
    assert run(broken, aws).status == "FAILED"
    assert not hosted(aws)


@pytest.mark.parametrize("name", MACHINES)
def test_a_given_model_is_hosted_without_training(name: str) -> None:
    aws = FakeAws()
    done = execute(name, aws, {"modelArn": GIVEN_MODEL})
    assert done.status == "SUCCEEDED"
    assert done.output["modelArn"] == GIVEN_MODEL
    assert not aws.called("createModelCustomizationJob.sync")


@pytest.mark.parametrize("name", MACHINES)
def test_a_model_below_the_target_is_deleted_with_its_hosting_and_the_machine_says_the_score(name: str) -> None:
    # 2 of the answer's 4 words are among the reference's 6: ROUGE-L F1 = 2·2/(4+6) = 0.4
    aws = FakeAws(answer="the pump is broken")
    done = execute(name, aws)
    assert (done.status, done.error) == ("FAILED", "BelowTarget")
    assert done.cause == "rouge_l is 0.4 over 20 prompts, the target is 0.60"
    assert not hosted(aws)
    assert not aws.models


@pytest.mark.parametrize("name", MACHINES)
def test_a_given_model_below_the_target_is_kept(name: str) -> None:
    aws = FakeAws(answer="no", models={"mine": Thing(arn=GIVEN_MODEL)})
    assert execute(name, aws, {"modelArn": GIVEN_MODEL}).error == "BelowTarget"
    assert not hosted(aws)
    assert list(aws.models) == ["mine"]


@pytest.mark.parametrize("name", MACHINES)
def test_where_lower_is_better_a_low_score_passes(name: str) -> None:
    settings = {"EvaluationMetric": "word_error_rate", "EvaluationTarget": "0.1", "LowerIsBetter": "true"}
    assert execute(name, FakeAws(), **settings).status == "SUCCEEDED"
    assert execute(name, FakeAws(answer="no"), **settings).error == "BelowTarget"


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"EvaluationMetric": "perplexity"}, "the metric 'perplexity' can't be computed here"),
        ({"EvaluationTarget": "much"}, "the target 'much' is no number"),
    ],
)
def test_an_evaluation_that_can_not_work_fails_before_anything_is_paid_for(
    name: str, changed: dict[str, str], says: str
) -> None:
    aws = FakeAws()
    done = execute(name, aws, **changed)
    assert done.error == "NotCustomized"
    assert says in done.cause
    assert {operation for operation, _ in aws.calls} == {"invoke"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("name", "state"), _BEFORE_CLEAN_UP)
def test_a_fault_in_a_step_leaves_nothing_hosted_and_its_error_is_reported(name: str, state: str, after: bool) -> None:
    """`after`: the call had its effect, but its answer was lost."""
    aws = FakeAws(faults={state: Fault(after=after, cause=f"injected into {state}")})
    settings = (
        {"CustomizationType": "DISTILLATION", "TeacherModelId": "amazon.nova-pro-v1:0"} if state == "Distill" else {}
    )
    done = execute(name, aws, **settings)
    assert done.status == "FAILED"
    assert f"injected into {state}" in done.cause
    assert not hosted(aws)
    assert "BuyCommitment" not in done.states


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize(
    "state", ["GetTemporaryHosting", "ListTemporaryHosting", "DeleteTemporaryHosting", "FindFinalHosting"]
)
def test_a_passing_fault_is_retried(name: str, state: str) -> None:
    aws = FakeAws(faults={state: Fault(error="Bedrock.ThrottlingException", times=3)})
    assert execute(name, aws).status == "SUCCEEDED"
    assert hosted(aws) == [PREFIX]


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("state", ["Customize", "CreateTemporaryHosting"])
def test_a_throttled_creation_is_retried(name: str, state: str) -> None:
    aws = FakeAws(faults={state: Fault(error="Bedrock.ThrottlingException", times=3)})
    assert execute(name, aws).status == "SUCCEEDED"


@pytest.mark.parametrize("name", MACHINES)
def test_hosting_that_fails_is_deleted(name: str) -> None:
    aws = FakeAws(hosting_fails=True)
    done = execute(name, aws)
    assert done.error == "ModelNotHosted"
    assert "TemporaryHostingFailed" in done.cause
    assert not hosted(aws)


@pytest.mark.parametrize("name", MACHINES)
def test_hosting_that_never_gets_ready_is_given_up_and_deleted(name: str) -> None:
    # 18 polls, then AWS refuses to delete for another few calls what it is still creating.
    aws = FakeAws(polls=21)
    done = execute(name, aws)
    assert done.error == "ModelNotHosted"
    assert "TemporaryHostingLate" in done.cause
    assert not hosted(aws)


@pytest.mark.parametrize("name", MACHINES)
def test_a_clean_up_that_can_not_delete_says_what_still_bills(name: str) -> None:
    aws = FakeAws(answer="no", faults={"DeleteTemporaryHosting": Fault()})
    done = execute(name, aws)
    assert done.error == "StillHosted"
    assert hosted(aws)[0] in done.cause


@pytest.mark.parametrize("name", MACHINES)
def test_a_model_that_can_not_be_deleted_is_named(name: str) -> None:
    aws = FakeAws(answer="no", faults={"DeleteModel": Fault()})
    done = execute(name, aws)
    assert done.error == "BelowTarget"
    assert "rouge_l is 0.0" in done.cause
    assert next(iter(aws.models.values())).arn in done.cause
    assert not hosted(aws)


@pytest.mark.parametrize("name", MACHINES)
def test_a_failed_start_keeps_the_model_and_says_how_to_go_on(name: str) -> None:
    aws = FakeAws(faults={"CreateTemporaryHosting": Fault()})
    done = execute(name, aws)
    assert len(aws.models) == 1
    assert f"{next(iter(aws.models.values())).arn} is kept" in done.cause


@pytest.mark.parametrize("name", MACHINES)
def test_a_retrained_model_takes_over_the_hosting_that_exists(name: str) -> None:
    aws = old_hosting(name)
    before = {thing.arn for thing in (*aws.units.values(), *aws.deployments.values())}
    done = execute(name, aws)
    assert done.status == "SUCCEEDED"
    assert hosted(aws) == [PREFIX]
    kept = (*aws.units.values(), *aws.deployments.values())
    assert {thing.arn for thing in kept} == before
    assert {thing.model for thing in kept} == {done.output["modelArn"]}
    assert "BuyCommitment" not in done.states


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("state", ["PointFinalHosting", "GetFinalHosting"])
def test_a_fault_while_the_hosting_is_handed_over_leaves_the_old_one_alone(name: str, state: str) -> None:
    aws = old_hosting(name)
    aws.faults[state] = Fault()
    assert execute(name, aws).status == "FAILED"
    assert hosted(aws) == [PREFIX]


@pytest.mark.parametrize("name", MACHINES)
def test_a_retrained_model_below_the_target_leaves_the_old_one_serving(name: str) -> None:
    aws = old_hosting(name)
    aws.answer = "no"
    assert execute(name, aws).error == "BelowTarget"
    assert hosted(aws) == [PREFIX]
    assert {thing.model for thing in (*aws.units.values(), *aws.deployments.values())} == {OLD_MODEL}


def test_every_task_state_has_a_fault_test() -> None:
    for name in MACHINES:
        tested = {state for machine_name, state in _BEFORE_CLEAN_UP if machine_name == name}
        assert tested | _CLEAN_UP | _FINAL | {"DeleteModel"} >= set(task_states(name))
        assert reachable(machine(name), "Settings") >= tested
