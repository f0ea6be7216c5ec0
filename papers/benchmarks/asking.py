"""`python -m papers.benchmarks.asking PORT SESSION PAPER`: readers of a portal, one request after the other.

A stranger and somebody signed in ask for the front page, and the latter votes; ten requests a second, until the
standard input ends. Then how long each kind waited is written as JSON. Nothing but the standard library, so that
asking costs next to nothing.
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection
from select import select

_PAUSE_SECONDS = 0.1
_TOKEN = "b" * 32  # a CSRF cookie and the header that repeats it


def main(port: str, session: str, paper: str) -> None:
    known = {"Cookie": f"sessionid={session}; csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN, "HX-Request": "true"}
    asks = [
        ("front page, stranger", "GET", "/", {}),
        ("front page, signed in", "GET", "/", {"Cookie": known["Cookie"]}),
        ("upvote", "POST", f"{paper}/upvote", known),
        ("front page, stranger", "GET", "/", {}),
        ("front page, signed in", "GET", "/", {"Cookie": known["Cookie"]}),
        ("withdrawing it", "POST", f"{paper}/withdraw", known),
    ]
    waits: dict[str, list[float]] = {name: [] for name, *_ in asks}
    turn = 0
    # At least one round, however short the time.
    while not select([sys.stdin], [], [], _PAUSE_SECONDS)[0] or turn < len(asks):
        name, method, address, headers = asks[turn % len(asks)]
        waits[name].append(_wait(int(port), method, address, headers))
        turn += 1
    json.dump(waits, sys.stdout)


def _wait(port: int, method: str, address: str, headers: dict[str, str]) -> float:
    """Milliseconds until the whole answer is there."""
    started = time.perf_counter()
    server = HTTPConnection("127.0.0.1", port, timeout=60)
    server.request(method, address, headers=headers)
    response = server.getresponse()
    response.read()
    server.close()
    if response.status != 200:
        sys.exit(f"{address} answered {response.status}.")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
