"""Requests: waits, redirects, what is no answer, proxies, TLS."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from planner.comment import api as api_module
from planner.comment import connection
from planner.comment.api import Api, ApiError, one_line
from planner.comment.connection import checked_url, origin
from planner.comment.waiting import waits
from planner.errors import InputError
from tests.planner.comment.forges import TOKEN, Odd, State, forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_000_000.0
LIST = "/repos/team/app/issues/7/comments"


@pytest.fixture
def state() -> Iterator[State]:
    with forge("github") as found:
        yield found


class Client:
    """An API's client whose waits are written down."""

    def __init__(self, url: str) -> None:
        self.waited: list[float] = []
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self.api = Api(url, headers, secret=TOKEN, hints={403: "the right"}, sleep=self.waited.append, now=lambda: NOW)


def refused(client: Client, method: str = "GET", path: str = LIST) -> str:
    with pytest.raises(InputError) as error:
        client.api.ask(method, path, None if method == "GET" else {"body": "x"})
    assert TOKEN not in str(error.value)
    assert str(error.value).isprintable()
    return str(error.value)


@pytest.mark.parametrize(
    ("method", "status", "headers", "attempt", "seconds"),
    [
        ("GET", 200, {}, 1, None),
        ("GET", 500, {}, 1, 1),
        ("PATCH", 502, {}, 3, 4),
        ("DELETE", 504, {}, 4, 8),
        ("POST", 500, {}, 1, None),  # it may have been written
        ("POST", 502, {"retry-after": "1"}, 1, None),
        ("POST", 503, {}, 2, 2),  # it was turned away
        ("POST", 429, {}, 1, 1),
        ("GET", 429, {"retry-after": "17"}, 1, 17),
        ("GET", 503, {"retry-after": "Mon, 12 Jan 1970 13:46:45 GMT"}, 1, 5),  # NOW is 13:46:40 on that day
        ("GET", 503, {"retry-after": "Mon, 12 Jan 1970 13:00:00 GMT"}, 1, 1),  # gone by
        ("GET", 503, {"retry-after": "soon"}, 2, 2),
        ("GET", 403, {}, 1, None),
        ("GET", 403, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1000009"}, 1, None),
        ("GET", 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000009"}, 1, 9),
        ("POST", 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "999000"}, 1, 1),  # gone by
        ("GET", 403, {"x-ratelimit-remaining": "0"}, 1, 60),  # GitHub: a minute at the least
        ("GET", 403, {"retry-after": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000009"}, 1, 30),
        ("GET", 429, {"x-ratelimit-remaining": "0", "ratelimit-reset": "1000020"}, 1, 20),  # GitLab's name
        ("GET", 401, {"retry-after": "1"}, 1, None),
        ("GET", 404, {"x-ratelimit-remaining": "0"}, 1, None),
        ("GET", 422, {}, 1, None),
    ],
)
def test_for_how_long_an_answer_is_waited_for(
    method: str, status: int, headers: dict[str, str], attempt: int, seconds: int | None
) -> None:
    assert waits(method, status, headers, attempt, now=NOW) == seconds


def test_waits_are_two_minutes_in_all_at_most(state: State) -> None:
    state.odd += [("GET", (429, {"Retry-After": "70"}, b"")) for _ in range(2)]
    client = Client(state.address)
    said = refused(client)
    assert client.waited == [70.0]
    assert said.endswith("try again later (it asks to wait for 70 seconds, 120 are waited)")


def test_a_limit_is_not_the_403_that_may_be_tolerated(state: State) -> None:
    state.odd.append(("GET", (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1003600"}, b"{}")))
    with pytest.raises(InputError, match="wait for 3,600 seconds") as error:
        Client(state.address).api.ask("GET", LIST)
    assert not isinstance(error.value, ApiError)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, {"Content-Length": "9000"}, b"[]"), "the connection was closed"),  # the rest never comes
        ((200, {"Content-Encoding": "gzip"}, b"[]"), "the answer can't be unpacked"),
        ((200, {}, b"[" * 200_000), "the answer is no JSON"),
        ((200, {}, b"\xff\xfe"), "the answer is no JSON"),
        ((200, {}, b"x" * 4000), "is larger than"),
        ((403, {}, b"[" * 200_000), ": 403: "),
        ((404, {}, b"<html>\n<h1>Not found</h1>"), f"{LIST}: 404"),
        ((404, {}, b""), f"{LIST}: 404"),
        ((404, {}, b'"text"'), f"{LIST}: 404"),
        ((403, {}, b'{"message": "a\\nb\\u001b[2Jc\\u202e"}'), ": 403: a b[2Jc: the right"),
        ((403, {}, b'{"message": {"note": ["is blank"]}, "errors": 5}'), ": 403: {'note': ['is blank']}: the right"),
        ((403, {}, b'{"error": "insufficient_scope", "errors": ["a", {"message": 7}]}'), "insufficient_scope a 7"),
        ((403, {}, b'{"message": "not with ' + TOKEN.encode() + b'"}'), "not with ***: the right"),
    ],
)
def test_what_is_no_answer_is_one_message(
    state: State, monkeypatch: pytest.MonkeyPatch, answer: Odd, said: str
) -> None:
    if answer and len(answer[2]) == 4000:
        monkeypatch.setattr(api_module, "_LARGEST", 3999)
    state.odd += [("GET", answer)] * 5
    assert said in refused(Client(state.address), path=f"{LIST}?per_page=100")


def test_an_address_is_told_without_its_query(state: State) -> None:
    state.odd.append(("GET", (404, {}, b"")))
    assert refused(Client(state.address), path=f"{LIST}?secret=1") == f"GET {state.address}{LIST}: 404"


def test_an_answer_that_doesn_t_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_READ_SECONDS", 0.05)
    with forge("github", slow=0.3) as state:
        client = Client(state.address)
        assert "no answer in time" in refused(client)
        assert client.waited == [1.0, 2.0, 4.0, 8.0]


def test_a_connection_that_breaks_is_asked_again_but_a_comment_is_not_written_twice(state: State) -> None:
    client = Client(state.address)
    state.odd += [("GET", None), ("GET", (200, {"Content-Length": "9"}, b"[]"))]
    assert client.api.ask("GET", LIST).data == []
    assert client.waited == [1.0, 2.0]
    state.odd.append(("POST", (201, {"Content-Length": "9"}, b"{}")))
    assert "the connection was closed" in refused(client, "POST")
    assert state.asked.count(f"POST {LIST}") == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_token_is_never_sent_to_where_another_host_is(state: State, method: str, status: int) -> None:
    with forge("github") as elsewhere:
        state.odd.append((method, (status, {"Location": f"{elsewhere.address}{LIST}"}, b"")))
        assert "a token is not sent there" in refused(Client(state.address), method)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("method", "status", "followed"),
    [
        ("GET", 301, True),
        ("GET", 302, True),
        ("GET", 307, True),
        ("POST", 307, True),  # a repository that was renamed
        ("POST", 308, True),
        ("POST", 301, False),  # it would become a GET
        ("POST", 303, False),
    ],
)
def test_the_same_server_may_redirect_to_itself(state: State, method: str, status: int, followed: bool) -> None:
    state.odd.append((f"{method} /repos/old", (status, {"Location": LIST}, b"")))
    client = Client(state.address)
    if followed:
        client.api.ask(method, "/repos/old", {"body": "x"} if method == "POST" else None)
        assert state.asked == [f"{method} /repos/old", f"{method} {LIST}"]
    else:
        assert "sends elsewhere" in refused(client, method, "/repos/old")
        assert len(state.asked) == 1


def test_redirects_in_a_circle_end(state: State) -> None:
    state.odd += [("GET", (302, {"Location": LIST}, b""))] * 9
    assert "sends elsewhere" in refused(Client(state.address))
    assert len(state.asked) == 4


def test_a_list_without_end(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "_MOST_PAGES", 5)
    link = {"Link": f'<{LIST}>; rel="next"'}
    state.odd += [("GET", (200, link, b"[]"))] * 9
    with pytest.raises(InputError, match="has more than 5 pages"):
        list(Client(state.address).api.pages(LIST))
    assert len(state.asked) == 5


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://api.github.com", True),
        ("https://github.example:8443/api/v3/", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost/api", True),
        ("http://[::1]:80", True),
        ("http://127.0.0.1.example", False),
        ("http://api.github.com", False),
        ("https://me:secret@api.github.com", False),
        ("https://api.github.com?x=1", False),
        ("https://api.github.com#x", False),
        ("https://api.github.com:port", False),
        ("https://api.github.com:99999", False),
        ("https://[::1", False),
        ("https://", False),
        ("api.github.com", False),
        ("ftp://api.github.com", False),
        ("https://api.github.com\\@evil.example", False),
        ("https://api.github.com\nHost: x", False),
    ],
)
def test_addresses_that_a_token_may_be_sent_to(url: str, allowed: bool) -> None:
    if allowed:
        assert checked_url(url, variable="URL") == url.rstrip("/")
        return
    with pytest.raises(InputError, match="URL: is no https address") as error:
        checked_url(url, variable="URL")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://A.example:443/y?z", True),
        ("https://a.example", "http://a.example", False),
        ("https://a.example", "https://a.example:444", False),
        ("https://a.example", "https://a.example@b.example", False),
        ("https://a.example", "https://a.example.b", False),
        ("https://a.example", "https://[", False),
    ],
)
def test_whether_two_addresses_are_of_one_server(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) == same


def test_one_line_of_what_somebody_wrote() -> None:
    assert one_line("a\r\nb\x1b[31m\u2028c\x00 ") == "a  b[31m c"


class _Proxy(BaseHTTPRequestHandler):
    seen: list[str]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_CONNECT(self) -> None:
        self.seen.append(f"{self.requestline}\n{self.headers}")
        self.send_error(403)


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that opens no tunnel: host and port, and what it was asked."""
    seen: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Proxy", (_Proxy,), {"seen": seen}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def surroundings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_sees_the_host_alone(
    monkeypatch: pytest.MonkeyPatch, proxy: tuple[str, list[str]], scheme: str
) -> None:
    address, seen = proxy
    surroundings(monkeypatch, HTTPS_PROXY=f"{scheme}us%40er:pass@{address}")
    said = refused(Client("https://api.forge.example"), "POST")
    assert said == f"POST https://api.forge.example{LIST}: the proxy can't be reached, or refuses"
    assert len(seen) == 1
    assert seen[0].startswith("CONNECT api.forge.example:443 ")
    assert "Basic dXNAZXI6cGFzcw==" in seen[0]  # base64 of us@er:pass
    assert TOKEN not in seen[0]


def test_what_no_proxy_names_and_this_machine_are_asked_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, proxy: tuple[str, list[str]], state: State
) -> None:
    address, seen = proxy
    surroundings(monkeypatch, HTTP_PROXY=f"http://{address}", HTTPS_PROXY=f"http://{address}", NO_PROXY="forge.invalid")
    assert Client(state.address).api.ask("GET", LIST).data == []
    assert "its host has no address" in refused(Client("https://api.forge.invalid"))
    assert seen == []


@pytest.mark.parametrize("address", ["socks5://u:secret@x:1", "http://u:secret@", "http://x:secret", "http://[x"])
def test_a_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    surroundings(monkeypatch, HTTPS_PROXY=address)
    with pytest.raises(InputError, match=r"^HTTPS_PROXY: is no .*address") as error:
        Client("https://api.forge.example").api.ask("GET", LIST)
    assert "secret" not in str(error.value)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that nobody vouches for, with its key."""
    path = tmp_path / "localhost.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*made, "-keyout", path, "-out", tmp_path / "part.pem"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (tmp_path / "part.pem").read_bytes())
    return path


def test_a_certificate_that_is_not_trusted_is_sent_nothing(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    surroundings(monkeypatch)
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            received.append(str(self.headers))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Server(HTTPServer):
        def get_request(self) -> tuple[Any, Any]:
            plain, address = super().get_request()
            return context.wrap_socket(plain, server_side=True), address

        def handle_error(self, *_: object) -> None:
            """Whoever does not trust the certificate goes."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        url = f"https://localhost:{server.server_port}"
        client = Client(url)
        assert "its certificate is not trusted" in refused(client)
        assert (received, client.waited) == ([], [])
        monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate))
        assert Client(url).api.ask("GET", LIST).data == []
        assert len(received) == 1
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert refused(client, "POST").endswith(": no connection")
        assert client.waited == [1.0, 2.0, 4.0, 8.0]
