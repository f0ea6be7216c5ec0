"""An upvote is one click, in place; whatever is clicked how often, page and database agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from papers.models import Paper
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark
from tests.factories import make_paper

LISTING = "/papers/date/2025-12-25"
Place = Callable[[Paper], str]
PLACES: list[Place] = [lambda paper: LISTING, lambda paper: paper.get_absolute_url()]
BOXES = """() => [...document.querySelectorAll("main :is(h1, h2, button, .facts, .actions > *)")].map((element) => {
  const box = element.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
})"""


def button(page: Page, paper: Paper) -> Locator:
    return page.locator(f"#upvote-{paper.pk}")


def expect_agreement(page: Page, paper: Paper) -> None:
    """The button says what the database holds, once nothing is under way."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    stored = Paper.objects.get(pk=paper.pk)
    assert stored.upvote_count == stored.votes.count()
    expect(button(page, paper)).to_have_attribute("aria-pressed", "true" if stored.upvote_count else "false")
    expect(button(page, paper)).to_contain_text(str(stored.upvote_count))


@pytest.mark.parametrize("place", PLACES, ids=["listing", "paper"])
def test_upvote_and_withdrawal_change_the_button_and_move_nothing(browse: Browse, reader: User, place: Place) -> None:
    paper = make_paper("The one above", abstract="Two lines of abstract make a row taller than its button. " * 5)
    make_paper("The one below")
    page = browse(reader)
    page.goto(place(paper))
    box = button(page, paper).bounding_box()
    assert box
    assert 44 <= box["height"] <= 60  # a block of its own, however tall the row is
    leave_mark(page)
    boxes = page.evaluate(BOXES)

    button(page, paper).click()
    expect(button(page, paper)).to_have_attribute("aria-pressed", "true")
    expect(button(page, paper)).to_contain_text("1")
    assert page.evaluate(BOXES) == boxes
    assert paper.votes.get().user == reader

    button(page, paper).click()
    expect(button(page, paper)).to_have_attribute("aria-pressed", "false")
    expect(button(page, paper)).to_contain_text("0")
    assert page.evaluate(BOXES) == boxes
    assert is_marked(page)
    assert not paper.votes.exists()


@pytest.mark.parametrize("place", PLACES, ids=["listing", "paper"])
def test_a_double_click_leaves_page_and_database_agreed(browse: Browse, reader: User, place: Place) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(place(paper))
    button(page, paper).dblclick()
    expect_agreement(page, paper)
    page.reload()
    expect_agreement(page, paper)


def test_two_tabs_cast_one_vote(browse: Browse, reader: User) -> None:
    paper = make_paper()
    one = browse(reader)
    one.goto(LISTING)
    other = one.context.new_page()
    other.goto(paper.get_absolute_url())

    button(one, paper).click()
    expect_agreement(one, paper)
    # This tab does not know yet, and asks for the same once more.
    button(other, paper).click()
    expect_agreement(other, paper)
    assert paper.votes.count() == 1

    button(one, paper).click()
    expect_agreement(one, paper)
    button(other, paper).click()
    expect_agreement(other, paper)
    assert not paper.votes.exists()
