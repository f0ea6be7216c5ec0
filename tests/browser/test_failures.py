"""A request of htmx's that fails is said in the page, and one that works takes the sentence away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from papers.models import Paper
from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_paper


def sentence(page: Page) -> Locator:
    return page.locator("#messages[role=status] .is-failure")


@contextmanager
def answered(page: Page, status: int) -> Iterator[None]:
    def answer(route: Route) -> None:
        route.fulfill(status=status, body="") if status else route.abort("internetdisconnected")

    page.route("**/upvote", answer)
    yield
    page.unroute("**/upvote", answer)


def test_a_failed_upvote_is_said_and_a_good_one_takes_it_back(browse: Browse, reader: User, watch: Watch) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto("/papers/date/2025-12-25")
    button = page.locator(f"#upvote-{paper.pk}")
    cases = {
        403: "That is not for this account",
        404: "no longer there",
        500: "Something broke here",
        0: "No answer came",
    }
    # What Chromium and htmx themselves write of a failure.
    watch.expect_abort()
    watch._expected |= {"responded with a status of", "Response Status Error", "htmx:sendError", "ERR_INTERNET_"}
    for status, words in cases.items():
        with answered(page, status):
            button.click()
            expect(sentence(page)).to_contain_text(words)
            expect(sentence(page)).to_be_in_viewport()
        expect(button).to_have_attribute("aria-pressed", "false")
    assert Paper.objects.get(pk=paper.pk).votes.count() == 0
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(sentence(page)).to_have_count(0)
