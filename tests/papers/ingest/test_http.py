"""Polite HTTP, against a server that misbehaves."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.http import PoliteSession, user_agent
from tests.papers.ingest.patience import QUICK, Clock, polite
from tests.papers.ingest.server import Request, in_turn, serving


def fine(request: Request) -> None:
    request.answer_json({"fine": True})


def test_request_says_who_asks_and_takes_parameters(session: PoliteSession) -> None:
    with serving(fine) as server:
        body, _ = session.get_json(f"{server.address}/api", {"date": "2026-03-02"})
    path, headers = server.requests[0]
    assert body == {"fine": True}
    assert path == "/api?date=2026-03-02"
    assert headers["User-Agent"].startswith("Broadsheet/")
    assert headers["User-Agent"].endswith("(+ops@portal.example)")


def test_contact_cannot_break_the_header() -> None:
    assert "\n" not in user_agent("a@b.example\r\nX-Evil: 1")
    assert "(" not in user_agent()


def test_requests_keep_their_distance(clock: Clock) -> None:
    session = polite(clock, replace(QUICK, interval=3))
    with serving(fine) as server:
        session.get(server.address)
        clock.now += 1
        session.get(server.address)
        clock.now += 10
        session.get(server.address)
    assert clock.sleeps == [2]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_refusal_is_tried_again_with_growing_pauses_and_says_so(
    session: PoliteSession, clock: Clock, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(request: Request) -> None:
        request.answer("Rate exceeded", status, "text/plain")

    with serving(in_turn(refuse, refuse, fine)) as server:
        assert session.get_json(server.address)[0] == {"fine": True}
    assert len(server.requests) == 3
    assert clock.sleeps == [1, 2]
    assert [record.message for record in caplog.records] == [
        f"{server.address[7:]} answered {status}; asking again in {pause} s." for pause in (1, 2)
    ]


@pytest.mark.parametrize(
    ("wish", "pause"),
    [("7", 7.5), ("Mon, 02 Mar 2026 12:00:20 GMT", 20.5), ("Mon, 02 Mar 2026 11:00:00 GMT", 0.5), ("soon", 1)],
)
def test_retry_after_is_honoured(session: PoliteSession, clock: Clock, wish: str, pause: float) -> None:
    def refuse(request: Request) -> None:
        request.answer("", 503, Retry_After=wish)

    with serving(in_turn(refuse, fine)) as server:
        session.get(server.address)
    assert clock.sleeps == [pause]


def test_wish_for_a_long_wait_ends_the_run(session: PoliteSession, clock: Clock) -> None:
    with (
        serving(lambda request: request.answer("", 429, Retry_After="3600")) as server,
        pytest.raises(SourceError, match="come back in 3,600 seconds"),
    ):
        session.get(server.address)
    assert len(server.requests) == 1
    assert clock.sleeps == []


def test_patience_ends_with_one_sentence(session: PoliteSession) -> None:
    with (
        serving(lambda request: request.answer("", 503)) as server,
        pytest.raises(SourceError, match=r"answered 503 \(3 attempts\)"),
    ):
        session.get(server.address)
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404])
def test_other_errors_are_final(session: PoliteSession, status: int) -> None:
    with (
        serving(lambda request: request.answer("{}", status)) as server,
        pytest.raises(SourceError, match=f"answered {status}"),
    ):
        session.get(server.address)
    assert len(server.requests) == 1


def test_reset_connection_is_tried_again(session: PoliteSession) -> None:
    def reset(request: Request) -> None:
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    with serving(in_turn(reset, fine)) as server:
        assert session.get_json(server.address)[0] == {"fine": True}


def test_refused_connection_is_named(session: PoliteSession) -> None:
    with serving(fine) as server:
        address = server.address
    with pytest.raises(SourceError, match="could not be reached"):
        session.get(address)


def test_answer_cut_short_is_tried_again(session: PoliteSession) -> None:
    with serving(in_turn(lambda request: request.answer("[1,", Content_Length="500"), fine)) as server:
        assert session.get_json(server.address)[0] == {"fine": True}


def test_silent_server_is_given_up(session: PoliteSession) -> None:
    with (
        serving(lambda request: time.sleep(1)) as server,
        pytest.raises(SourceError, match="did not answer in time"),
    ):
        polite(Clock(), replace(QUICK, read=0.1, attempts=1)).get(server.address)


def chunks(request: Request, pieces: Iterator[bytes]) -> None:
    request.send_response(200)
    request.send_header("Connection", "close")
    request.end_headers()
    try:
        for piece in pieces:
            request.wfile.write(piece)
    except OSError:
        pass


def test_endless_answer_is_cut_at_the_size_limit(session: PoliteSession) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 10_000

    with (
        serving(lambda request: chunks(request, endless())) as server,
        pytest.raises(SourceError, match="more than 100,000 bytes"),
    ):
        session.get(server.address)


def test_trickle_is_cut_at_the_time_limit() -> None:
    def trickle() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.05)
            yield b"x"

    limits = replace(QUICK, answer=0.3, attempts=1)
    started = time.monotonic()
    with (
        serving(lambda request: chunks(request, trickle())) as server,
        pytest.raises(SourceError, match=r"more than 0\.3 seconds"),
    ):
        PoliteSession(limits=limits).get(server.address)
    assert time.monotonic() - started < 3


def test_compressed_bomb_is_cut_at_the_size_limit(session: PoliteSession) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    with (
        serving(lambda request: request.answer(bomb, Content_Encoding="gzip")) as server,
        pytest.raises(SourceError, match="more than 100,000 bytes"),
    ):
        session.get(server.address)


def test_compressed_answer_is_read(session: PoliteSession) -> None:
    with serving(lambda request: request.answer(gzip.compress(b"[1, 2]"), Content_Encoding="gzip")) as server:
        assert session.get_json(server.address)[0] == [1, 2]


def test_redirect_on_the_same_host_is_followed(session: PoliteSession) -> None:
    def respond(request: Request) -> None:
        if request.path == "/old":
            request.answer("", 301, Location="/new")
        else:
            fine(request)

    with serving(respond) as server:
        assert session.get_json(f"{server.address}/old")[1].address == f"{server.address}/new"


@pytest.mark.parametrize("target", ["http://elsewhere.example/", "http://127.0.0.1:1/", "ftp://127.0.0.1/", ""])
def test_redirect_to_another_place_is_refused(session: PoliteSession, target: str) -> None:
    with serving(lambda request: request.answer("", 302, Location=target or "//[")) as server:
        with pytest.raises(SourceError, match="redirect"):
            session.get(server.address)
        assert len(server.requests) == 1


@pytest.mark.parametrize("secret", ["hush", "hush hush+/ü"])
@pytest.mark.parametrize("status", [302, 403])
def test_no_sentence_repeats_a_secret(secret: str, status: int) -> None:
    def echo(request: Request) -> None:
        request.answer("", status, Location=f"http://{request.path.rpartition('=')[2]}.example{request.path}")

    keyed = PoliteSession(limits=QUICK, secrets={"key": secret})
    with serving(echo) as server, pytest.raises(SourceError) as failed:
        keyed.get(f"{server.address}/works", {"page": "1"})
    assert server.address.removeprefix("http://") in str(failed.value)
    assert "hush" not in str(failed.value)


def test_an_insecure_connection_is_named_by_its_host_and_reason() -> None:
    def speak_plainly(request: Request) -> None:
        request.answer("")

    with (
        serving(speak_plainly) as server,
        pytest.raises(SourceError, match=r"127\.0\.0\.1:\d+ is not secure: .*SSL") as failed,
    ):
        PoliteSession(limits=QUICK, secrets={"key": "hush"}).get(server.address.replace("http:", "https:") + "/works")
    assert "hush" not in str(failed.value)
    assert "works" not in str(failed.value)


def test_redirect_within_the_services_own_domain_is_followed(clock: Clock) -> None:
    def respond(request: Request) -> None:
        if request.path == "/old":
            request.answer("", 301, Location=f"http://localhost:{request.server.server_port}/new")
        else:
            fine(request)

    with serving(respond) as server:
        session = polite(clock, home="localhost")
        assert session.get_json(f"{server.address}/old")[0] == {"fine": True}
        with pytest.raises(SourceError, match="another place"):
            polite(clock, home="host").get(f"{server.address}/old")


def test_redirect_in_circles_is_given_up(session: PoliteSession) -> None:
    with (
        serving(lambda request: request.answer("", 302, Location="/again")) as server,
        pytest.raises(SourceError, match="in circles"),
    ):
        session.get(server.address)
    assert len(server.requests) < 10


def test_page_in_place_of_json_is_named(session: PoliteSession) -> None:
    with (
        serving(lambda request: request.answer("<html>Busy</html>", kind="text/html; charset=utf-8")) as server,
        pytest.raises(SourceError, match="text/html that is not JSON"),
    ):
        session.get_json(server.address)


@pytest.mark.parametrize("address", ["huggingface", "file:///etc/passwd", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(session: PoliteSession, address: str) -> None:
    with pytest.raises(SourceError):
        session.get(address)
