"""Where the price list is asked: --endpoint-url, else AWS's usual variables, else AWS."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from planner.errors import InputError

__all__ = ["AWS", "bulk_endpoint", "checked"]

AWS: Final = "https://pricing.us-east-1.amazonaws.com"
_VARIABLES: Final = ("AWS_ENDPOINT_URL_PRICING", "AWS_ENDPOINT_URL")


def checked(url: str, named: str) -> str:
    """Return an endpoint without a slash at its end.

    Raises:
        InputError: for what is no http or https address.
    """
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_sound = urlsplit(""), False
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not port_is_sound
        or parts.query
        or parts.fragment
    ):
        raise InputError(f"{named}: '{ascii(url)[1:-1]}' is no address; write it as {AWS}")
    if parts.username or parts.password:
        raise InputError(f"{named}: an address with a password in it is not accepted")
    return url.rstrip("/")


def bulk_endpoint(given: str | None) -> str:
    """Return the endpoint of the public files; boto3 reads the same variables for the API itself."""
    if given is not None:
        return checked(given, "--endpoint-url")
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() != "true":
        for name in _VARIABLES:
            if os.environ.get(name):
                return checked(os.environ[name], name)
    return AWS
