"""Django admin keeps the content security policy too; `watch` fails the test at the first violation."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page

from accounts.mail import QueuedEmailBackend
from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_comment, make_paper, make_source_record


@pytest.fixture
def desk(browse: Browse, staff: User) -> Page:
    return browse(staff)


def test_every_list_and_form_opens_without_a_violation(desk: Page, watch: Watch, staff: User) -> None:
    paper = make_paper(authors=("Ada Lovelace",), categories=("cs.LG",))
    make_comment(paper, staff)
    make_source_record(paper)
    QueuedEmailBackend().send_messages([EmailMessage("Subject", "Body", None, ["a@example.org"])])
    watch.expect_status(403)  # what may not be added or deleted
    page = desk
    page.goto("/admin/")
    lists = page.locator("#content-main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(lists) > 20
    for address in sorted({*lists, "/admin/password_change/"}):
        page.goto(address)
        row = page.locator("#result_list tbody th a").first
        if row.count():
            form = (row.get_attribute("href") or "").split("?")[0]
            for part in ("change/", "history/", "delete/"):
                page.goto(form.removesuffix("change/") + part)
    page.wait_for_load_state("networkidle")


def test_the_date_and_relation_widgets_work(desk: Page) -> None:
    paper = make_paper(authors=("Ada Lovelace",), categories=("cs.LG",))
    desk.goto(f"/admin/papers/paper/{paper.pk}/change/")
    calendar = desk.locator(".date-icon").first
    calendar.click()
    assert desk.locator(".calendarbox:visible").count() == 1
