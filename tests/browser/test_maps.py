"""A map in the browser: its card, its keys, the wait for it, and that names stand clear of each other."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from playwright.sync_api import Page, expect

from papers.services.maps import draw_map
from papers.services.result_maps import draw_result_map, result_key
from tests.browser.conftest import Browse
from tests.factories import NOON
from tests.papers.maps.themes import make_fields

MAP = "/papers/date/2025-12-25/map"


def open_map(page: Page, each: int = 6) -> Page:
    make_fields(each)
    draw_map("day", "2025-12-25", NOON)
    page.goto(MAP)
    return page


def boxes(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    """(left, top, right, bottom) of each, in pixels of the page."""
    found = [element.bounding_box() for element in page.locator(selector).all()]
    return [(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in found if box]


def test_a_mark_under_the_pointer_or_in_focus_shows_its_paper(browse: Browse) -> None:
    page = open_map(browse())
    card = page.locator("#card")
    expect(card).to_be_hidden()
    mark = page.locator(".map a").first
    mark.hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text("Notes on")
    page.locator("h1").hover()
    expect(card).to_be_hidden()
    mark.focus()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    # What the card took over from the browser's tooltip is still the link's name.
    expect(mark).to_have_accessible_name(mark.get_attribute("aria-label") or "none")


def test_arrows_lead_from_mark_to_mark_and_enter_opens(browse: Browse) -> None:
    page = open_map(browse())
    marks = page.locator(".map a")
    places = [box[0] for box in boxes(page, ".map a")]
    leftmost = places.index(min(places))
    marks.nth(leftmost).focus()
    page.keyboard.press("ArrowRight")
    now = page.evaluate("document.activeElement.getBoundingClientRect().left")
    assert now > min(places)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Notes on")


@pytest.mark.parametrize("width", [375, 1280])
def test_the_map_stays_in_its_frame_and_names_stand_clear_of_each_other(browse: Browse, width: int) -> None:
    page = open_map(browse(viewport={"width": width, "height": 900}), each=20)
    frame = boxes(page, ".map > svg")[0]
    for box in boxes(page, ".map a, .map text:visible"):
        assert frame[0] - 1 <= box[0] <= box[2] <= frame[2] + 1
        assert frame[1] - 1 <= box[1] <= box[3] <= frame[3] + 1
    names = boxes(page, ".map .names text" if width > 640 else ".map .numbers text")
    assert len(names) == page.locator(".counts li").count()
    for one, other in combinations(names, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_map_appears_where_its_reader_waits(browse: Browse) -> None:
    make_fields(4)
    page = browse()
    page.goto(MAP)
    expect(page.get_by_role("status").filter(has_text="being drawn")).to_be_visible()
    draw_map("day", "2025-12-25", NOON)
    expect(page.locator(".map a")).to_have_count(12)
    expect(page.get_by_text("being drawn")).to_have_count(0)
    page.locator(".map a").first.hover()
    expect(page.locator("#card")).to_be_visible()


def test_a_search_leads_to_its_map_which_appears_where_its_reader_waits(browse: Browse) -> None:
    papers = make_fields(4)
    page = browse()
    page.goto("/search?q=notes")
    with page.expect_response(lambda answer: "/search/map" in answer.url and answer.status == 204):
        page.get_by_role("link", name="As a map").click()
    expect(page.get_by_role("status").filter(has_text="being drawn")).to_be_visible()
    draw_result_map(result_key("q=notes"), [paper.pk for paper in papers], NOON)
    expect(page.locator(".map a")).to_have_count(12)
    page.get_by_role("link", name="As a list", exact=True).click()
    expect(page).to_have_url(re.compile(r"/search\?q=notes$"))


def test_without_javascript_the_map_leads_to_its_papers(browse: Browse) -> None:
    page = open_map(browse(java_script_enabled=False))
    page.locator(".map a").first.click()
    expect(page.locator("h1")).to_contain_text("Notes on")
