"""Loopback servers that behave like the APIs of GitHub and GitLab: pages, rights, limits, and what goes wrong."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "token-of-a-test-0123456789"
PAGE = 3  # few, so that a few comments are several pages
# What is answered in place of the usual: status, headers, content; None closes the connection.
Odd = tuple[int, dict[str, str], bytes] | None


@dataclass
class State:
    """What a server has and was asked."""

    kind: str  # github | gitlab
    login: str | None = "me"  # None: the token may not ask who it is
    comments: list[dict[str, Any]] = field(default_factory=list)
    odd: list[tuple[str, Odd]] = field(default_factory=list)  # by the request's beginning, "PATCH /repos", each once
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # of each request: line, headers, content, but not the token's header
    viewer: str | None = None  # whom GraphQL says the token belongs to; None: it doesn't answer
    links: bool = True  # pages by Link; else by GitLab's x-next-page, beside a link that nobody can follow
    slow: float = 0.0  # seconds before an answer to GET
    gone: set[int] = field(default_factory=set)  # listed, and deleted right after
    address: str = ""
    number: int = 100

    def add(self, body: str, *, login: str = "me", kind: str = "User", system: bool = False) -> int:
        """Put a comment there; return its id."""
        self.number += 1
        author = {"login": login, "username": login, "type": kind, "id": _id(login)}
        self.comments.append(
            {
                "id": self.number,
                "body": body,
                "user": author,
                "author": author,
                "system": system,
                "html_url": f"https://forge.example/pull/7#c{self.number}",
            }
        )
        return self.number

    def bodies(self) -> list[str]:
        """Return what the comments say."""
        return [each["body"] for each in self.comments]


_COMMENTS = re.compile(r"/(issues|merge_requests)/7/(comments|notes)|/commits/abcdef0/comments|/comments/[0-9]+$")


def _id(login: str) -> int:
    return sum(map(ord, login))


class _Handler(BaseHTTPRequestHandler):
    state: State

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a head and its content are two packets, and the second would wait

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PATCH(self) -> None:
        self._serve("PATCH")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        parts = urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.state.asked.append(f"{method} {parts.path}")
        told = [
            f"{key}: {value}" for key, value in self.headers.items() if key not in {"Authorization", "PRIVATE-TOKEN"}
        ]
        self.state.sent.append("\n".join([self.requestline, *told, content.decode()]))
        if method == "GET":
            time.sleep(self.state.slow)
        for number, (beginning, odd) in enumerate(self.state.odd):
            if f"{method} {parts.path}".startswith(beginning):
                del self.state.odd[number]
                if odd is None:
                    self.close_connection = True
                    self.connection.close()
                else:
                    self._send(odd[0], odd[2], odd[1])
                return
        stated = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
        if stated not in {f"Bearer {TOKEN}", TOKEN}:
            self._json(401, {"message": "Bad credentials"})
        elif parts.path.endswith("/user"):
            allowed = self.state.login is not None
            user = {"login": self.state.login, "id": _id(self.state.login or "")}
            self._json(200 if allowed else 403, user if allowed else {"message": "Resource not accessible"})
        elif parts.path.endswith("/graphql") and self.state.viewer is not None:
            self._json(200, {"data": {"viewer": {"login": self.state.viewer}}})
        elif not _COMMENTS.search(parts.path):
            self._json(404, {"message": "Not Found"})
        else:
            self._comments(method, parts.path, parse_qs(parts.query), content)

    def _comments(self, method: str, path: str, query: dict[str, list[str]], content: bytes) -> None:
        last = path.rpartition("/")[2]
        if method == "GET":
            self._page(path, query)
            return
        body = json.loads(content)["body"] if content else ""
        if len(body) > 65_536 and self.state.kind == "github":
            self._json(422, {"message": "Validation Failed", "errors": [{"message": "body is too long"}]})
        elif method == "POST":
            bot = self.state.viewer or "github-actions[bot]"
            kind = "User" if self.state.login else "Bot"
            number = self.state.add(body, login=self.state.login or bot, kind=kind)
            self._json(201, next(each for each in self.state.comments if each["id"] == number))
        else:
            found = next((each for each in self.state.comments if str(each["id"]) == last), None)
            if found is None or found["id"] in self.state.gone:
                self._json(404, {"message": "Not Found"})
            elif method == "DELETE":
                self.state.comments.remove(found)
                self._send(204, b"", {})
            else:
                found["body"] = body
                self._json(200, found)

    def _page(self, path: str, query: dict[str, list[str]]) -> None:
        number = int(query.get("page", ["1"])[0])
        # GitLab has the newest note first unless it is asked otherwise.
        newest_first = self.state.kind == "gitlab" and query.get("sort") != ["asc"]
        comments = self.state.comments[::-1] if newest_first else self.state.comments
        shown = comments[(number - 1) * PAGE : number * PAGE]
        last = number * PAGE >= len(self.state.comments)
        headers = {}
        if not self.state.links:
            headers = {"X-Next-Page": "" if last else str(number + 1), "Link": '<http://inside:8080/>; rel="next"'}
        elif not last:
            query.pop("page", None)
            address = f"{self.state.address}{path}?{urlencode({**query, 'page': ''}, doseq=True)}"
            headers["Link"] = f'<{address}1>; rel="first", <{address}{number + 1}>; rel="next"'
        self._send(200, json.dumps(shown).encode(), headers)

    def _json(self, status: int, data: object) -> None:
        self._send(status, json.dumps(data).encode(), {})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        # A length that was stated otherwise: the rest never comes.
        self.close_connection = "Content-Length" in headers


@contextmanager
def forge(kind: str, **changes: Any) -> Iterator[State]:  # noqa: ANN401  (the state's fields)
    """Run a server for a test; its address has the API's path."""
    state = State(kind, **changes)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who doesn't wait for the answer has gone
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
