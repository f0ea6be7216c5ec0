"""A paper is submitted: in place with htmx, on pages without JavaScript, on a phone, by night, by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.models import Paper, Submission
from papers.services.submissions import submit_paper
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark
from tests.browser.test_accessibility import violations
from tests.browser.test_layout import OVERFLOWING
from tests.browser.watch import Watch
from tests.factories import make_paper
from tests.papers.ingest.server import Request
from tests.papers.submissions.conftest import sources
from tests.papers.submissions.sources import BOATS, TITLE, Sources, entry

__all__ = ["sources"]  # the fixture

PAGE = "/papers/submit"


@pytest.fixture
def gate(sources: Sources) -> Iterator[threading.Event]:
    """arXiv answers once the gate is open."""
    opened = threading.Event()

    def answer(request: Request) -> None:
        opened.wait(10)
        sources.instead = None
        sources(request)

    sources.instead = answer
    yield opened
    opened.set()


def test_a_paper_is_looked_up_in_place_and_published(
    browse: Browse, live_server: LiveServer, watch: Watch, reader: User, gate: threading.Event, settings: Any
) -> None:
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0
    watch.expect_status(422)
    page = browse(reader)
    page.goto("/")
    page.get_by_role("link", name="Submit", exact=True).click()
    leave_mark(page)
    field, button = page.get_by_label("arXiv id, DOI or address"), page.get_by_role("button", name="Look it up")
    field.fill("lamplight")
    field.press("Enter")
    expect(page.locator(".errorlist")).to_contain_text("names no paper")
    expect(field).to_be_focused()
    expect(field).to_have_value("lamplight")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []

    field.fill(f"https://arxiv.org/abs/{BOATS}v1")
    expect(page.get_by_text("Asking its source.")).to_be_hidden()
    field.press("Enter")
    expect(page.get_by_text("Asking its source.")).to_be_visible()
    expect(button).to_be_disabled()
    gate.set()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert is_marked(page)
    own = Submission.objects.get()
    expect(page).to_have_url(f"{live_server.url}{PAGE}/{own.pk}")
    expect(page.locator("main [autofocus]")).to_be_focused()
    assert violations(page) == []

    page.go_back()
    expect(page).to_have_url(f"{live_server.url}{PAGE}")
    expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Publish it today").click()
    expect(page).to_have_url(f"{live_server.url}/papers/{BOATS}")
    expect(page.locator("#messages")).to_contain_text("The paper is in today’s edition.")
    expect(page.locator(".upvote")).to_have_attribute("aria-pressed", "true")
    assert Paper.objects.get().listed_on == timezone.localdate()


def test_without_javascript_it_is_three_pages(
    browse: Browse,
    live_server: LiveServer,
    reader: User,
    sources: Sources,
) -> None:
    page = browse(reader, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("arXiv id, DOI or address").fill(BOATS)
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.get_by_label("Upvote it, too").uncheck()
    page.get_by_role("button", name="Suggest it").click()
    expect(page.locator("#messages")).to_contain_text("Staff will look at it")
    expect(page.locator(".notice")).to_contain_text("Waiting for staff since")
    page.get_by_role("button", name="Take it back").click()
    expect(page).to_have_url(f"{live_server.url}{PAGE}")
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    assert not Submission.objects.get().with_upvote


def test_a_known_paper_is_opened_in_place_of_the_form(
    browse: Browse,
    live_server: LiveServer,
    watch: Watch,
    reader: User,
    sources: Sources,
) -> None:
    paper = make_paper("Here already", arxiv_id=BOATS)
    watch.expect_status(404)
    page = browse(reader)
    page.goto("/papers/2509.00002")
    page.get_by_role("link", name="Submit this paper").click()
    field = page.get_by_label("arXiv id, DOI or address")
    expect(field).to_have_value("2509.00002")
    field.fill(BOATS)
    page.get_by_role("button", name="Look it up").click()
    expect(page).to_have_url(f"{live_server.url}{paper.get_absolute_url()}")
    expect(page.locator("#messages")).to_contain_text("This paper is here already.")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_on_a_submission_in_any_state(
    browse: Browse,
    reader: User,
    sources: Sources,
    scheme: Any,
    width: int,
) -> None:
    now = timezone.now()
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
    sources.entries[BOATS] = entry(title=f"{long} $\\sum_{{i=1}}^n a_i + b$", comment=long)
    own = submit_paper(reader, "arxiv", BOATS, now)
    page = browse(reader, color_scheme=scheme, viewport=ViewportSize(width=width, height=800))
    for state in Submission.State:
        Submission.objects.update(state=state, reason="Staff said so.", confirmed_at=now, decided_at=now, tries=1)
        for address in (own.get_absolute_url(), PAGE):
            page.goto(address)
            assert violations(page) == [], (state, address)
            assert page.evaluate(OVERFLOWING) == [], (state, address)
