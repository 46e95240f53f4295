from __future__ import annotations

import json

import pytest

from tests.stacks.state_machines.definitions import PLACEHOLDERS, substitute, task_states
from tests.stacks.state_machines.fake_aws import FakeAws, Fault, Thing
from tests.stacks.state_machines.interpreter import Execution, run

NAME = "teardown_customization"
_MODEL = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/000000000001"
OTHERS = ("support-assistant", "support-assistant_1", "my-support_1", "my-support")


def account() -> FakeAws:
    """Return an account with things of `support` and of projects whose names hold that name."""
    return FakeAws(
        units={
            name: Thing(arn=f"unit-{name}", model=_MODEL if name.startswith("support_") else "")
            for name in ("support", "support_1", *OTHERS)
        },
        deployments={name: Thing(arn=f"deployment-{name}", pending=2) for name in ("support", "support_2", *OTHERS)},
        models={"support_1": Thing(arn=_MODEL)} | {name: Thing(arn=f"model-{name}") for name in ("support_2", *OTHERS)},
        customization_jobs={"support.1": "InProgress", "support.2": "Completed", "support-assistant.1": "InProgress"},
    )


def execute(aws: FakeAws) -> Execution:
    return run(substitute(NAME, PLACEHOLDERS[NAME] | {"NamePrefix": "support"}), aws)


def test_all_that_bears_the_prefix_is_removed_and_nothing_else() -> None:
    aws = account()
    assert execute(aws).status == "SUCCEEDED"
    assert set(aws.units) == set(aws.deployments) == set(aws.models) == set(OTHERS)
    assert aws.customization_jobs == {
        "support.1": "Stopping",
        "support.2": "Completed",
        "support-assistant.1": "InProgress",
    }


def test_an_empty_account_needs_one_round() -> None:
    done = execute(FakeAws())
    assert done.output["rounds"] == {"n": 1}


def test_a_commitment_that_has_not_ended_is_reported_after_the_rest_is_removed() -> None:
    aws = account()
    aws.units["support"].commitment = "SixMonths"
    done = execute(aws)
    assert done.error == "NotRemoved"
    assert "the commitment has not ended" in done.cause
    assert set(aws.units) == {"support", *OTHERS}
    assert set(aws.deployments) == set(aws.models) == set(OTHERS)


@pytest.mark.parametrize("state", task_states(NAME))
def test_a_fault_in_a_step_is_never_a_success(state: str) -> None:
    aws = account()
    aws.faults[state] = Fault(cause=f"injected into {state}")
    done = execute(aws)
    assert done.status == "FAILED"
    assert f"injected into {state}" in done.cause


@pytest.mark.parametrize("state", task_states(NAME))
def test_a_passing_fault_is_overcome(state: str) -> None:
    aws = account()
    aws.faults[state] = Fault(times=3)
    assert execute(aws).status == "SUCCEEDED"
    assert set(aws.units) == set(OTHERS)


def test_the_report_names_what_is_left() -> None:
    aws = account()
    aws.faults["deploymentsDelete"] = Fault()
    cause = execute(aws).cause
    left = json.loads(cause.partition("Deployments: ")[2].partition(" Models:")[0])
    assert {item["name"] for item in left if item["outcome"] == "left"} == {"support", "support_2"}
