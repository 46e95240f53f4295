"""A small AWS behind the state machines: it remembers what exists and bills, checks requests, and fails on demand."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import botocore.session  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]

from stacks.functions.score_evaluation import index

if TYPE_CHECKING:
    from collections.abc import Callable

_ARN = "arn:aws:bedrock:us-east-1:123456789012"
_SESSION = botocore.session.get_session()


class AwsError(Exception):
    """An error as a task state sees it."""

    def __init__(self, name: str, cause: str = "injected") -> None:
        super().__init__(name)
        self.name = name
        self.cause = cause


@dataclass(slots=True)
class Fault:
    """An error of one state's calls: before or after the call had its effect; how many times, or always."""

    error: str = "Bedrock.AccessDeniedException"
    cause: str = "injected"
    after: bool = False
    times: int = 1_000_000


@dataclass(slots=True)
class Thing:
    """Something that AWS keeps: a unit, a deployment, a model or a job."""

    arn: str
    model: str = ""
    units: int = 0
    commitment: str = ""
    pending: int = 0  # polls until it is ready
    failed: bool = False


@dataclass(slots=True)
class FakeAws:
    """The account. Time passes only where a machine waits."""

    faults: dict[str, Fault] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    waited: float = 0
    polls: int = 2  # that a thing takes until it is ready
    hosting_fails: bool = False
    job_status: str = "Completed"  # how a batch job ends
    training_errors: list[AwsError] = field(default_factory=list)  # of the next training jobs
    answer: str = "the pump needs a new seal"
    units: dict[str, Thing] = field(default_factory=dict)
    deployments: dict[str, Thing] = field(default_factory=dict)
    models: dict[str, Thing] = field(default_factory=dict)
    customization_jobs: dict[str, str] = field(default_factory=dict)
    training_jobs: dict[str, str] = field(default_factory=dict)
    batch_jobs: dict[str, Thing] = field(default_factory=dict)
    objects: dict[str, bytes] = field(
        default_factory=lambda: {
            "evaluation.jsonl": b'{"prompt": "What now?", "referenceResponse": "the pump needs a new seal"}\n' * 20
        }
    )

    @property
    def hourly(self) -> list[str]:
        """What bills by the hour at this moment."""
        running = [name for name, status in self.training_jobs.items() if status == "InProgress"]
        return sorted(self.units) + running

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waited += seconds

    def called(self, operation: str) -> list[dict[str, Any]]:
        """Return the parameters of an operation's calls."""
        return [parameters for name, parameters in self.calls if name == operation]

    def call(self, state: str, resource: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
        """Do what a task state asks for, or fail as told."""
        service, _, operation = resource.removeprefix("arn:aws:states:::").removeprefix("aws-sdk:").partition(":")
        self.calls.append((operation, parameters))
        fault = self.faults.get(state)
        if fault and fault.times > 0:
            fault.times -= 1
            if fault.after:
                self._act(service, operation, parameters)
            raise AwsError(fault.error, fault.cause)
        return self._act(service, operation, parameters)

    def _act(self, service: str, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
        if service != "lambda":
            self.violations += check_request(service, operation.removesuffix(".sync"), parameters)
        act: Callable[[dict[str, Any]], Any] = getattr(self, "_" + operation.replace(".", "_"))
        return act(parameters)

    # Lambda: the real function, on objects in memory and a model with one answer.

    def _invoke(self, given: dict[str, Any]) -> dict[str, Any]:
        event = given["Payload"]
        clients = {"s3": self, "bedrock-runtime": self}
        steps: dict[str, Callable[[], dict[str, Any]]] = {
            "check": lambda: index.check_evaluation(event, store=clients["s3"]),
            "ask": lambda: index.answer_prompts(event, self, store=self, runtime=clients["bedrock-runtime"]),
            "score": lambda: index.score_answers(event, store=self),
        }
        try:
            return {"StatusCode": 200, "Payload": steps[event["operation"]]()}
        except ValueError as error:
            raise AwsError("ValueError", str(error)) from None

    def get_remaining_time_in_millis(self) -> int:
        """Return so little time that each run of the function answers one round."""
        return 1

    def converse(self, **request: object) -> dict[str, Any]:
        """Answer only where the model is hosted and ready."""
        hosted = [thing for thing in (*self.units.values(), *self.deployments.values()) if not thing.pending]
        if request["modelId"] not in {thing.arn for thing in hosted}:
            raise AwsError("ResourceNotFoundException")
        return {"output": {"message": {"content": [{"text": self.answer}]}}}

    def get_object(self, **request: str) -> dict[str, Any]:
        """Return an object."""
        return {"Body": io.BytesIO(self.objects[request["Key"]])}

    def put_object(self, **request: str | bytes) -> dict[str, Any]:
        """Keep an object."""
        self.objects[str(request["Key"])] = bytes(request["Body"])  # type: ignore[arg-type]
        return {}

    def list_objects_v2(self, **request: str) -> dict[str, Any]:
        """List objects."""
        return {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(request["Prefix"])]}

    # Bedrock

    def _createModelCustomizationJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        # Without `.sync` the answer has the job's ARN and no model's: a machine that forgot it can't go on.
        self.customization_jobs[given["JobName"]] = "InProgress"
        return {"JobArn": f"{_ARN}:model-customization-job/amazon.nova-lite-v1:0/{_identifier(0)}"}

    def _createModelCustomizationJob_sync(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        arn = f"{_ARN}:custom-model/amazon.nova-lite-v1:0:300k/{_identifier(len(self.models))}"
        self.models[given["CustomModelName"]] = Thing(arn=arn)
        self.customization_jobs[given["JobName"]] = "Completed"
        return {"Status": "Completed", "OutputModelArn": arn, "OutputModelName": given["CustomModelName"]}

    def _listModelCustomizationJobs(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        names = [name for name, status in self.customization_jobs.items() if status == given["StatusEquals"]]
        return {"ModelCustomizationJobSummaries": [{"JobName": n} for n in names if given["NameContains"] in n]}

    def _stopModelCustomizationJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.customization_jobs[given["JobIdentifier"]] = "Stopping"
        return {}

    def _createProvisionedModelThroughput(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = given["ProvisionedModelName"]
        _refuse_duplicate(self.units, name)
        arn = f"{_ARN}:provisioned-model/{_identifier(len(self.calls))}"
        self.units[name] = Thing(
            arn=arn,
            model=given["ModelId"],
            units=given["ModelUnits"],
            commitment=given.get("CommitmentDuration", ""),
            pending=self.polls,
            failed=self.hosting_fails,
        )
        return {"ProvisionedModelArn": arn}

    def _getProvisionedModelThroughput(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        unit = _find(self.units, given["ProvisionedModelId"])
        return {
            "ProvisionedModelArn": unit.arn,
            "ModelArn": unit.model,
            "ModelUnits": unit.units,
            "Status": _status(unit, "InService"),
        }

    def _listProvisionedModelThroughputs(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = _listed(self.units, given)
        return {"ProvisionedModelSummaries": [{"ProvisionedModelName": name} for name in found]}

    def _updateProvisionedModelThroughput(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        unit = _find(self.units, given["ProvisionedModelId"])
        unit.model, unit.pending = given["DesiredModelId"], self.polls
        return {}

    def _deleteProvisionedModelThroughput(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        unit = _find(self.units, given["ProvisionedModelId"])
        if unit.commitment:
            raise AwsError("Bedrock.ValidationException", "the commitment has not ended")
        _delete(self.units, unit)
        return {}

    def _createCustomModelDeployment(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = given["ModelDeploymentName"]
        _refuse_duplicate(self.deployments, name)
        arn = f"{_ARN}:custom-model-deployment/{_identifier(len(self.calls))}"
        self.deployments[name] = Thing(arn=arn, model=given["ModelArn"], pending=self.polls, failed=self.hosting_fails)
        return {"CustomModelDeploymentArn": arn}

    def _getCustomModelDeployment(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        deployment = _find(self.deployments, given["CustomModelDeploymentIdentifier"])
        status = _status(deployment, "Active")
        return {"CustomModelDeploymentArn": deployment.arn, "ModelArn": deployment.model, "Status": status}

    def _listCustomModelDeployments(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = _listed(self.deployments, given)
        return {"ModelDeploymentSummaries": [{"CustomModelDeploymentName": name} for name in found]}

    def _updateCustomModelDeployment(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        deployment = _find(self.deployments, given["CustomModelDeploymentIdentifier"])
        deployment.model, deployment.pending = given["ModelArn"], self.polls
        return {"CustomModelDeploymentArn": deployment.arn}

    def _deleteCustomModelDeployment(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        _delete(self.deployments, _find(self.deployments, given["CustomModelDeploymentIdentifier"]))
        return {}

    def _listCustomModels(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"ModelSummaries": [{"ModelName": name} for name in _listed(self.models, given)]}

    def _deleteCustomModel(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        model = _find(self.models, given["ModelIdentifier"])
        if model.arn in {thing.model for thing in (*self.units.values(), *self.deployments.values())}:
            raise AwsError("Bedrock.ConflictException", "the model is hosted")
        _delete(self.models, model)
        return {}

    def _createModelInvocationJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        arn = f"{_ARN}:model-invocation-job/{_identifier(0)}"
        self.batch_jobs[given["JobName"]] = Thing(arn=arn, pending=self.polls)
        return {"JobArn": arn}

    def _getModelInvocationJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        job = _find(self.batch_jobs, given["JobIdentifier"])
        return {"JobArn": job.arn, "Status": _status(job, self.job_status, starting="InProgress")}

    def _stopModelInvocationJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        job = _find(self.batch_jobs, given["JobIdentifier"])
        self.batch_jobs = {name: kept for name, kept in self.batch_jobs.items() if kept is not job}
        return {}

    # SageMaker

    def _createTrainingJob_sync(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = given["TrainingJobName"]
        if name in self.training_jobs:
            raise AwsError("SageMaker.ResourceInUseException", "the name was used before")
        self.training_jobs[name] = "InProgress"
        if self.training_errors:
            error = self.training_errors.pop(0)
            # A job whose failure Step Functions saw is over; where it lost sight of it, it runs on.
            if error.name == "States.Custom":
                self.training_jobs[name] = "Failed"
            raise AwsError(error.name.removeprefix("States."), error.cause)
        self.training_jobs[name] = "Completed"
        artifacts = f"{given['OutputDataConfig']['S3OutputPath']}/{name}/output/model.tar.gz"
        return {
            "TrainingJobName": name,
            "ModelArtifacts": {"S3ModelArtifacts": artifacts},
            "BillableTimeInSeconds": 3600,
        }

    def _listTrainingJobs(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        names = [name for name, status in self.training_jobs.items() if status == given["StatusEquals"]]
        return {"TrainingJobSummaries": [{"TrainingJobName": n} for n in names if given["NameContains"] in n]}

    def _stopTrainingJob(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.training_jobs[given["TrainingJobName"]] = "Stopping"
        return {}


def check_request(service: str, operation: str, parameters: dict[str, Any]) -> list[str]:
    """Return what AWS would refuse in a request: names, types, lengths and patterns, from botocore's service model."""
    model = _SESSION.get_service_model(service).operation_model(operation[0].upper() + operation[1:])
    problems: list[str] = []
    native = _native(parameters, model.input_shape, operation, problems)
    report = ParamValidator().validate(native, model.input_shape)
    if report.has_errors():
        problems.append(f"{operation}: {report.generate_report()}")
    return problems


def _native(value: Any, shape: Any, where: str, problems: list[str]) -> Any:  # noqa: ANN401
    """Return a value with the service's own member names; Step Functions wants all of them in PascalCase."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name[0].upper() + name[1:]: name for name in shape.members}
        problems += [f"{where} has no {name}" for name in value if name not in members]
        return {
            members[name]: _native(item, shape.members[members[name]], f"{where}.{name}", problems)
            for name, item in value.items()
            if name in members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_native(item, shape.member, where, problems) for item in value]
    if shape.type_name == "string" and isinstance(value, str):
        # Java's classes of characters, which SageMaker's patterns use, are looser here.
        pattern = re.sub(r"\\p\{\w+\}", r"\\w", shape.metadata.get("pattern", ".*"))
        if not re.fullmatch(pattern, value, re.DOTALL):
            problems.append(f"{where}: {value!r} is not of the form {pattern}")
        if len(value) > shape.metadata.get("max", len(value)):
            problems.append(f"{where}: {value!r} is longer than {shape.metadata['max']}")
        if "enum" in shape.metadata and value not in shape.metadata["enum"]:
            problems.append(f"{where}: {value!r} is none of {shape.metadata['enum']}")
    return value


def _identifier(number: int) -> str:
    return f"{number:012}"


def _refuse_duplicate(things: dict[str, Thing], name: str) -> None:
    if name in things:
        raise AwsError("Bedrock.ValidationException", f"{name} exists")


def _find(things: dict[str, Thing], identifier: str) -> Thing:
    for name, thing in things.items():
        if identifier in {name, thing.arn}:
            return thing
    raise AwsError("Bedrock.ResourceNotFoundException", identifier)


def _delete(things: dict[str, Thing], thing: Thing) -> None:
    if thing.pending and not thing.failed:
        thing.pending -= 1
        raise AwsError("Bedrock.ConflictException", "it is being created")
    del things[next(name for name, kept in things.items() if kept is thing)]


def _listed(things: dict[str, Thing], given: dict[str, Any]) -> list[str]:
    return [
        name
        for name, thing in things.items()
        if given["NameContains"] in name and given.get("ModelArnEquals", thing.model) == thing.model
    ]


def _status(thing: Thing, ready: str, starting: str = "Creating") -> str:
    if thing.failed:
        return "Failed"
    if thing.pending:
        thing.pending -= 1
        return starting
    return ready
