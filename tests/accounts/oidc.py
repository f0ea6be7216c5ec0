"""Another site that vouches for its members, as OpenID Connect says: a local server, honest unless told otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.papers.ingest.server import Request, Server, serving

CLIENT_ID = "broadsheet"


@dataclass
class Issuer:
    """What it says of whoever signs in next; `broken` names an answer that it gets wrong."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    broken: str = ""
    audience: str = CLIENT_ID
    code_challenges: list[str] = field(default_factory=list)
    verifiers: list[str] = field(default_factory=list)

    def respond(self, request: Request) -> None:
        path = urlsplit(request.path).path
        if self.broken and self.broken in path:
            request.answer("no idea", 500)
        elif path.endswith("/openid-configuration"):
            request.answer_json(
                {
                    "issuer": self.address,
                    "authorization_endpoint": f"{self.address}/authorize",
                    "token_endpoint": f"{self.address}/token",
                    "userinfo_endpoint": f"{self.address}/userinfo",
                    "jwks_uri": f"{self.address}/keys",
                }
            )
        elif path == "/token":
            request.answer_json({"access_token": "hush", "token_type": "Bearer", "id_token": self._id_token()})
        elif path == "/authorize":
            self._ask(request)
        elif path == "/userinfo":
            request.answer_json(self.person)
        else:
            request.answer("not here", 404)

    def take(self, request: Request) -> None:
        """A POST: of all that is asked so, the token alone."""
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        self.verifiers += parse_qs(body).get("code_verifier", [])
        self.respond(request)

    def _ask(self, request: Request) -> None:
        """The page on which a person agrees; the address says where they come from."""
        asked = request.query
        way_back = f"{asked['redirect_uri']}?code=x&state={asked['state']}"
        link = f'<a href="{escape(way_back)}">Yes, I am Ada</a>'
        request.answer(f"<!doctype html><title>The Lab</title><link rel=icon href=data:,>{link}", kind="text/html")

    def _id_token(self) -> str:
        claims = {"iss": self.address, "aud": self.audience, "exp": int(time.time()) + 60, "iat": int(time.time())}
        return jwt.encode(
            claims | {"sub": self.person.get("sub", "")}, "a key that nobody looks at, thirty-two", "HS256"
        )


@contextmanager
def issuing() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(Request):
        def do_POST(self) -> None:
            issuer.take(self)
            self.close_connection = True

    with serving(issuer.respond) as server:
        _let_it_take_posts(server, Handler)
        issuer.address = server.address
        yield issuer


def _let_it_take_posts(server: Server, handler: type[Request]) -> None:
    server.RequestHandlerClass = handler
