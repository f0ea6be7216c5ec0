"""Whoever upvotes without an account is led to sign in or up, and back to where the vote then stands."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.models import Paper
from tests.browser.conftest import Browse
from tests.factories import make_paper

LISTING = "/papers/date/2025-12-25?sort=new"


@pytest.fixture
def _queued_mail(settings: Any) -> None:
    """Mail takes its real way, through a job, up to the last step; Django's tests would skip the queue."""
    settings.EMAIL_BACKEND = "accounts.mail.QueuedEmailBackend"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def work_off_jobs() -> None:
    """Run all jobs that wait, in a thread: this one has Playwright's event loop already."""

    def run() -> None:
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()) as worker_app:
            worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(run).result()


def upvote_last_row(page: Page) -> Paper:
    """Click the upvote of the last of three papers, as nobody in particular."""
    papers = [make_paper(f"Paper {name}") for name in ("one", "two", "three")]
    page.goto(LISTING)
    page.locator(".paper-row").last.get_by_role("button", name="Upvote").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    return papers[0]


def expect_to_be_back(page: Page, home: str, paper: Paper) -> None:
    expect(page).to_have_url(f"{home}{LISTING}#paper-{paper.pk}")
    expect(page.locator("#messages")).to_contain_text(f"Your upvote for “{paper.title}” is cast.")
    expect(page.locator(f"#upvote-{paper.pk}")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"#upvote-{paper.pk}")).to_contain_text("1")
    expect(page.locator(f"#paper-{paper.pk}")).to_be_in_viewport()


def test_signing_in_casts_the_vote_and_leads_back_to_its_row(
    browse: Browse, live_server: LiveServer, reader: User
) -> None:
    page = browse()
    paper = upvote_last_row(page)
    assert not paper.votes.exists()
    page.get_by_label("User name or e-mail address").fill("rosalind")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_to_be_back(page, live_server.url, paper)
    assert paper.votes.get().user == reader


@pytest.mark.usefixtures("_queued_mail")
def test_signing_up_casts_the_vote_once_the_address_is_confirmed(browse: Browse, live_server: LiveServer) -> None:
    page = browse()
    paper = upvote_last_row(page)
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("User name").fill("caroline")
    page.get_by_label("E-mail address").fill("caroline@example.org")
    page.get_by_label("Password", exact=True).fill("eight comets found")
    page.get_by_label("The same password again").fill("eight comets found")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert not mail.outbox
    work_off_jobs()

    (message,) = mail.outbox
    assert message.to == ["caroline@example.org"]
    link = re.search(r"http://\S+", str(message.body))
    assert link is not None
    page.goto(link[0])
    assert not paper.votes.exists()
    page.get_by_role("button", name="Yes, confirm it").click()
    expect_to_be_back(page, live_server.url, paper)
    assert paper.votes.get().user.username == "caroline"
