"""Printed, an edition is a reading list and a paper a sheet to read: no controls, nothing cut, an address for each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.furnished import EDITION, WORD, make_portal
from tests.factories import make_paper

# All that a finger could press or fill, and is on the sheet.
CONTROLS = "button, input, select, textarea, summary, nav a, dialog, .upvote"
FIRST_WORDS = re.compile(r"arXiv 2512\.\d{5}")


@pytest.fixture
def printed(browse: Browse, reader: User) -> Page:
    """A page of somebody signed in, for whom there are more controls than for others; at night, and in dark."""
    page = browse(reader, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    return page


def assert_clean(page: Page) -> None:
    assert page.locator(CONTROLS).locator("visible=true").count() == 0
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_an_edition_is_a_reading_list(printed: Page) -> None:
    make_portal()
    for number in range(12):
        make_paper(f"Paper {number}", abstract="Words that follow each other. " * 40)
    printed.goto(EDITION)
    assert_clean(printed)
    rows = printed.locator(".paper-row")
    assert rows.count() == 15
    for row in rows.all():
        assert FIRST_WORDS.search(row.inner_text())
        assert row.evaluate("element => getComputedStyle(element).breakInside") == "avoid"
    # Whole, though the screen shows two lines of it.
    abstract = rows.last.locator(".abstract")
    assert abstract.evaluate("element => element.scrollHeight - element.clientHeight") <= 1
    expect(printed.locator(".dateline")).to_contain_text("25 December 2025")
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed.pdf(format="A4")))
    assert 2 <= sheets <= 6


def test_a_paper_is_a_sheet_with_its_address_and_its_discussion(printed: Page) -> None:
    paper = make_portal()
    printed.goto(paper.get_absolute_url())
    assert_clean(printed)
    facts = printed.locator(".aside > section").first
    expect(facts).to_be_visible()
    expect(facts).to_contain_text(paper.arxiv_id or "")
    expect(printed.locator(".comment").first).to_be_visible()
    # The last of forty names, which the screen folds away.
    expect(printed.get_by_text("Ada Byron 39", exact=True)).to_be_visible()
    expect(printed.locator(".topbar .wordmark")).to_be_visible()
    expect(printed.locator(".topbar nav")).to_be_hidden()


def test_a_long_line_of_a_citation_is_broken_and_not_cut(printed: Page) -> None:
    paper = make_paper(authors=tuple(f"Ada Byron {number}" for number in range(20)), title=WORD)
    printed.set_viewport_size({"width": 700, "height": 1000})
    printed.goto(paper.get_absolute_url())
    assert printed.locator("#bibtex").evaluate("element => element.scrollWidth - element.clientWidth") <= 0
