"""A loopback server with the comments of one pull or merge request, as GitHub's and GitLab's APIs keep them."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CommentsApi", "comments_api"]

_LIST = re.compile(r"/(?:repos/shop/assistant/issues/7/comments|projects/42/merge_requests/7/notes)")
_ONE = re.compile(r"/(?:repos/shop/assistant/issues/comments|projects/42/merge_requests/7/notes)/(\d+)")


@dataclass(slots=True)
class CommentsApi:
    """The comments by their number, who asked with which token, and whether the token may write."""

    url: str = ""
    may_write: bool = True
    comments: dict[int, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)


@contextmanager
def comments_api() -> Iterator[CommentsApi]:
    """Serve comments on the loopback interface while the block lasts."""
    state = CommentsApi()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, body: Any) -> None:  # noqa: ANN401
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _shown(self, number: int) -> dict[str, Any]:
            return {
                "id": number,
                "body": state.comments[number],
                "user": {"login": "github-actions[bot]", "type": "Bot"},
                "author": {"id": 5},
                "html_url": f"{state.url}/comment/{number}",
                "system": False,
            }

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            state.tokens.add(self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or "")
            path = self.path.partition("?")[0]
            one = _ONE.fullmatch(path)
            if self.command != "GET" and not state.may_write:
                self._answer(403, {"message": "Resource not accessible by integration"})
            elif path == "/user":  # GitHub's token of a job may not ask
                self._answer(200 if "PRIVATE-TOKEN" in self.headers else 403, {"id": 5})
            elif self.command == "GET" and _LIST.fullmatch(path):
                further = re.search(r"[?&]page=(?!1\b)", self.path)
                self._answer(200, [] if further else [self._shown(number) for number in state.comments])
            elif self.command == "POST" and _LIST.fullmatch(path):
                number = len(state.comments) + 1
                state.comments[number] = body["body"]
                self._answer(201, self._shown(number))
            elif self.command in {"PATCH", "PUT"} and one and int(one[1]) in state.comments:
                state.comments[int(one[1])] = body["body"]
                self._answer(200, self._shown(int(one[1])))
            else:
                self._answer(404, {"message": f"Not Found: {self.command} {path}"})

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815  (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
