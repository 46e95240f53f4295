"""Reading a deployed stack: from moto in this process, and from a loopback server that answers what AWS may answer."""

from __future__ import annotations

import json
import sys
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import boto3  # type: ignore[import-untyped]
import pytest
from moto import mock_aws

from planner.diff.deployed import DeployedTemplate, deployed_template
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "123456789012"
QUEUE = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5}}}}
YAML = """
Parameters:
  Retention: {Type: Number, Default: 60}
  Secret: {Type: String, NoEcho: true, Default: hush}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: !Ref Retention
      QueueName: !Sub '${AWS::StackName}-jobs'
"""


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def deploy(name: str, template: object, region: str = "us-east-1", **parameters: str) -> None:
    boto3.client("cloudformation", region_name=region).create_stack(
        StackName=name,
        TemplateBody=template if isinstance(template, str) else json.dumps(template),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )


def read(stack: str, region: str | None = None) -> DeployedTemplate:
    found = deployed_template(stack, region=region, profile=None)
    assert found is not None
    return found


@pytest.mark.usefixtures("aws")
def test_a_json_template_is_read_as_it_was_deployed() -> None:
    deploy("jobs", QUEUE)
    assert read("jobs") == DeployedTemplate(QUEUE, "jobs", "us-east-1", {}, {})


@pytest.mark.usefixtures("aws")
def test_numbers_are_read_as_they_are_written() -> None:
    deploy("jobs", '{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1.10}}}}')
    delay = read("jobs").template["Resources"]["Jobs"]["Properties"]["DelaySeconds"]
    assert isinstance(delay, Decimal)
    assert str(delay) == "1.10"


@pytest.mark.usefixtures("aws")
def test_short_intrinsics_and_the_parameters_as_deployed_but_secret_ones() -> None:
    boto3.client("ssm").put_parameter(Name="/image", Value="image-7", Type="String")
    deploy("jobs", YAML, Retention="120", Secret="hunter2")
    found = read("jobs")
    assert found.template["Resources"]["Jobs"]["Properties"] == {
        "MessageRetentionPeriod": {"Ref": "Retention"},
        "QueueName": {"Fn::Sub": "${AWS::StackName}-jobs"},
    }
    assert found.parameters == {"Retention": "120", "Image": "image-7"}


@pytest.mark.usefixtures("aws")
def test_nested_stacks_are_read_by_their_logical_ids() -> None:
    inner = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}
    middle = {"Parameters": {"Size": {"Type": "String"}}, "Resources": {"Inner": nested("inner")}}
    outer = {"Resources": {"Middle": nested("middle", Size="7"), "Jobs": {"Type": "AWS::SQS::Queue"}}}
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="templates")
    for name, template in {"inner": inner, "middle": middle}.items():
        s3.put_object(Bucket="templates", Key=name, Body=json.dumps(template).encode())
    deploy("outer", outer)
    found = read("outer").nested["Middle"]
    assert (found.name, found.region, found.template, found.parameters) == (
        "outer/Middle",
        "us-east-1",
        middle,
        {"Size": "7"},
    )
    assert found.nested["Inner"].template == inner
    assert list(read("outer").nested) == ["Middle"]


def nested(key: str, **parameters: str) -> dict[str, object]:
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"https://templates.s3.amazonaws.com/{key}", "Parameters": parameters},
    }


@pytest.mark.usefixtures("aws")
def test_a_stack_that_is_not_there_is_none_and_so_is_one_of_another_region() -> None:
    deploy("jobs", QUEUE, region="eu-west-1")
    assert deployed_template("jobs", region=None, profile=None) is None
    assert read("jobs", region="eu-west-1").region == "eu-west-1"


@pytest.mark.usefixtures("aws")
def test_a_deleted_stack_is_none() -> None:
    deploy("jobs", QUEUE)
    boto3.client("cloudformation").delete_stack(StackName="jobs")
    assert deployed_template("jobs", region=None, profile=None) is None


@pytest.mark.usefixtures("aws")
def test_a_change_set_that_was_never_executed_has_deployed_nothing() -> None:
    boto3.client("cloudformation").create_change_set(
        StackName="jobs", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=json.dumps(QUEUE)
    )
    assert deployed_template("jobs", region=None, profile=None) is None


@pytest.mark.parametrize(
    "name",
    ["-jobs", "", "7jobs", "jobs;ls", "a" * 129, f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/jobs/1", "jöbs"],
)
def test_what_is_no_name_of_a_stack_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is no name of a stack"):
        deployed_template(name, region="us-east-1", profile=None)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_of_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy("jobs", QUEUE, region="eu-west-1")
    monkeypatch.setenv(variable, "eu-west-1")
    assert read("jobs").region == "eu-west-1"


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(InputError, match="region is not known; state it with --region"):
        deployed_template("jobs", region=None, profile=None)


def test_no_such_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[profile production]\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(InputError, match=r"there is no profile prodction; did you mean 'production'\?"):
        deployed_template("jobs", region=None, profile="prodction")


def test_a_region_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: _Server) -> None:
    (tmp_path / "config").write_text(
        "[profile elsewhere]\nregion = eu-west-3\naws_access_key_id = made-up\naws_secret_access_key = made-up\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    server.answers = [(200, DESCRIBED), (200, GOT)]
    found = deployed_template("jobs", region=None, profile="elsewhere")
    assert found is not None
    assert found.region == "eu-west-3"


def test_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(InputError, match=r"pip install 'fmplan\[aws\]'"):
        deployed_template("jobs", region="us-east-1", profile=None)


@pytest.mark.usefixtures("aws")
def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(InputError, match="no AWS credentials found; configure them"):
        deployed_template("jobs", region="us-east-1", profile=None)


class _Server:
    """A server that gives its answers in turn, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = []
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                content = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    found = _Server()
    monkeypatch.setenv("AWS_ENDPOINT_URL", found.url)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # between tries
    yield found
    found.close()


DESCRIBED = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
<Stacks><member><StackName>jobs</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Parameters>
<member><ParameterKey>Size</ParameterKey><ParameterValue>7</ParameterValue></member>
<member><ParameterKey>Other</ParameterKey><ParameterValue>****</ParameterValue></member>
</Parameters></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""


def got(template: str) -> str:
    return f"""<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult>
<TemplateBody>{template}</TemplateBody></GetTemplateResult></GetTemplateResponse>"""


GOT = got('{"Parameters": {"Size": {"Type": "String"}, "Other": {"Type": "String"}}, "Resources": {}}')


def refusal(code: str, message: str) -> str:
    return f"""<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
<Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"""


def test_the_endpoint_of_the_environment_is_asked(server: _Server) -> None:
    server.answers = [(200, DESCRIBED), (200, GOT)]
    assert read("jobs").parameters == {"Size": "7"}
    assert ["Action=DescribeStacks" in server.asked[0], "TemplateStage=Original" in server.asked[1]] == [True, True]
    assert len(server.asked) == 2


def test_a_stack_that_is_deleted_meanwhile_is_none(server: _Server) -> None:
    server.answers = [(200, DESCRIBED), (400, refusal("ValidationError", "Stack with id jobs does not exist"))]
    assert deployed_template("jobs", region=None, profile=None) is None


def test_it_asks_again_where_there_are_too_many_requests(server: _Server) -> None:
    server.answers = [(400, refusal("Throttling", "Rate exceeded")), (200, DESCRIBED), (200, GOT)]
    assert read("jobs").name == "jobs"


class Case:
    answers: ClassVar = {
        "denied": (
            (403, refusal("AccessDenied", f"User: arn:aws:iam::{ACCOUNT}:user/x is not authorized to perform")),
            "not allowed; the credentials need the permission cloudformation:DescribeStacks",
        ),
        "expired": ((403, refusal("ExpiredToken", "The security token has expired")), "have expired; sign in again"),
        "unknown key": (
            (403, refusal("InvalidClientTokenId", "The security token is invalid")),
            r"does not accept the credentials \(InvalidClientTokenId\)",
        ),
        "throttled": ((400, refusal("Throttling", "Rate exceeded")), "too many requests; try again in a minute"),
        "broken": ((503, refusal("ServiceUnavailable", "")), r"an error of its own \(ServiceUnavailable\); try again"),
        "another": (
            (400, refusal("ValidationError", f"The stack of {ACCOUNT} AKIAABCDEFGHIJKLMNOP&#10;is odd")),
            "refuses DescribeStacks: ValidationError: The stack of … …$",
        ),
        "another service": ((200, "<html>welcome</html"), "an answer that is not CloudFormation's"),
    }


@pytest.mark.parametrize("case", Case.answers)
def test_what_aws_refuses_is_one_sentence_without_accounts_and_keys(case: str, server: _Server) -> None:
    answer, expected = Case.answers[case]
    server.answers = [answer]
    with pytest.raises(InputError, match=expected) as raised:
        deployed_template("jobs", region=None, profile=None)
    text = str(raised.value)
    assert text.startswith("deployed stack jobs: ")
    assert "\n" not in text
    assert not any(secret in text for secret in (ACCOUNT, "arn:", "AKIA", "testing"))


def test_a_server_that_is_not_there(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.close()
    with pytest.raises(InputError, match="AWS can't be reached; see to the network"):
        deployed_template("jobs", region=None, profile=None)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [("nonsense", "AWS configuration: Invalid endpoint: nonsense"), ("http://", "AWS configuration: Invalid endpoint")],
)
def test_an_endpoint_that_is_none(endpoint: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(InputError, match=expected):
        deployed_template("jobs", region=None, profile=None)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("[]", "is no CloudFormation template"),
        ("{", "deployed stack jobs:"),
        ('{"Resources": {"A": {}}}', "Resources.A: has no Type"),
    ],
)
def test_a_template_that_can_not_be_read(template: str, expected: str, server: _Server) -> None:
    server.answers = [(200, DESCRIBED), (200, got(template))]
    with pytest.raises(InputError, match=expected):
        deployed_template("jobs", region=None, profile=None)
