"""Runs a definition in moto's States Language interpreter, with a fake AWS behind its tasks and waits that take no time."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3  # type: ignore[import-untyped]
from moto import mock_aws
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from tests.stacks.state_machines.fake_aws import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.state_machines.fake_aws import FakeAws

_SECONDS_FOR_ALL = 60


@dataclass(frozen=True, slots=True)
class Execution:
    """What an execution left: its status, output or error, and the states it entered, in order."""

    status: str
    output: Any
    error: str
    cause: str
    states: list[str]


def run(definition: str, aws: FakeAws, given: dict[str, Any] | None = None, name: str = "run") -> Execution:
    """Execute a definition to its end."""
    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        mock.patch.object(StateTaskService, "_eval_execution", _task_on(aws)),
        # moto knows no `.sync` of Bedrock and SageMaker; the fake answers such a task when the job has ended.
        mock.patch.object(StateTaskServiceCallback, "_is_integration_pattern", lambda _self: False),
        mock.patch.object(WaitFunction, "_wait_interval", lambda _self, env, wait_seconds: aws.wait(wait_seconds)),
        mock.patch.object(retrier_decl, "time", SimpleNamespace(sleep=aws.wait)),
    ):
        client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        machine = client.create_state_machine(
            name="machine", definition=definition, roleArn="arn:aws:iam::123456789012:role/Machine"
        )
        started = client.start_execution(
            stateMachineArn=machine["stateMachineArn"], name=name, input=json.dumps(given or {})
        )
        ended = _wait_for_end(client, started["executionArn"])
        states = [
            event["stateEnteredEventDetails"]["name"]
            for event in _history(client, started["executionArn"])
            if "stateEnteredEventDetails" in event
        ]
    assert not aws.violations, aws.violations
    return Execution(
        status=ended["status"],
        output=json.loads(ended["output"]) if "output" in ended else None,
        error=ended.get("error", ""),
        cause=ended.get("cause", ""),
        states=states,
    )


def _wait_for_end(client: Any, arn: str) -> dict[str, Any]:  # noqa: ANN401
    for _ in range(_SECONDS_FOR_ALL * 200):
        ended: dict[str, Any] = client.describe_execution(executionArn=arn)
        if ended["status"] != "RUNNING":
            return ended
        time.sleep(0.005)
    raise AssertionError("the execution goes on and on")


def _history(client: Any, arn: str) -> list[dict[str, Any]]:  # noqa: ANN401
    events: list[dict[str, Any]] = client.get_execution_history(executionArn=arn)["events"]
    return events


def _task_on(aws: FakeAws) -> Callable[[StateTaskService, Any], None]:
    lock = threading.Lock()  # the branches of a map are threads

    def evaluate(self: StateTaskService, env: Any) -> None:  # noqa: ANN401
        self.resource.eval(env=env)
        env.stack.pop()
        parameters = self._eval_parameters(env=env)
        try:
            with lock:
                answer = aws.call(self.name, self.resource.resource_arn, parameters)
        except AwsError as error:
            details = TaskFailedEventDetails(error=error.name, cause=error.cause)
            raise FailureEventException(
                FailureEvent(
                    env=env,
                    error_name=CustomErrorName(error.name),
                    event_type=HistoryEventType.TaskFailed,
                    event_details=EventDetails(taskFailedEventDetails=details),
                )
            ) from None
        env.stack.append(answer)

    return evaluate
