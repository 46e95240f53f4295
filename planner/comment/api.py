"""Requests to a forge's API: to the named server alone, asked again where that helps, bounded in time and size."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from planner.comment.connection import connections, origin
from planner.comment.waiting import backoff, waits
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from urllib3.exceptions import HTTPError

__all__ = ["Answer", "Api", "ApiError", "one_line"]

_ATTEMPTS: Final = 5
_LONGEST_WAIT: Final = 120.0  # seconds for one request, all its waits together
_LARGEST: Final = 20_000_000  # bytes of an answer
_MOST_PAGES: Final = 200
_MOST_REDIRECTS: Final = 3
_LONGEST_SAID: Final = 300
_FAULT: Final = 500
# What says the same of a request as it did of GET; 301 and 302 would make a POST a GET.
_REDIRECTS: Final = {"GET": frozenset({301, 302, 307, 308})}
_REDIRECTS_OF_OTHERS: Final = frozenset({307, 308})
_REASONS: Final = {
    "ConnectTimeoutError": "no connection in time",
    "DecodeError": "the answer can't be unpacked",
    "IncompleteRead": "the connection was closed",
    "NameResolutionError": "its host has no address",
    "NewConnectionError": "no connection",
    "ProtocolError": "the connection was closed",
    "ProxyError": "the proxy can't be reached, or refuses",
    "ReadTimeoutError": "no answer in time",
    "SSLError": "no TLS with it: its certificate is not trusted (SSL_CERT_FILE names other authorities)",
}


class ApiError(InputError):
    """An answer that says no; `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Answer(NamedTuple):
    """Parsed JSON, and the headers with small letters."""

    data: Any
    headers: Mapping[str, str]


class _Received(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


class Api:
    """Asks one API; `sleep` waits for seconds, `now` is the time in seconds since 1970."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        secret: str,
        hints: Mapping[int, str],
        sleep: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        self.url = url
        self._headers, self._secret, self._hints = headers, secret, hints
        self._sleep, self._now = sleep, now
        self._http = connections(url)

    def ask(self, method: str, path: str, body: object = None, *, base: str | None = None) -> Answer:
        """Return an answer; `base` is another address of the same server.

        Raises:
            ApiError: where the API says no, with what to do.
            InputError: where it can't be reached, limits requests for longer than is waited, or the host is another.
        """
        return self._at(method, f"{self.url if base is None else base}{path}", body)

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of all pages of a list, following the API's own links.

        Raises:
            InputError: as `ask`, for a page that is no list, for a link to another host, for a list without end.
        """
        url = f"{self.url}{path}"
        for _ in range(_MOST_PAGES):
            data, headers = self._at("GET", url, None)
            if not isinstance(data, list):
                raise InputError(f"GET {_shown(url)}: the answer is no list")
            yield from data
            following = _next_page(url, headers)
            if following is None:
                return
            if origin(following) != origin(self.url):
                raise InputError(f"GET {_shown(url)}: the next page is on another host; it is not asked")
            url = following
        raise InputError(f"GET {_shown(url)}: has more than {_MOST_PAGES} pages")

    def _at(self, method: str, url: str, body: object) -> Answer:
        from urllib3.exceptions import HTTPError

        payload = None if body is None else json.dumps(body).encode()
        waited = 0.0
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                received = self._once(method, url, payload)
            except HTTPError as error:
                if attempt == _ATTEMPTS or not _may_repeat(error, method):
                    raise InputError(f"{method} {_shown(url)}: {_reason(error)}") from None
                wait = backoff(attempt)
            else:
                stated = waits(method, received.status, received.headers, attempt, now=self._now())
                if stated is None or (received.status >= _FAULT and attempt == _ATTEMPTS):
                    return self._read(method, url, received)
                wait = stated
                if attempt == _ATTEMPTS or waited + wait > _LONGEST_WAIT:
                    raise InputError(
                        f"{method} {_shown(url)}: {received.status}: the API limits requests; "
                        f"try again later (it asks to wait for {wait:,.0f} seconds, {_LONGEST_WAIT:.0f} are waited)"
                    )
            waited += wait
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, url: str, payload: bytes | None) -> _Received:
        """Return what is received, of the same server where it redirects to itself."""
        received = self._exchange(method, url, payload)
        for _ in range(_MOST_REDIRECTS):
            location = received.headers.get("location")
            if location is None or received.status not in _REDIRECTS.get(method, _REDIRECTS_OF_OTHERS):
                break
            url = urljoin(url, location)
            if origin(url) != origin(self.url):
                break
            received = self._exchange(method, url, payload)
        return received

    def _exchange(self, method: str, url: str, payload: bytes | None) -> _Received:
        response = self._http.request(
            method, url, body=payload, headers=self._headers, redirect=False, retries=False, preload_content=False
        )
        try:
            content = response.read(_LARGEST + 1, decode_content=True)
        finally:
            # What is left of an answer that is too large is not waited for.
            response.close()
        return _Received(response.status, {key.lower(): value for key, value in response.headers.items()}, content)

    def _read(self, method: str, url: str, received: _Received) -> Answer:
        status, headers, content = received
        where = f"{method} {_shown(url)}: {status}"
        if 300 <= status < 400:  # noqa: PLR2004  (redirects)
            raise ApiError(
                f"{where}: the API sends elsewhere; a token is not sent there. Is its address right?", status
            )
        if len(content) > _LARGEST:
            raise ApiError(f"{where}: the answer is larger than {_LARGEST // 1_000_000} MB", status)
        if status >= 400:  # noqa: PLR2004  (errors)
            fault = "the server fails; try again later" if status >= _FAULT else ""
            hint = self._hints.get(status, fault)
            said = one_line(_said(content).replace(self._secret, "***"))[:_LONGEST_SAID]
            raise ApiError(": ".join(filter(None, (where, said, hint))), status)
        if not content.strip():
            return Answer(None, headers)
        try:
            return Answer(json.loads(content), headers)
        except (ValueError, RecursionError):
            raise ApiError(f"{where}: the answer is no JSON; is the API's address right?", status) from None


def one_line(text: str) -> str:
    """Return a text that somebody else wrote without what ends a line or moves a terminal's cursor."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text).strip()


def _next_page(url: str, headers: Mapping[str, str]) -> str | None:
    """Return the next page's address: GitLab states its number, GitHub a link."""
    number = headers.get("x-next-page")
    if number is not None:
        if not number.isdecimal():
            return None
        parts = urlsplit(url)
        query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
        return urlunsplit(parts._replace(query=urlencode([*query, ("page", number)])))
    for link in headers.get("link", "").split(","):
        address, _, parameters = link.partition(";")
        if 'rel="next"' in parameters.replace(" ", ""):
            return urljoin(url, address.strip().strip("<>"))
    return None


def _may_repeat(error: HTTPError, method: str) -> bool:
    """Whether a request may be sent once more: what may have been done already is not done twice."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

    if isinstance(error, SSLError):
        return False
    return method != "POST" or isinstance(error, NewConnectionError | ConnectTimeoutError)


def _shown(url: str) -> str:
    """Return an address without its query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _reason(error: HTTPError) -> str:
    """Return what failed, without the addresses and objects in urllib3's own words."""
    for each in type(error).__mro__:
        if each.__name__ in _REASONS:
            return _REASONS[each.__name__]
    return "it can't be asked"


def _said(content: bytes) -> str:
    """Return the API's own message; nothing for pages of HTML."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    said = [data.get("message") or data.get("error")]
    errors = data.get("errors")
    if isinstance(errors, list):
        said += [each.get("message") if isinstance(each, dict) else each for each in errors]
    return " ".join(str(each) for each in said if each)
