"""Every page works without JavaScript; htmx only makes it quicker."""

from __future__ import annotations

from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.paging import PAGE_SIZE
from tests.browser.conftest import Browse
from tests.browser.pages import chips, row_ids, row_titles, status
from tests.factories import make_paper

LISTING = "/papers/date/2025-12-25"


def test_the_filter_form_leads_to_the_narrowed_listing(browse: Browse, live_server: LiveServer) -> None:
    make_paper("Learning", categories=("cs.LG",))
    make_paper("Geometry", categories=("math.AG",))
    page = browse(java_script_enabled=False)
    page.goto(LISTING)
    page.get_by_label("Category").select_option("cs.LG")
    page.get_by_role("button", name="Show papers").click()
    # The form sends its empty fields too; the address that stays has none of them.
    expect(page).to_have_url(f"{live_server.url}{LISTING}?category=cs.LG")
    assert row_titles(page) == ["Learning"]
    expect(status(page)).to_have_text("1 of 2 papers, the most upvoted first")

    chips(page).click()
    expect(page).to_have_url(f"{live_server.url}{LISTING}")
    expect(page.locator(".paper-row")).to_have_count(2)


def test_the_next_page_is_a_link(browse: Browse) -> None:
    for _ in range(PAGE_SIZE + 2):
        make_paper()
    page = browse(java_script_enabled=False)
    page.goto("/papers/new")
    first_page = row_ids(page)
    page.get_by_role("link", name="More papers").click()
    expect(page.locator(".paper-row")).to_have_count(2)
    assert not set(row_ids(page)) & set(first_page)
    page.get_by_role("link", name="Begin at the first page").click()
    assert row_ids(page) == first_page


def test_upvote_and_withdrawal_come_back_to_the_row(browse: Browse, live_server: LiveServer, reader: User) -> None:
    paper = make_paper("One")
    make_paper("Two")
    page = browse(reader, java_script_enabled=False)
    page.goto(f"{LISTING}?sort=new")
    button = page.locator(f"#upvote-{paper.pk}")
    for pressed, count in (("true", 1), ("false", 0)):
        button.click()
        expect(page).to_have_url(f"{live_server.url}{LISTING}?sort=new#paper-{paper.pk}")
        expect(button).to_have_attribute("aria-pressed", pressed)
        assert paper.votes.count() == count


def test_signing_in_casts_the_vote(browse: Browse, live_server: LiveServer, reader: User) -> None:
    paper = make_paper()
    page = browse(java_script_enabled=False)
    page.goto(paper.get_absolute_url())
    page.locator(f"#upvote-{paper.pk}").click()
    page.get_by_label("User name or e-mail address").fill("rosalind@example.org")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}{paper.get_absolute_url()}#paper-{paper.pk}")
    expect(page.locator("#messages")).to_contain_text("is cast")
    expect(page.locator(f"#upvote-{paper.pk}")).to_have_attribute("aria-pressed", "true")
    assert paper.votes.get().user == reader
