"""Runs a definition in moto's interpreter, with a fake AWS behind its tasks and waits that take no time."""

from __future__ import annotations

import functools
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
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from tests.stacks.state_machines.fake_aws import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.state_machines.fake_aws import FakeAws

_SECONDS_FOR_ALL = 60
# moto parses a definition three times before it runs it, which takes longer than running it.
_parse = functools.cache(AmazonStateLanguageParser.parse)


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
    states: list[str] = []
    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        mock.patch.object(AmazonStateLanguageParser, "parse", _parse),
        mock.patch.object(CommonStateField, "_eval_body", _noting(states)),
        mock.patch.object(StateTaskService, "_eval_execution", _task_on(aws)),
        # moto knows no `.sync` of Bedrock and SageMaker; the fake answers such a task when the job has ended.
        mock.patch.object(StateTaskServiceCallback, "_is_integration_pattern", return_value=False),
        mock.patch.object(WaitFunction, "_wait_interval", lambda _self, env, wait_seconds: aws.wait(wait_seconds)),
        mock.patch.object(retrier_decl, "time", SimpleNamespace(sleep=aws.wait)),
    ):
        client = _client()
        machine = client.create_state_machine(
            name="machine", definition=definition, roleArn="arn:aws:iam::123456789012:role/Machine"
        )
        started = client.start_execution(
            stateMachineArn=machine["stateMachineArn"], name=name, input=json.dumps(given or {})
        )
        ended = _wait_for_end(client, started["executionArn"])
    assert not aws.violations, aws.violations
    return Execution(
        status=ended["status"],
        output=json.loads(ended["output"]) if "output" in ended else None,
        error=ended.get("error", ""),
        cause=ended.get("cause", ""),
        states=states,
    )


@functools.cache
def _client() -> Any:  # noqa: ANN401  (boto3 has no types)
    return boto3.client("stepfunctions", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def _wait_for_end(client: Any, arn: str) -> dict[str, Any]:  # noqa: ANN401
    for _ in range(_SECONDS_FOR_ALL * 200):
        ended: dict[str, Any] = client.describe_execution(executionArn=arn)
        if ended["status"] != "RUNNING":
            return ended
        time.sleep(0.005)
    raise AssertionError("the execution goes on and on")


def _noting(states: list[str]) -> Callable[[CommonStateField, Any], None]:
    original: Callable[[CommonStateField, Any], None] = CommonStateField._eval_body

    def evaluate(self: CommonStateField, env: Any) -> None:  # noqa: ANN401
        states.append(self.name)
        original(self, env)

    return evaluate


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
                    event_details=EventDetails(taskFailedEventDetails=details),  # type: ignore[typeddict-item]
                )
            ) from None
        env.stack.append(answer)

    return evaluate
