"""What only a browser knows of the look."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from papers.services.votes import cast_upvote
from tests.browser.conftest import Browse
from tests.factories import make_paper

GROUNDS = {"light": "rgb(253, 251, 246)", "dark": "rgb(21, 20, 15)"}


def test_more_shows_the_whole_abstract_without_moving_the_focus(browse: Browse) -> None:
    make_paper(abstract="A sentence of some length. " * 60)
    page = browse(java_script_enabled=False)
    page.goto("/papers/date/2025-12-25")
    abstract = page.locator(".paper-row .abstract")
    before = _height(abstract.bounding_box())
    page.locator(".more summary").focus()
    page.keyboard.press("Enter")
    assert _height(abstract.bounding_box()) > before * 2
    expect(page.locator(".more summary")).to_be_focused()


def test_filters_are_a_disclosure_on_a_narrow_screen_and_open_on_a_wide_one(browse: Browse) -> None:
    make_paper()
    wide = browse()
    wide.goto("/papers/new")
    expect(wide.locator(".filters form").first).to_be_visible()
    expect(wide.locator(".filters summary")).to_be_hidden()
    narrow = browse(viewport={"width": 375, "height": 800})
    narrow.goto("/papers/new")
    expect(narrow.locator(".filters form").first).to_be_hidden()
    narrow.locator(".filters summary").click()
    expect(narrow.locator(".filters form").first).to_be_visible()


@pytest.mark.parametrize(("scheme", "ground"), GROUNDS.items())
def test_the_theme_follows_the_system_without_a_script(browse: Browse, scheme: str, ground: str) -> None:
    page = browse(color_scheme=scheme, java_script_enabled=False)
    page.goto("/accounts/login/")
    assert _ground(page) == ground


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_theme_is_stronger_than_the_system_without_a_script(browse: Browse, staff: User, scheme: str) -> None:
    """On the desk too, whose own sheets would follow the system."""
    system = {"light": "dark", "dark": "light"}[scheme]
    page = browse(staff, color_scheme=system, java_script_enabled=False)
    page.goto("/categories")
    page.get_by_role("link", name="Appearance").click()
    page.get_by_role("button", name=scheme.capitalize()).click()
    expect(page).to_have_url(re.compile("/categories$"))
    assert _ground(page) == GROUNDS[scheme]
    page.goto("/admin/")
    assert str(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")) == GROUNDS[scheme]
    page.get_by_role("link", name="Appearance").click()
    expect(page.get_by_role("button", name=scheme.capitalize())).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="As the system has it").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    page.goto("/categories")
    assert _ground(page) == GROUNDS[system]


def test_what_is_chosen_is_told_apart_in_high_contrast(browse: Browse, reader: User) -> None:
    mine, other = make_paper("Mine"), make_paper("Another")
    cast_upvote(mine, reader)
    page = browse(reader, forced_colors="active")
    page.goto("/papers/new")
    ground = "element => getComputedStyle(element).backgroundColor"
    assert page.locator(f"#upvote-{mine.pk}").evaluate(ground) != page.locator(f"#upvote-{other.pk}").evaluate(ground)
    edge = "element => getComputedStyle(element).borderBottomColor"
    here, elsewhere = page.get_by_role("link", name="New", exact=True), page.get_by_role("link", name="Trending")
    assert here.evaluate(edge) != elsewhere.evaluate(edge)


def test_what_a_finger_presses_is_large_enough(browse: Browse) -> None:
    make_paper(authors=("Ada Byron",), categories=("cs.LG",), abstract="Words. " * 90, comment_count=2)
    page = browse(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True)
    page.goto("/papers/date/2025-12-25")
    vote = page.locator(".paper-row .upvote").bounding_box()
    assert vote is not None
    assert min(vote["width"], vote["height"]) >= 44
    for link in page.locator(".topbar a, .windows a, .dateline a, .paper-row a, .more summary, .foot a").all():
        box = link.bounding_box()
        # A wordmark that another page shows here.
        assert box is None or box["height"] >= 24, link.inner_text()


def _ground(page: Page) -> str:
    return str(page.locator("html").evaluate("element => getComputedStyle(element).backgroundColor"))


def _height(box: object) -> float:
    assert isinstance(box, dict)
    return float(box["height"])
