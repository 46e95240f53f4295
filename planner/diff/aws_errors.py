"""What AWS or the way to it refuses, as one sentence for the user: what to do, and no account, ARN or key."""

from __future__ import annotations

import re
from typing import Final

from planner.errors import InputError

__all__ = ["refused"]

_THROTTLED: Final = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException"}
)
_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch"}
    | {"InvalidAccessKeyId", "MissingAuthenticationToken", "MissingAuthenticationTokenException"}
    | {"IncompleteSignature", "AuthFailure"}
)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_SERVER_ERROR: Final = 500
_LONGEST: Final = 200
_ARN: Final = re.compile(r"arn:[\w-]+:[^\s'\"]*")
_ACCOUNT: Final = re.compile(r"\b\d{12}\b")
_KEY: Final = re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{12,}\b")
# By the name of botocore's class: its packages have no types.
_OF_BOTOCORE: Final = {
    "NoCredentialsError": "no AWS credentials found; configure them as for the AWS CLI, or name one with --profile",
    "PartialCredentialsError": "the AWS credentials are incomplete; configure them as for the AWS CLI",
    "CredentialRetrievalError": "AWS credentials can't be had; sign in again",
    "TokenRetrievalError": "AWS credentials can't be had; sign in again (aws sso login)",
    "SSOTokenLoadError": "AWS credentials can't be had; sign in again (aws sso login)",
    "UnauthorizedSSOTokenError": "the sign-in has expired; sign in again (aws sso login)",
    "EndpointConnectionError": "AWS can't be reached; see to the network, the region and AWS_ENDPOINT_URL",
    "ConnectTimeoutError": "AWS does not answer; see to the network and AWS_ENDPOINT_URL",
    "ReadTimeoutError": "AWS does not answer; see to the network and AWS_ENDPOINT_URL",
    "ConnectionClosedError": "AWS can't be reached: the connection was closed; see to the network",
    "ProxyConnectionError": "the proxy of HTTPS_PROXY can't be reached",
    "SSLError": "the TLS certificate of the endpoint isn't trusted; see to AWS_CA_BUNDLE",
    "ResponseParserError": "the endpoint gives an answer that is not CloudFormation's; see to AWS_ENDPOINT_URL",
}


def refused(error: Exception, stack: str, operation: str) -> InputError:
    """Return the error for a question about a stack that botocore or AWS refused."""
    return InputError(f"deployed stack {stack}: {_reason(error, operation)}")


def _reason(error: Exception, operation: str) -> str:
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        known = [_OF_BOTOCORE[each.__name__] for each in type(error).__mro__ if each.__name__ in _OF_BOTOCORE]
        return known[0] if known else f"{type(error).__name__}: {_without_ids(str(error))}"
    stated = response.get("Error", {})
    code, message = str(stated.get("Code") or ""), _without_ids(str(stated.get("Message") or ""))
    if code in _DENIED:
        return f"not allowed; the credentials need the permission cloudformation:{operation}"
    if code in _EXPIRED:
        return "the AWS credentials have expired; sign in again"
    if code in _UNKNOWN:
        return f"AWS does not accept the credentials ({_without_ids(code)})"
    if code in _THROTTLED:
        return "CloudFormation answers that there are too many requests; try again in a minute"
    if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        return f"CloudFormation has an error of its own ({_without_ids(code)} {message}); try again".replace(" )", ")")
    return f"CloudFormation refuses {operation}: {_without_ids(code)}: {message}"


def _without_ids(text: str) -> str:
    """Return a text's first line, printable and short, without ARNs, account numbers and key ids."""
    line = next(iter(text.strip().splitlines()), "")
    for pattern in (_ARN, _ACCOUNT, _KEY):
        line = pattern.sub("…", line)
    return "".join(each if each.isprintable() else "?" for each in line)[:_LONGEST]
