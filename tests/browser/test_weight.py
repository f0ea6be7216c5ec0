"""A first visit to a full front page is light: counted by the browser, from files as production sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser

from papers.paging import PAGE_SIZE
from tests.factories import make_paper

MOST_BYTES = 60_000
CATALOGUE = Path(settings.BASE_DIR) / "papers/sample/catalogue.json"
# As long as arXiv's abstracts are in the middle.
ABSTRACT = 1_250


@pytest.fixture
def production(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The address of a server that sends static files as `make run` does: hashed, compressed, from one folder."""
    storage = {"BACKEND": "config.styles.JoinedStaticFilesStorage"}
    changes: dict[str, Any] = {
        "STORAGES": settings.STORAGES | {"staticfiles": storage},
        "STATIC_ROOT": tmp_path,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_USE_FINDERS": False,
        "ALLOWED_HOSTS": ["localhost"],
    }
    with override_settings(**changes):
        # Without the desk's files, which no reader is sent: to compress them takes longer than all else.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
        server = LiveServerThread("localhost", lambda application: application)  # type: ignore[arg-type] # WhiteNoise serves
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://localhost:{server.port}"
        server.terminate()


def make_full_edition() -> None:
    """Thirty papers and more, with titles and sentences of our own sample, and as many formulas as it has."""
    entries = json.loads(CATALOGUE.read_text())
    entries = entries["papers"] if isinstance(entries, dict) else entries
    sentences = cycle(sentence for entry in entries for sentence in entry["summary"].split(". "))
    for entry in entries[: PAGE_SIZE + 3]:
        abstract = ""
        while len(abstract) < ABSTRACT:
            abstract += next(sentences).rstrip(".") + ". "
        make_paper(
            entry["title"],
            authors=("Ada Byron", "Bruno Olander", f"Carla {entry['title'][:9]}", "Dora Quist"),
            categories=("cs.LG", "cs.CL", "stat.ML"),
            abstract=abstract,
            code_url="https://code.example.org/a",
            code_stars=120,
            comment_count=3,
            upvote_count=7,
        )


def test_a_first_visit_to_a_full_front_page_weighs_less_than_60_kb(chromium: Browser, production: str) -> None:
    make_full_edition()
    context = chromium.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    weights: dict[str, float] = {}
    encodings: dict[str, str] = {}

    def on_response(event: dict[str, Any]) -> None:
        answer = event["response"]
        if answer["url"].startswith("data:"):
            return  # the browser's own icon in a date field
        addresses[event["requestId"]] = address = answer["url"].removeprefix(production)
        encodings[address] = answer["headers"].get("Content-Encoding", "")

    def on_finished(event: dict[str, Any]) -> None:
        if address := addresses.get(event["requestId"]):
            weights[address] = event["encodedDataLength"]

    session.on("Network.responseReceived", on_response)
    session.on("Network.loadingFinished", on_finished)
    page.goto(production + "/", wait_until="networkidle")
    rows, formulas = page.locator(".paper-row").count(), page.locator("math").count()
    context.close()

    assert rows == PAGE_SIZE
    assert formulas > PAGE_SIZE
    assert len([address for address in weights if address.endswith(".css")]) == 1
    # Everything came, and compressed; the icon is the only thing too small to be.
    assert {address.split(".")[-1] for address in weights if address != "/"} >= {"css", "js"}
    assert [address for address, encoding in encodings.items() if not encoding and not address.endswith(".svg")] == []
    listing = "\n".join(f"{weight:>8.0f}  {encodings[address]:<5} {address}" for address, weight in weights.items())
    assert sum(weights.values()) < MOST_BYTES, f"{sum(weights.values()):.0f} bytes:\n{listing}"
