from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.stacks.state_machines.definitions import (
    FOLDER,
    NAMES,
    PLACEHOLDERS,
    every_state,
    machine,
    placeholders,
    reachable,
    substitute,
    successors,
    task_states,
    text,
)

# Calls that start something that goes on after the call, and the call that shows how it goes.
_STARTS = {
    "createModelInvocationJob": "getModelInvocationJob",
    "createProvisionedModelThroughput": "getProvisionedModelThroughput",
    "updateProvisionedModelThroughput": "getProvisionedModelThroughput",
    "createCustomModelDeployment": "getCustomModelDeployment",
    "updateCustomModelDeployment": "getCustomModelDeployment",
}
_STARTS_WITH_SYNC = {"createModelCustomizationJob", "createTrainingJob"}
# They end by themselves, quickly, and the machines look again whether they did.
_ENDS = re.compile(r"get|list|stop|delete|invoke")

_TASKS = [(name, state) for name in NAMES for state in task_states(name)]


def _states(name: str) -> dict[str, dict[str, Any]]:
    return dict(every_state(machine(name)))


def _levels(name: str) -> list[dict[str, Any]]:
    """Return a definition and the ones inside of its maps."""
    found = [machine(name)]
    for level in found:
        found += [state["ItemProcessor"] for state in level["States"].values() if "ItemProcessor" in state]
    return found


def _section(name: str) -> str:
    """Return what the README says of a definition."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    return readme.partition(f"## {name}.asl.json")[2].partition("\n## ")[0]


def _operation(state: dict[str, Any]) -> str:
    return str(state["Resource"]).rpartition(":")[2]


def test_there_are_the_five_machines() -> None:
    assert tuple(PLACEHOLDERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_is_substituted_and_the_text_stays_json(name: str) -> None:
    assert placeholders(name) == set(PLACEHOLDERS[name])
    assert json.loads(substitute(name, PLACEHOLDERS[name]))


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_is_in_the_readme(name: str) -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", _section(name), re.MULTILINE)) == placeholders(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_api_call_is_in_the_readme(name: str) -> None:
    for state in task_states(name):
        operation = _operation(_states(name)[state]).removesuffix(".sync")
        action = "lambda:InvokeFunction" if operation == "invoke" else operation[0].upper() + operation[1:]
        assert f":{action.rpartition(':')[2]}" in _section(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_is_jsonpath_says_what_it_does_and_ends_in_time(name: str) -> None:
    definition = machine(name)
    assert definition["Comment"]
    assert "QueryLanguage" not in text(name)
    assert definition["TimeoutSeconds"] <= 365 * 86400  # a standard execution's longest life


@pytest.mark.parametrize("name", NAMES)
def test_every_state_leads_to_states_that_exist_and_can_be_reached(name: str) -> None:
    for level in _levels(name):
        states = level["States"]
        for state in states.values():
            assert successors(state) <= set(states)
            assert successors(state) or state.get("End") or state["Type"] in {"Succeed", "Fail"}
        assert reachable(level, level["StartAt"]) == set(states)


@pytest.mark.parametrize(("name", "state"), _TASKS)
def test_a_task_has_a_timeout_retries_with_jitter_and_a_catch_for_all(name: str, state: str) -> None:
    task = _states(name)[state]
    assert task.keys() & {"TimeoutSeconds", "TimeoutSecondsPath"}
    assert any(rule["BackoffRate"] > 1 and rule["JitterStrategy"] == "FULL" for rule in task["Retry"])
    assert [rule["ErrorEquals"] for rule in task["Catch"]] == [["States.ALL"]]
    assert all(rule["ResultPath"] != "$" for rule in task["Catch"])


@pytest.mark.parametrize(("name", "state"), _TASKS)
def test_a_long_job_is_waited_for_with_sync_or_polled(name: str, state: str) -> None:
    operation = _operation(_states(name)[state])
    if operation.removesuffix(".sync") in _STARTS_WITH_SYNC:
        assert operation.endswith(".sync")
    elif operation in _STARTS:
        definition = machine(name)
        polls = {
            polled
            for polled in reachable(definition, definition["States"][state]["Next"])
            if _operation(definition["States"][polled] | {"Resource": definition["States"][polled].get("Resource", "")})
            == _STARTS[operation]
        }
        # The first poll that follows can come back to itself.
        assert any(poll in reachable(definition, definition["States"][poll]["Next"]) for poll in polls)
    else:
        assert _ENDS.match(operation)


@pytest.mark.parametrize("name", NAMES)
def test_every_loop_is_counted_and_ends_at_a_limit(name: str) -> None:
    """Without its counting states a definition can't come back to a state."""
    states = machine(name)["States"]
    counting = {state for state, body in states.items() if "States.MathAdd($." in str(body.get("Parameters"))}
    limits = {
        rule["Variable"]
        for body in states.values()
        for choice in body.get("Choices", [])
        for rule in (choice, *choice.get("And", []))
        if rule.get("Variable", "").endswith(".n") and rule.keys() & {"NumericGreaterThanEquals", "NumericLessThan"}
    }
    assert {states[state]["ResultPath"] + ".n" for state in counting} == limits
    assert not _has_cycle({state: body for state, body in states.items() if state not in counting})


def _has_cycle(states: dict[str, dict[str, Any]]) -> bool:
    while leaves := {name for name, body in states.items() if not successors(body) & set(states)}:
        states = {name: body for name, body in states.items() if name not in leaves}
    return bool(states)


@pytest.mark.parametrize("name", ["customization_on_demand", "customization_provisioned"])
def test_the_machine_outlives_all_that_it_may_wait_for(name: str) -> None:
    """An execution that runs into its own timeout can't clean up, so the loops must give up before."""
    definition = machine(name)
    most = 0.0
    for state, body in definition["States"].items():
        if body["Type"] not in {"Task", "Wait"}:
            continue
        once = body.get("Seconds", body.get("TimeoutSeconds", 0))
        for rule in body.get("Retry", []) if not body.get("Resource", "").endswith(".sync") else []:
            pauses = [rule["IntervalSeconds"] * rule["BackoffRate"] ** k for k in range(rule["MaxAttempts"])]
            once += sum(pauses) + rule["MaxAttempts"] * body["TimeoutSeconds"]
        again = state in reachable(definition, body["Next"])
        most += once * (_most_rounds(definition, state) if again else 1)
    assert most < definition["TimeoutSeconds"]


def _most_rounds(definition: dict[str, Any], state: str) -> int:
    """Return the limit of the loop that a state is in: the first that follows."""
    following = definition["States"][state]["Next"]
    while not (
        limits := [
            rule["NumericGreaterThanEquals"]
            for rule in definition["States"][following].get("Choices", [])
            if "NumericGreaterThanEquals" in rule
        ]
    ):
        body = definition["States"][following]
        following = body.get("Next", body.get("Default"))
    return int(limits[0])


def test_nothing_is_created_or_deleted_after_the_commitment() -> None:
    definition = machine("customization_provisioned")
    after = reachable(definition, definition["States"]["BuyCommitment"]["Next"]) | reachable(
        definition, definition["States"]["BuyCommitment"]["Catch"][0]["Next"]
    )
    calls = {_operation(definition["States"][state]) for state in after if "Resource" in definition["States"][state]}
    assert calls == {"getProvisionedModelThroughput"}


def test_only_one_state_buys_a_commitment() -> None:
    states = _states("customization_provisioned")
    assert [name for name, body in states.items() if "CommitmentDuration.$" in body.get("Parameters", {})] == [
        "BuyCommitment"
    ]


@pytest.mark.parametrize("name", ["customization_on_demand", "customization_provisioned"])
def test_every_failure_while_something_is_hosted_leads_to_the_clean_up(name: str) -> None:
    definition = machine(name)
    states = definition["States"]
    hosted = reachable(definition, "CreateTemporaryHosting") - reachable(definition, "WaitBeforeCleanUp")
    for state in hosted:
        for rule in states[state].get("Catch", []):
            assert "WaitBeforeCleanUp" in reachable(definition, rule["Next"])
            assert rule["ResultPath"] == "$.error"
        # Nothing ends while it is hosted, but for the success that keeps it.
        assert states[state]["Type"] != "Fail"
        assert not states[state].get("End") or state == "KeepHosting"


def test_clean_up_keeps_the_first_error() -> None:
    for name in ("customization_on_demand", "customization_provisioned", "sagemaker_training"):
        definition = machine(name)
        for state in reachable(definition, "WaitBeforeCleanUp"):
            body = definition["States"][state]
            if body["Type"] == "Task" and _ENDS.match(_operation(body)) and "CleanUp" in str(body["Catch"]):
                assert body["Catch"][0]["ResultPath"] == "$.cleanUpError"
