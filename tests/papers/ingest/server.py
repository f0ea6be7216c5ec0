"""A local web server that answers as it is told, badly if need be: the one seam that tests replace."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Respond = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Server
    body: bytes = b""  # what was posted

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        self.server.respond(self)
        self.close_connection = True

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at what came, not at a log."""

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def answer(self, body: bytes | str, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        if "Content_Length" not in headers:
            headers["Content_Length"] = str(len(data))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def answer_json(self, value: Any, **headers: str) -> None:
        self.answer(json.dumps(value), 200, "application/json", **headers)


class Server(ThreadingHTTPServer):
    """Remembers every request as (path with query, headers)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.respond = respond
        self.requests: list[tuple[str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle of an answer is what some tests are about."""


@contextmanager
def serving(respond: Respond) -> Iterator[Server]:
    """A server on a free local port for as long as the block lasts."""
    server = Server(respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def in_turn(*responses: Respond) -> Respond:
    """Answer the first request with the first, and so on; the last answers all that follow."""
    left = list(responses)

    def respond(request: Request) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return respond
