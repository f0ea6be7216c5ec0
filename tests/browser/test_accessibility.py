"""axe-core, with all its rules and best practices, finds nothing to say."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.furnished import EDITION, Place, make_portal, places
from tests.browser.watch import Watch

MOST_SEEN = ("front", "paper", "paper, signed in", "category", "sign up", "sign in", "profile", "no paper matches")
# Of all pages, each a test of its own, so that several processes share them.
PARTS = 3
# Its rules for WCAG 2.2 are off unless asked for.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def violations(page: Page) -> list[str]:
    """What axe finds; its script goes in through the browser's own door, so the policy is as strict as ever."""
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


# Every page once by day and once by night, on a desk and on a phone; those that most see, in all four ways.
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_on_any_page(
    browse: Browse, watch: Watch, reader: User, scheme: str, width: int, part: int
) -> None:
    looked_at = list(places(make_portal()))[part::PARTS]
    assert looked_at
    look(browse, watch, reader, looked_at, scheme, width)


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 375)])
def test_axe_finds_nothing_on_what_most_see(
    browse: Browse, watch: Watch, reader: User, scheme: str, width: int
) -> None:
    looked_at = [place for place in places(make_portal()) if place.name in MOST_SEEN]
    assert len(looked_at) == len(MOST_SEEN)
    look(browse, watch, reader, looked_at, scheme, width)


def look(browse: Browse, watch: Watch, reader: User, looked_at: list[Place], scheme: str, width: int) -> None:
    options: Any = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    visitor, member = browse(**options), browse(reader, **options)
    for place in looked_at:
        watch.expect_status(place.status)
        page = member if place.signed_in else visitor
        answer = page.goto(place.address)
        assert answer is not None
        assert answer.status == place.status, place
        assert violations(page) == [], place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_in_place(browse: Browse, watch: Watch, reader: User, scheme: str) -> None:
    watch.expect_status(422)
    paper = make_portal()
    page = browse(reader, color_scheme=scheme)
    page.goto(EDITION)
    page.locator(f"#upvote-{paper.pk}").click()
    expect(page.locator(f"#upvote-{paper.pk}")).to_have_attribute("aria-pressed", "true")
    # Chromium and Firefox let keys scroll a formula that is too wide in an opened abstract, and axe does not count it.
    page.locator(".more summary").last.click()
    assert violations(page) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.goto(paper.get_absolute_url())
    page.get_by_role("link", name="Reply").first.click()
    expect(page.get_by_label("Your reply")).to_be_visible()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".errorlist")).to_be_visible()
    assert violations(page) == []


def test_axe_would_speak_up(browse: Browse) -> None:
    page = browse()
    page.goto("/about/ranking")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<h4></h4><input><svg role=img></svg>')")
    ids = {violation.split(":")[0] for violation in violations(page)}
    assert {"empty-heading", "label", "svg-img-alt"} <= ids
