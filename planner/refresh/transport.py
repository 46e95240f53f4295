"""HTTP with bounds: bytes, seconds, no redirect, no compression, TLS as Python checks it; for both clients."""

from __future__ import annotations

import http.client
import os
import re
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from planner.errors import InputError
from planner.refresh.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Sink", "Transport"]

_CHUNK: Final = 1 << 16
_LARGEST_ERROR: Final = 1 << 16
_SERVER_ERROR: Final = 500
_CLIENT_ERROR: Final = 400
_THROTTLED: Final = 429
_NOT_JSON: Final = re.compile(
    r"(?i)\s*(text/html|text/xml|application/xml|image/|video/|audio/|application/pdf).*", re.ASCII
)


class Sink(Protocol):
    """Where a body is written to."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; the body is empty where it went to a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: nothing is asked of another host than the one that was named."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Transport:
    """How long to wait: for a byte, and for an answer as a whole, in seconds."""

    silence_s: float = 30.0
    whole_s: float = 1_800.0

    def send(
        self,
        url: str,
        *,
        most_bytes: int,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        sink: Sink | None = None,
        keep_errors: bool = False,
    ) -> Answer:
        """Return a server's answer, its body written to `sink` where one is given.

        Throttling and server errors raise TransientError, other errors InputError, unless `keep_errors` leaves all
        errors that have a status to the caller.

        Raises:
            TransientError: for what may pass by itself.
            InputError: for a redirect, an answer beyond the bounds, a compressed one, one that is no JSON.
        """
        request = urllib.request.Request(url, data=body, method=method)  # noqa: S310  (endpoint.py checked the scheme)
        for name, value in {**(headers or {}), "Accept-Encoding": "identity"}.items():
            request.add_header(name, value)
        try:
            # The bundle that AWS's own tools read, for proxies with a certificate of their own.
            with _opener(os.environ.get("AWS_CA_BUNDLE") or None).open(request, timeout=self.silence_s) as response:
                return self._read(response, url, most_bytes, sink)
        except urllib.error.HTTPError as error:
            with error:
                return self._refused(error, url, keep_errors=keep_errors)
        except urllib.error.URLError as error:
            raise _failed(url, error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            raise _failed(url, error) from None

    def _read(self, response: http.client.HTTPResponse, url: str, most: int, sink: Sink | None) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
            raise InputError(f"{_host(url)}: answered in an encoding that was not asked for; refused")
        if _NOT_JSON.fullmatch(headers.get("content-type", "")):
            kind = headers["content-type"].split(";")[0].strip()[:40]
            raise InputError(
                f"{_host(url)}: answered '{ascii(kind)[1:-1]}' where JSON was asked for"
                "; is a proxy or a login page in between?"
            )
        stated = headers.get("content-length", "")
        if stated.isascii() and stated.isdigit() and int(stated[:18]) > most:
            raise _too_large(url, most)
        body = bytearray()
        received = 0
        ends = time.monotonic() + self.whole_s
        while chunk := response.read1(_CHUNK):
            received += len(chunk)
            if received > most:
                raise _too_large(url, most)
            if time.monotonic() > ends:
                raise InputError(f"{_host(url)}: an answer took more than {self.whole_s:g} seconds; given up")
            if sink is None:
                body += chunk
            else:
                sink.write(chunk)
        if stated.isascii() and stated.isdigit() and received < int(stated[:18]):
            raise TransientError(f"{_host(url)}: the answer broke off after {received:,} of {stated[:18]} bytes")
        return Answer(response.status, headers, bytes(body))

    def _refused(self, error: urllib.error.HTTPError, url: str, *, keep_errors: bool) -> Answer:
        headers = {name.lower(): value for name, value in error.headers.items()}
        if error.code < _CLIENT_ERROR:
            where = urlsplit(headers.get("location", "")).hostname or "another place"
            raise InputError(f"{_host(url)}: redirects to {ascii(where[:80])[1:-1]}; redirects are not followed")
        if keep_errors:
            return Answer(error.code, headers, error.read(_LARGEST_ERROR))
        if error.code == _THROTTLED or error.code >= _SERVER_ERROR:
            raise TransientError(f"{_host(url)}: answered {error.code}", headers.get("retry-after"))
        raise InputError(f"{_host(url)}: answered {error.code} for {ascii(urlsplit(url).path)[1:-1]}")


@cache
def _opener(bundle: str | None) -> urllib.request.OpenerDirector:
    try:
        context = ssl.create_default_context(cafile=bundle)
    except OSError as error:
        raise InputError(f"AWS_CA_BUNDLE: {bundle}: {error.strerror or error}") from None
    return urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=context))


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _failed(url: str, reason: object) -> TransientError | InputError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return InputError(
            f"{_host(url)}: its certificate is not trusted ({reason.verify_message}); AWS_CA_BUNDLE names another"
        )
    text = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return TransientError(f"{_host(url)}: cannot be reached: {(text or type(reason).__name__).lower()[:200]}")


def _too_large(url: str, most: int) -> InputError:
    path = ascii(urlsplit(url).path)[1:-1]
    return InputError(
        f"{_host(url)}: {path} has more than {most // 1_000_000:,} MB; refused"
        "; name fewer services with --service, or ask with --source api for the products alone"
    )
