"""Long listings grow in place, and a reload keeps what the address says."""

from __future__ import annotations

from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from papers.paging import PAGE_SIZE
from tests.browser.conftest import Browse
from tests.browser.pages import chips, is_marked, leave_mark, row_ids, row_titles, status
from tests.factories import make_paper


def test_more_papers_are_appended_to_the_end_and_none_twice(browse: Browse, live_server: LiveServer) -> None:
    total = 2 * PAGE_SIZE + 15
    for _ in range(total):
        make_paper()
    page = browse()
    page.goto("/papers/new")
    first_page = row_ids(page)
    assert len(first_page) == PAGE_SIZE
    leave_mark(page)
    more = page.get_by_role("link", name="More papers")

    more.click()
    expect(page.locator(".paper-row")).to_have_count(2 * PAGE_SIZE)
    assert row_ids(page)[:PAGE_SIZE] == first_page
    more.click()
    expect(page.locator(".paper-row")).to_have_count(total)
    expect(more).to_have_count(0)
    assert len(set(row_ids(page))) == total
    assert is_marked(page)
    # A reader who comes back begins at the top, so the address is that of the first page.
    expect(page).to_have_url(f"{live_server.url}/papers/new")


def test_reload_keeps_filters_and_order(browse: Browse) -> None:
    for votes in (1, 3, 2):
        make_paper(f"Learning {votes}", categories=("cs.LG",), upvote_count=votes)
    make_paper("Geometry", categories=("math.AG",), upvote_count=9)
    page = browse()
    page.goto("/papers/new")
    page.get_by_label("Category").select_option("cs.LG")
    expect(chips(page)).to_have_count(1)
    page.get_by_label("Order").select_option("top")
    expect(status(page)).to_contain_text("the most upvoted first")
    before = row_titles(page)
    assert before == ["Learning 3", "Learning 2", "Learning 1"]

    page.reload()
    assert row_titles(page) == before
    expect(page.get_by_label("Category")).to_have_value("cs.LG")
    expect(page.get_by_label("Order")).to_have_value("top")
    expect(chips(page)).to_have_count(1)
