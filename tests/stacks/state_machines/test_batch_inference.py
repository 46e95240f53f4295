from __future__ import annotations

import pytest

from tests.stacks.state_machines.definitions import PLACEHOLDERS, impatient, machine, substitute
from tests.stacks.state_machines.fake_aws import FakeAws, Fault
from tests.stacks.state_machines.interpreter import Execution, run

NAME = "batch_inference"


def execute(aws: FakeAws, given: dict[str, str] | None = None, name: str = "run") -> Execution:
    return run(substitute(NAME, PLACEHOLDERS[NAME]), aws, given, name)


def test_the_job_is_polled_until_it_is_complete() -> None:
    aws = FakeAws(polls=5)
    done = execute(aws)
    assert done.status == "SUCCEEDED"
    assert done.output["outputUri"] == "s3://bucket/answers/"
    assert len(aws.called("getModelInvocationJob")) == 6
    assert aws.waited == 6 * 600


def test_the_input_may_name_other_places() -> None:
    aws = FakeAws()
    given = {"inputUri": "s3://bucket/may/", "outputUri": "s3://bucket/may-answers/"}
    assert execute(aws, given).output["outputUri"] == "s3://bucket/may-answers/"
    (job,) = aws.called("createModelInvocationJob")
    assert job["InputDataConfig"]["S3InputDataConfig"]["S3Uri"] == "s3://bucket/may/"
    assert job["TimeoutDurationInHours"] == 24


def test_an_executions_name_decides_the_jobs() -> None:
    """However long it is, and the same at each try."""
    jobs = []
    for name in ("a" * 80, "a" * 80, "b"):
        aws = FakeAws()
        execute(aws, name=name)
        jobs += [(job["JobName"], job["ClientRequestToken"]) for job in aws.called("createModelInvocationJob")]
    assert jobs[0] == jobs[1] != jobs[2]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("PartiallyCompleted", "BatchPartiallyCompleted"),
        ("Failed", "BatchFailed"),
        ("Stopped", "BatchFailed"),
        ("Expired", "BatchFailed"),
    ],
)
def test_a_job_that_ends_otherwise_fails_the_execution(status: str, error: str) -> None:
    assert execute(FakeAws(job_status=status)).error == error


def test_a_job_that_goes_on_too_long_is_stopped() -> None:
    aws = FakeAws(polls=5000)
    assert run(impatient(substitute(NAME, PLACEHOLDERS[NAME])), aws).error == "BatchLate"
    assert not aws.batch_jobs


def test_too_long_is_longer_than_a_job_may_take() -> None:
    states = machine(NAME)["States"]
    (limit,) = (rule["NumericGreaterThanEquals"] for rule in states["JobEnded"]["Choices"] if rule["Next"] == "StopJob")
    assert limit * states["WaitForJob"]["Seconds"] > 168 * 3600


@pytest.mark.parametrize("state", ["CreateJob", "GetJob", "StopJob"])
def test_a_fault_in_a_step_is_reported(state: str) -> None:
    aws = FakeAws(polls=5000 if state == "StopJob" else 2, faults={state: Fault(cause=f"injected into {state}")})
    done = run(impatient(substitute(NAME, PLACEHOLDERS[NAME])), aws)
    assert done.status == "FAILED"
    assert f"injected into {state}" in done.cause
    assert aws.hourly == []


def test_throttling_is_retried() -> None:
    throttled = {state: Fault(error="Bedrock.ThrottlingException", times=4) for state in ("CreateJob", "GetJob")}
    assert execute(FakeAws(faults=throttled)).status == "SUCCEEDED"
