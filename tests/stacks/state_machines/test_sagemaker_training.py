from __future__ import annotations

from typing import Any

import pytest

from stacks.training.training_job.hyperparameters import parse_hyperparameters
from stacks.training.training_job.machine import folders_from
from tests.stacks.state_machines.definitions import KEY, PLACEHOLDERS, PREFIX, impatient, substitute
from tests.stacks.state_machines.fake_aws import AwsError, FakeAws, Fault
from tests.stacks.state_machines.interpreter import Execution, run

NAME = "sagemaker_training"
FAILED = "States.Custom"  # the job ended as failed, and Step Functions saw it
NO_CAPACITY = '{"FailureReason": "CapacityError: Unable to provision requested ML compute capacity."}'


def execute(aws: FakeAws, given: dict[str, Any] | None = None, /, **placeholders: str) -> Execution:
    return run(impatient(substitute(NAME, PLACEHOLDERS[NAME] | placeholders)), aws, given)


def test_the_output_says_where_the_artifacts_are() -> None:
    aws = FakeAws()
    done = execute(aws)
    assert done.status == "SUCCEEDED"
    assert done.output["modelDataUrl"].startswith("s3://bucket/models/")
    assert done.output["billableTimeInSeconds"] == 3600
    assert aws.hourly == []


def test_a_spot_job_has_checkpoints_and_time_to_wait() -> None:
    aws = FakeAws()
    execute(aws)
    (job,) = aws.called("createTrainingJob.sync")
    assert job["EnableManagedSpotTraining"] is True
    stop = job["StoppingCondition"]
    assert stop["MaxWaitTimeInSeconds"] >= stop["MaxRuntimeInSeconds"]
    assert job["CheckpointConfig"]["S3Uri"].startswith("s3://bucket/checkpoints/")


def test_an_on_demand_job_names_no_time_to_wait() -> None:
    """SageMaker refuses it there."""
    aws = FakeAws()
    execute(aws, ManagedSpot="false")
    (job,) = aws.called("createTrainingJob.sync")
    assert job["EnableManagedSpotTraining"] is False
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}


def test_the_artifacts_are_encrypted_and_the_job_is_isolated() -> None:
    aws = FakeAws()
    execute(aws)
    (job,) = aws.called("createTrainingJob.sync")
    assert job["OutputDataConfig"]["KmsKeyId"] == KEY
    assert (job["EnableNetworkIsolation"], job["EnableInterContainerTrafficEncryption"]) == (True, True)


@pytest.mark.parametrize(
    ("instance", "key", "expected"),
    [("ml.g5.2xlarge", "none", {}), ("ml.p3.2xlarge", KEY, {"VolumeKmsKeyId": KEY})],
)
def test_volumes_have_a_key_where_there_are_volumes(instance: str, key: str, expected: dict[str, str]) -> None:
    aws = FakeAws()
    execute(aws, InstanceType=instance, VolumeKmsKeyArn=key)
    (job,) = aws.called("createTrainingJob.sync")
    assert job["ResourceConfig"] == {"InstanceType": instance, "InstanceCount": 2, "VolumeSizeInGB": 200} | expected


def test_the_channels_are_the_ones_that_the_training_script_reads() -> None:
    aws = FakeAws()
    execute(aws, {"trainingDataUri": "s3://bucket/may/"})
    (job,) = aws.called("createTrainingJob.sync")
    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in job["InputDataConfig"]
    }
    assert channels.pop("code") == "s3://bucket/assets/abc.tar.gz"
    assert channels == {"train": "s3://bucket/may/", "model": "s3://bucket/weights/"}
    environment = {f"SM_CHANNEL_{name.upper()}": f"/opt/ml/input/data/{name}" for name in channels}
    assert str(folders_from(environment, checkpoint_dir="").base_model) == "/opt/ml/input/data/model"


def test_the_training_script_understands_its_hyperparameters() -> None:
    aws = FakeAws()
    execute(aws, {"hyperParameters": {"learning_rate": "0.0001", "epochs": "1"}})
    (job,) = aws.called("createTrainingJob.sync")
    given = job["HyperParameters"]
    assert given["sagemaker_submit_directory"] == "/opt/ml/input/data/code/abc.tar.gz"
    # The toolkit keeps its own and passes on the rest as arguments.
    arguments = [f"--{name}={value}" for name, value in given.items() if not name.startswith("sagemaker_")]
    parsed = parse_hyperparameters(arguments)
    assert parsed.checkpoint_dir == "/opt/ml/checkpoints"  # SageMaker's own, where the job names none
    assert "LocalPath" not in job["CheckpointConfig"]
    assert (parsed.method, parsed.epochs, parsed.learning_rate) == ("lora", 1.0, 0.0001)


def test_missing_capacity_is_waited_for_under_a_new_name() -> None:
    aws = FakeAws(training_errors=[AwsError(FAILED, NO_CAPACITY)] * 2)
    assert execute(aws).status == "SUCCEEDED"
    assert [name.rpartition("-")[2] for name in aws.training_jobs] == ["1", "2", "3"]
    assert aws.waited >= 2 * 1800


def test_capacity_that_never_comes_is_given_up() -> None:
    aws = FakeAws(training_errors=[AwsError(FAILED, NO_CAPACITY)] * 9)
    done = execute(aws)
    assert done.error == "NotTrained"
    assert len(aws.training_jobs) == 5
    assert "CapacityError" in done.cause
    assert aws.hourly == []


def test_another_failure_is_reported_at_once() -> None:
    aws = FakeAws(training_errors=[AwsError(FAILED, '{"FailureReason": "AlgorithmError: no labels"}')])
    done = execute(aws)
    assert "AlgorithmError: no labels" in done.cause
    assert len(aws.training_jobs) == 1


@pytest.mark.parametrize("state", ["TrainOnSpot", "TrainOnDemand"])
@pytest.mark.parametrize("after", [False, True])
def test_a_job_that_was_lost_sight_of_is_stopped(state: str, after: bool) -> None:
    aws = FakeAws(faults={state: Fault(error="SageMaker.AmazonSageMakerException", after=after)})
    if after:
        aws.training_errors = [AwsError("Lost")]  # it was started and runs on
    done = execute(aws, ManagedSpot=str(state == "TrainOnSpot").lower())
    assert done.error == "NotTrained"
    assert aws.hourly == []
    assert ("StopJob" in done.states) == after


@pytest.mark.parametrize("state", ["ListJobs", "StopJob"])
def test_a_passing_fault_of_the_clean_up_is_overcome(state: str) -> None:
    aws = FakeAws(training_errors=[AwsError("Lost")], faults={state: Fault(times=10)})
    assert execute(aws).error == "NotTrained"
    assert aws.hourly == []


@pytest.mark.parametrize("state", ["ListJobs", "StopJob"])
def test_a_job_that_can_not_be_stopped_is_named(state: str) -> None:
    aws = FakeAws(training_errors=[AwsError("Lost")], faults={state: Fault()})
    done = execute(aws)
    assert done.error == "StillRunning"
    assert PREFIX in done.cause
