"""Searching with the keyboard alone, and as it is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_paper


def test_a_suggestion_is_reached_and_opened_by_keys(browse: Browse) -> None:
    paper = make_paper("Lattices in the cold")
    page = browse()
    page.goto("/papers/new")
    page.keyboard.press("/")
    field = page.locator("#find")
    expect(field).to_be_focused()
    page.keyboard.type("latt")
    option = page.get_by_role("option", name="Lattices in the cold")
    expect(option).to_be_visible()
    # Titles come last, after categories and authors.
    page.keyboard.press("ArrowUp")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "none")
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paper.get_absolute_url()}")


def test_what_was_searched_is_offered_again_until_it_is_forgotten(browse: Browse) -> None:
    make_paper("Lattices in the cold")
    page = browse()
    page.goto("/search?q=lattices")
    page.goto("/papers/new")
    page.locator("#find").focus()
    expect(page.get_by_role("option", name="lattices", exact=True)).to_be_visible()
    page.get_by_role("option", name="Forget these searches").click()
    page.reload()
    page.locator("#find").focus()
    expect(page.locator("#suggestions a")).to_have_count(0)


class _Held:
    """The answers to what is typed, held back until they are let go."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route("**/search/suggestions*", lambda route: self._routes.append(route))  # noqa: PLW0108

    def let_go(self) -> None:
        """Let the last go, and wait until the page is done with it."""
        self._page.evaluate(
            "() => { window.done = new Promise(end => document.body.addEventListener('htmx:afterRequest', () => end(),"
            " { once: true })) }"
        )
        self._routes[-1].continue_()
        self._page.evaluate("window.done")


def test_a_field_that_was_cleared_goes_on_offering_what_was_searched(browse: Browse) -> None:
    make_paper("Lattices in the cold")
    page = browse()
    page.goto("/search?q=warm+bread")
    page.goto("/papers/new")
    field, options = page.locator("#find"), page.locator("#suggestions").get_by_role("option")
    field.press_sequentially("latt")
    expect(options.last).to_have_text("Lattices in the cold")
    held = _Held(page)
    with page.expect_request("**/search/suggestions?q="):
        field.fill("")
    held.let_go()
    expect(options).to_have_text(["warm bread", "Forget these searches"])


def test_a_list_that_was_dismissed_stays_so_until_more_is_typed(browse: Browse) -> None:
    make_paper("Lattices in the cold")
    page = browse()
    page.goto("/papers/new")
    options = page.locator("#suggestions").get_by_role("option")
    page.locator("#find").press_sequentially("lat")
    expect(options.last).to_have_text("Lattices in the cold")
    held = _Held(page)
    with page.expect_request("**/search/suggestions?q=latt"):
        # Within the moment that typing is waited for.
        page.keyboard.type("t")
        page.keyboard.press("Escape")
    held.let_go()
    expect(page.locator("#suggestions")).to_be_hidden()
    with page.expect_request("**/search/suggestions?q=latti"):
        page.keyboard.type("i")
    held.let_go()
    expect(options.last).to_have_text("Lattices in the cold")


def test_results_facets_and_address_follow_what_is_typed(browse: Browse) -> None:
    make_paper("Lattices in the cold", categories=("cs.LG",))
    make_paper("Warm lattices", categories=("math.CO",))
    page = browse()
    page.goto("/search")
    page.locator("#q").press_sequentially("lattices")
    expect(page.locator(".paper-row")).to_have_count(2)
    page.wait_for_url("**/search?q=lattices")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#facets").get_by_role("link", name="cs.LG").click()
    page.wait_for_url("**/search?q=lattices&category=cs.LG")
    expect(page.locator(".paper-row")).to_have_count(1)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_text_that_is_too_long_stays_in_the_field_when_it_is_sent(
    browse: Browse, watch: Watch, has_scripts: bool
) -> None:
    watch.expect_status(400)
    watch.expect_status(422)
    watch.expect_abort()
    page = browse(java_script_enabled=has_scripts)
    page.goto("/search")
    page.locator("#q").fill("lattices " * 300)
    page.keyboard.press("Enter")
    # The form sent as a whole, not what was typed alone.
    page.wait_for_url("**&sort=relevance")
    expect(page.locator("#listing-status")).to_contain_text("these are 2,700 characters")
    expect(page.locator("#q")).to_have_value("lattices " * 300)


def test_a_search_is_kept_and_let_go(browse: Browse, reader: User) -> None:
    make_paper("Lattices in the cold")
    page = browse(reader)
    page.goto("/search?q=lattices")
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_role("link", name="Saved", exact=True)).to_be_visible()
    page.goto("/searches")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("None yet")).to_be_visible()


def test_searching_needs_no_javascript(browse: Browse) -> None:
    make_paper("Lattices in the cold")
    page = browse(java_script_enabled=False)
    page.goto("/papers/new")
    page.locator("#find").fill("lattices")
    page.locator("#find").press("Enter")
    expect(page.locator(".paper-row")).to_have_count(1)
    page.locator("#q").fill("elephants")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("heading", name="No paper matches")).to_be_visible()


def test_the_field_of_the_search_page_suggests_beside_its_results(browse: Browse) -> None:
    paper = make_paper("Lattices in the cold", authors=("Lata Byron",))
    make_paper("Lattices in winter")
    page = browse()
    page.goto("/search")
    field = page.locator("#q")
    expect(field).to_be_focused()
    expect(page.locator("[role=combobox]")).to_have_count(1)
    page.keyboard.type("latt")
    options = page.locator("#suggestions").get_by_role("option")
    expect(options.last).to_contain_text("Lattices in")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(options.first).to_have_attribute("aria-selected", "true")
    # Escape shuts the list and leaves the words; Enter without a choice searches for them.
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("latt")
    field.press_sequentially("ices")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lattices")
    expect(page.locator(".paper-row")).to_have_count(2)
    page.locator("#q").press("End")
    page.locator("#q").press_sequentially(" cold")
    page.locator("#suggestions").get_by_role("option", name="Lattices in the cold").click()
    page.wait_for_url(f"**{paper.get_absolute_url()}")


def test_the_search_page_lists_what_was_searched_here_until_it_is_forgotten(browse: Browse) -> None:
    make_paper("Lattices in the cold")
    page = browse()
    page.goto("/search?q=lattices")
    page.goto("/search")
    recent = page.locator("#recent")
    expect(recent.get_by_role("link", name="lattices", exact=True)).to_be_visible()
    # The list in the page makes one over it needless, until it is asked for.
    expect(page.locator("#suggestions").get_by_role("option")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#suggestions").get_by_role("option", name="lattices", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    # What begins as an earlier search is offered first.
    page.keyboard.type("latt")
    expect(page.locator("#suggestions").get_by_role("option").first).to_have_text("lattices")
    page.keyboard.press("Escape")
    page.locator("#q").fill("")
    expect(recent).to_be_visible()
    page.keyboard.press("Escape")
    recent.get_by_role("link", name="Forget these searches").click()
    expect(recent).to_be_hidden()
    page.reload()
    expect(page.locator("#recent")).to_be_hidden()


def test_a_completed_field_leaves_the_reader_in_the_query(browse: Browse) -> None:
    make_paper("Lattices in the cold", categories=("cs.LG",))
    make_paper("Lattices in winter", categories=("math.CO",))
    page = browse()
    page.goto("/search")
    field = page.locator("#q")
    field.press_sequentially("cat:cs.l")
    option = page.locator("#suggestions").get_by_role("option", name="cat:cs.LG")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("cat:cs.LG ")
    expect(field).to_be_focused()
    expect(option).to_be_hidden()
    expect(page.locator(".paper-row")).to_have_count(1)
    page.keyboard.type("lattices")
    page.wait_for_url("**/search?q=cat%3Acs.LG+lattices")
    # What was typed on the way to a suggestion is no search that was made here.
    page.locator("#suggestions").get_by_role("option", name="Lattices in the cold").click()
    page.wait_for_url("**/papers/*")
    page.locator("#find").focus()
    expect(page.locator("#suggestions")).to_be_hidden()
