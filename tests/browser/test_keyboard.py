"""Everything is reached and done with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark, row_titles, tab_to
from tests.factories import make_paper

LISTING = "/papers/date/2025-12-25"


def test_the_first_tab_offers_to_skip_to_the_papers(browse: Browse) -> None:
    make_paper()
    page = browse()
    page.goto(LISTING)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the papers")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_enter_and_space_upvote_and_withdraw_and_keep_the_focus(browse: Browse, reader: User) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(LISTING)
    leave_mark(page)
    button = page.locator(f"#upvote-{paper.pk}")
    tab_to(page, f"#upvote-{paper.pk}")
    for key, pressed in (("Enter", "true"), ("Space", "false"), ("Space", "true")):
        page.keyboard.press(key)
        expect(button).to_have_attribute("aria-pressed", pressed)
        expect(button).to_be_focused()
    assert is_marked(page)
    assert paper.votes.count() == 1


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_filter_disclosure_opens_where_it_is_narrow(browse: Browse, key: str) -> None:
    make_paper("Learning", categories=("cs.LG",))
    make_paper("Geometry", categories=("math.AG",))
    page = browse(viewport=ViewportSize(width=375, height=740))
    page.goto(LISTING)
    category = page.get_by_label("Category")
    expect(category).not_to_be_visible()
    tab_to(page, "#filters > summary")
    page.keyboard.press(key)
    expect(category).to_be_visible()
    page.keyboard.press("Tab")
    expect(category).to_be_focused()
    page.keyboard.type("cs.LG")
    expect(page.locator(".paper-row")).to_have_count(1)
    assert row_titles(page) == ["Learning"]
    # The panel stays open: the reader is in the middle of it.
    expect(category).to_be_visible()
