"""What readers feel while papers come in: a real web server on a scratch database, asked over HTTP."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import Client

from accounts.models import User
from papers.benchmarks.ingest import Say, ingest
from papers.benchmarks.pages import NothingToMeasure
from papers.benchmarks.scratch import database_url, scratch_database
from papers.models import Paper

_FEW = 2_000  # papers that are there before the load begins
_IDLE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Waits:
    """How long one kind of reader waited, in milliseconds, and what went on meanwhile."""

    reader: str
    meanwhile: str
    asked: int
    median_ms: float
    p95_ms: float
    longest_ms: float


def measure_readers(files: Sequence[str], limit: int | None, say: Say) -> Iterator[Waits]:
    """Ask an idle portal, then the same one while it ingests the files; raises NoScratch and SourceError."""
    with scratch_database():
        ingest(files, _FEW, say)
        paper = Paper.objects.listed().in_an_edition().newest_first()[0]
        client = Client()
        client.force_login(User.objects.create(username="bench-reader"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        with _web_server() as port:
            arguments = [str(port), session, paper.get_absolute_url()]
            yield from _waits("nothing", arguments, lambda: time.sleep(_IDLE_SECONDS))
            yield from _waits("papers come in", arguments, lambda: ingest(files, limit, say))


def _waits(meanwhile: str, arguments: list[str], work: Callable[[], object]) -> Iterator[Waits]:
    command = [sys.executable, "-m", "papers.benchmarks.asking", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asking:
        try:
            work()
            told, _ = asking.communicate()
        finally:
            asking.kill()
    if asking.returncode:
        raise NothingToMeasure("The web server did not answer as it should.")
    for reader, waits in json.loads(told).items():
        waits.sort()
        p95 = waits[int(len(waits) * 0.95)]
        yield Waits(reader, meanwhile, len(waits), statistics.median(waits), p95, waits[-1])


@contextmanager
def _web_server() -> Iterator[int]:
    """The portal as `make run` serves it, on the database that `connection` leads to; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "8", "--log-level", "error", "config.wsgi:application"]
    environ = os.environ | {
        "DATABASE_URL": database_url(),
        "DATABASE_POOL_SIZE": "8",
        "BROADSHEET_URL": f"http://127.0.0.1:{port}",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=settings.BASE_DIR, env=environ, check=True)  # noqa: S603 - our own program
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environ)  # noqa: S603 - our own program
    try:
        _wait_until_answering(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_until_answering(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise NothingToMeasure("The web server did not start.")
