"""The template of a stack as it is deployed, with its nested stacks and the parameters that it was given."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from planner.diff.aws_errors import refused
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["DeployedTemplate", "deployed_template"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}", re.ASCII)
_NESTED: Final = "AWS::CloudFormation::Stack"
_DEEPEST: Final = 16
_HIDDEN: Final = "****"  # what CloudFormation answers for a NoEcho parameter
# Nothing of these is there: a change set that was never executed, or a creation that was undone.
_NOTHING_THERE: Final = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE"})
_INSTALL: Final = "boto3 is not installed, which --deployed needs; add it with: pip install 'fmplan[aws]'"


@dataclass(frozen=True, slots=True)
class DeployedTemplate:
    """A deployed stack's template as it was handed in, before transforms.

    `parameters` leaves out what is declared NoEcho; `nested` has the templates of nested stacks by logical id.
    """

    template: Mapping[str, Any]
    name: str
    region: str
    parameters: Mapping[str, str]
    nested: Mapping[str, DeployedTemplate] = field(default_factory=dict)


def deployed_template(stack: str, *, region: str | None, profile: str | None) -> DeployedTemplate | None:
    """Return what is deployed as a stack; None where the region has no such stack, or an empty one.

    Credentials, region and endpoint (`AWS_ENDPOINT_URL`) are found where the AWS CLI finds them.

    Raises:
        InputError: without boto3, region, credentials, permission or network, and for a template that can't be read.
    """
    if not _NAME.fullmatch(stack):
        raise InputError(
            f"--deployed {ascii(stack)[:200]}: is no name of a stack (letters, digits and hyphens, a letter first); "
            "write its name, not its ARN, and its region as --region us-east-1"
        )
    client = _client(region, profile)
    return _read(client, stack, stack, _DEEPEST)


def _client(region: str | None, profile: str | None) -> Any:  # noqa: ANN401  (boto3 makes clients at run time)
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError, ProfileNotFound  # type: ignore[import-untyped]
        from botocore.handlers import json_decode_template_body  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(_INSTALL) from None
    try:
        # boto3 leaves out the variable that the other SDKs read.
        session = boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION") or None)
        if session.region_name is None:
            raise InputError("--deployed: the stack's region is not known; state it with --region us-east-1")
        config = Config(connect_timeout=10, read_timeout=30, retries={"total_max_attempts": 4, "mode": "standard"})
        client = session.client("cloudformation", config=config)
    except ProfileNotFound:
        from planner.near import did_you_mean

        near = did_you_mean(str(profile), boto3.Session().available_profiles) if profile else ""
        raise InputError(f"AWS configuration: there is no profile {profile or 'of AWS_PROFILE'}{near}") from None
    except (BotoCoreError, ValueError) as error:
        raise InputError(f"AWS configuration: {error}") from None
    # botocore would read JSON through float: a body is read like any template, as Decimal and with limits.
    client.meta.events.unregister("after-call.cloudformation.GetTemplate", json_decode_template_body)
    return client


def _read(client: Any, stack: str, shown: str, levels: int) -> DeployedTemplate | None:  # noqa: ANN401
    """Return a stack that is named, or nested and named by its ARN, which is never shown."""
    described = _asked(client, "describe_stacks", shown, StackName=stack)
    if described is None:
        return None
    state = described["Stacks"][0]
    if state.get("StackStatus") in _NOTHING_THERE:
        return None
    answer = _asked(client, "get_template", shown, StackName=stack, TemplateStage="Original")
    if answer is None:
        return None  # deleted since the other question
    template = _parsed(answer["TemplateBody"], shown)
    nested = dict(_nested(client, stack, shown, template, levels))
    parameters = _parameters(state.get("Parameters", ()), template)
    return DeployedTemplate(template, shown, client.meta.region_name, parameters, nested)


def _asked(client: Any, operation: str, shown: str, **question: str) -> dict[str, Any] | None:  # noqa: ANN401
    """Return an answer; None where there is no such stack."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
    from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]

    try:
        answer: dict[str, Any] = getattr(client, operation)(**question)
    except (BotoCoreError, ClientError, HTTPClientError, ResponseParserError) as error:
        stated = getattr(error, "response", {}).get("Error", {})
        if stated.get("Code") == "ValidationError" and "does not exist" in str(stated.get("Message")):
            return None
        raise refused(error, shown, client.meta.method_to_api_mapping[operation]) from None
    return answer


def _parsed(body: object, shown: str) -> dict[str, Any]:
    from planner.estimate.read import check_template

    source = f"deployed stack {shown}"
    if not isinstance(body, str):
        raise InputError(f"{source}: CloudFormation answers no template for it")
    if body.lstrip()[:1] == "{":
        from planner.yaml12 import load_json as load
    else:
        from planner.estimate.read_yaml import load_template_yaml as load
    return check_template(load(body, source=source), source)


def _parameters(stated: Any, template: Mapping[str, Any]) -> dict[str, str]:  # noqa: ANN401  (of boto3's answer)
    """Return the parameters' values, those that CloudFormation read from the Parameter Store as it read them."""
    declared = template.get("Parameters") or {}
    found = {each["ParameterKey"]: each.get("ResolvedValue", each.get("ParameterValue", "")) for each in stated}
    return {
        name: value
        for name, value in found.items()
        if name in declared and value != _HIDDEN and str((declared[name] or {}).get("NoEcho", "")).lower() != "true"
    }


def _nested(
    client: Any,  # noqa: ANN401
    stack: str,
    shown: str,
    template: Mapping[str, Any],
    levels: int,
) -> Iterator[tuple[str, DeployedTemplate]]:
    if not any(resource.get("Type") == _NESTED for resource in _resources(template)):
        return
    if not levels:
        raise InputError(f"deployed stack {shown}: its stacks are nested more than {_DEEPEST} deep")
    token: dict[str, str] = {}
    while True:
        page = _asked(client, "list_stack_resources", shown, StackName=stack, **token) or {}
        for each in page.get("StackResourceSummaries", ()):
            physical = each.get("PhysicalResourceId")  # an ARN; none where its creation hasn't begun
            if each["ResourceType"] == _NESTED and physical:
                name = each["LogicalResourceId"]
                found = _read(client, physical, f"{shown}/{name}", levels - 1)
                if found is not None:
                    yield name, found
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _resources(template: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for name, each in template["Resources"].items() if not str(name).startswith("Fn::"))
