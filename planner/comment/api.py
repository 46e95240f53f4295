"""Requests to a forge's API: over TLS, never redirected, retried where that helps, bounded in time and size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Answer", "Api", "ApiError", "checked_url"]

_ATTEMPTS: Final = 5
_LONGEST_WAIT: Final = 120.0  # seconds; whoever asks for more is told to come back later
_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 30.0
_LARGEST: Final = 20_000_000  # bytes of an answer
_MOST_PAGES: Final = 200
_LONGEST_SAID: Final = 300
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_FORBIDDEN: Final = 403
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class ApiError(InputError):
    """An answer that says no; `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Answer(NamedTuple):
    """Parsed JSON, and the headers with small letters."""

    data: Any
    headers: Mapping[str, str]


def checked_url(url: str, *, variable: str) -> str:
    """Return an API's address without its last slash.

    Raises:
        InputError: for one that a token must not be sent to: without TLS, but for this machine, or with a password.
    """
    parts = urlsplit(url)
    allowed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not allowed or not parts.hostname or "@" in parts.netloc:
        raise InputError(f"{variable}: is no https address of an API, such as https://api.github.com")
    return url.rstrip("/")


class Api:
    """Asks one API; `sleep` waits for seconds, `now` is the time in seconds since 1970."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        hints: Mapping[int, str],
        sleep: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        self._url, self._headers, self._hints = url, headers, hints
        self._sleep, self._now = sleep, now
        self._http = _connections(url)

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Return an answer.

        Raises:
            ApiError: where the API says no, with what to do.
            InputError: where it can't be reached, or answers something else than JSON.
        """
        return self._at(method, f"{self._url}{path}", body)

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of all pages of a list, following the API's own links.

        Raises:
            InputError: as `ask`, for a page that is no list, and for a link to another host.
        """
        url = f"{self._url}{path}"
        for _ in range(_MOST_PAGES):
            data, headers = self._at("GET", url, None)
            if not isinstance(data, list):
                raise InputError(f"GET {_shown(url)}: the answer is no list")
            yield from data
            following = _next_link(headers.get("link", ""))
            if following is None:
                return
            if urlsplit(following)[:2] != urlsplit(self._url)[:2]:
                raise InputError(f"GET {_shown(url)}: the next page is on another host; it is not asked")
            url = following

    def _at(self, method: str, url: str, body: object) -> Answer:
        from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

        payload = None if body is None else json.dumps(body).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = self._http.request(
                    method,
                    url,
                    body=payload,
                    headers=self._headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                content = response.read(_LARGEST + 1, decode_content=True)
                response.release_conn()
            except HTTPError as error:
                # What may have been done already is not done twice.
                again = method != "POST" or isinstance(error, NewConnectionError | ConnectTimeoutError)
                if again and attempt < _ATTEMPTS:
                    self._sleep(float(2 ** (attempt - 1)))
                    continue
                raise InputError(f"{method} {_shown(url)}: {_reason(error)}") from None
            headers = {key.lower(): value for key, value in response.headers.items()}
            wait = self._wait(method, response.status, headers, attempt)
            if wait is None:
                return self._read(method, url, response.status, headers, content)
            if attempt == _ATTEMPTS or wait > _LONGEST_WAIT:
                raise ApiError(
                    f"{method} {_shown(url)}: {response.status}: the API limits requests; try again later",
                    response.status,
                )
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, method: str, status: int, headers: Mapping[str, str], attempt: int) -> float | None:
        """Return for how long to wait before asking again; None where asking again would not help."""
        limited = status == _FORBIDDEN and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0")
        if status not in _BUSY and not limited:
            return None
        if status in {500, 502, 504} and (method == "POST" or attempt == _ATTEMPTS):
            return None  # it may have been done; what it said is told
        stated = headers.get("retry-after", "")
        if stated.isdecimal():
            return float(stated)
        reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
        if limited or headers.get("x-ratelimit-remaining") == "0":
            return max(1.0, float(reset) - self._now()) if reset.isdecimal() else 60.0
        return float(2 ** (attempt - 1))

    def _read(self, method: str, url: str, status: int, headers: Mapping[str, str], content: bytes) -> Answer:
        where = f"{method} {_shown(url)}: {status}"
        if 300 <= status < 400:  # noqa: PLR2004  (redirects)
            raise ApiError(
                f"{where}: the API sends elsewhere; a token is not sent there. Is its address right?", status
            )
        if len(content) > _LARGEST:
            raise ApiError(f"{where}: the answer is larger than {_LARGEST // 1_000_000} MB", status)
        if status >= 400:  # noqa: PLR2004  (errors)
            hint = self._hints.get(status, "")
            raise ApiError(": ".join(filter(None, (where, _said(content), hint))), status)
        if not content.strip():
            return Answer(None, headers)
        try:
            return Answer(json.loads(content), headers)
        except ValueError:
            raise ApiError(f"{where}: the answer is no JSON; is the API's address right?", status) from None


def _connections(url: str) -> Any:  # noqa: ANN401  (a pool with or without a proxy)
    import urllib.request

    import urllib3

    parts = urlsplit(url)
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and parts.hostname and not urllib.request.proxy_bypass(parts.hostname):
        return urllib3.ProxyManager(proxy, timeout=timeout)
    return urllib3.PoolManager(timeout=timeout)


def _next_link(header: str) -> str | None:
    for link in header.split(","):
        address, _, parameters = link.partition(";")
        if 'rel="next"' in parameters.replace(" ", ""):
            return address.strip().strip("<>")
    return None


def _shown(url: str) -> str:
    """Return an address without its query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _reason(error: Exception) -> str:
    """Return what failed, without the addresses and objects in urllib3's own words."""
    names = {
        "NewConnectionError": "no connection",
        "NameResolutionError": "its host has no address",
        "ConnectTimeoutError": "no connection in time",
        "ReadTimeoutError": "no answer in time",
        "ProtocolError": "the connection was closed",
        "SSLError": "its certificate is not trusted",
        "ProxyError": "the proxy can't be reached",
    }
    return names.get(type(error).__name__, type(error).__name__)


def _said(content: bytes) -> str:
    """Return the API's own message, without control characters; nothing for pages of HTML."""
    try:
        data = json.loads(content)
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    said = [data.get("message") or data.get("error") or ""]
    said += [each.get("message", "") for each in data.get("errors") or () if isinstance(each, dict)]
    text = " ".join(str(each) for each in said if each)
    return "".join(each for each in text if each.isprintable())[:_LONGEST_SAID]
