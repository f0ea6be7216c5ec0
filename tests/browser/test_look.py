"""What only a browser knows of the look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browse
from tests.factories import make_paper


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


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(253, 251, 246)"), ("dark", "rgb(21, 20, 15)")])
def test_the_theme_follows_the_system_without_a_script(browse: Browse, scheme: str, ground: str) -> None:
    page = browse(color_scheme=scheme, java_script_enabled=False)
    page.goto("/accounts/login/")
    assert _ground(page) == ground


def _ground(page: Page) -> str:
    return str(page.locator("html").evaluate("element => getComputedStyle(element).backgroundColor"))


def _height(box: object) -> float:
    assert isinstance(box, dict)
    return float(box["height"])
