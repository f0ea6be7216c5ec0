"""The filter panel narrows the list in place, and the address bar always says what is shown."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Browse
from tests.browser.pages import chips, is_marked, leave_mark, row_titles, status
from tests.browser.watch import Watch
from tests.factories import make_paper

LISTING = "/papers/date/2025-12-25"


def test_a_filter_changes_list_address_and_status_and_back_undoes_it(browse: Browse, live_server: LiveServer) -> None:
    for number in range(3):
        make_paper(f"Learning {number}", categories=("cs.LG",))
    for number in range(2):
        make_paper(f"Geometry {number}", categories=("math.AG",))
    page = browse()
    page.goto(LISTING)
    leave_mark(page)

    page.get_by_label("Category").select_option("cs.LG")
    expect(chips(page)).to_have_text("cs.LG ×, remove")
    assert row_titles(page) == ["Learning 2", "Learning 1", "Learning 0"]
    expect(page).to_have_url(f"{live_server.url}{LISTING}?category=cs.LG")
    expect(status(page)).to_have_text("3 of 5 papers, the most upvoted first")
    assert is_marked(page)

    page.go_back()
    expect(page.locator(".paper-row")).to_have_count(5)
    expect(page).to_have_url(f"{live_server.url}{LISTING}")
    expect(chips(page)).to_have_count(0)
    expect(status(page)).to_have_text("5 papers, the most upvoted first")
    expect(page.get_by_label("Category")).to_have_value("")

    page.go_forward()
    expect(page.locator(".paper-row")).to_have_count(3)
    expect(page.get_by_label("Category")).to_have_value("cs.LG")


def test_removing_a_chip_restores_the_list(browse: Browse, live_server: LiveServer) -> None:
    make_paper("Learning", categories=("cs.LG",), code_url="https://code.example.org/")
    make_paper("Geometry", categories=("math.AG",))
    page = browse()
    page.goto(LISTING)
    page.get_by_label("Category").select_option("cs.LG")
    expect(chips(page)).to_have_count(1)
    page.get_by_label("Has code").check()
    expect(page).to_have_url(f"{live_server.url}{LISTING}?category=cs.LG&code=on")
    expect(chips(page)).to_have_count(2)

    chips(page).filter(has_text="cs.LG").click()
    expect(page).to_have_url(f"{live_server.url}{LISTING}?code=on")
    chips(page).filter(has_text="has code").click()
    expect(page).to_have_url(f"{live_server.url}{LISTING}")
    expect(page.locator(".paper-row")).to_have_count(2)


def test_a_slow_answer_to_earlier_letters_does_not_replace_the_final_one(
    browse: Browse, live_server: LiveServer, watch: Watch
) -> None:
    watch.expect_abort()
    make_paper("By Noether", authors=("Emmy Noether",))
    make_paper("By Nobel", authors=("Alfred Nobel",))
    page = browse()
    held: list[Route] = []
    page.route(re.compile("author=No&"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    page.goto(LISTING)
    author = page.get_by_label("Author’s name")
    with page.expect_request(re.compile("author=No&")):
        author.press_sequentially("No", delay=10)

    author.press_sequentially("ether", delay=10)
    expect(page).to_have_url(f"{live_server.url}{LISTING}?author=Noether")
    expect(page.locator(".paper-row h2")).to_have_text(["By Noether"])
    held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert row_titles(page) == ["By Noether"]
    expect(author).to_have_value("Noether")
    expect(author).to_be_focused()


def test_the_order_changes_in_place_and_says_so(browse: Browse, live_server: LiveServer) -> None:
    make_paper("Much upvoted", upvote_count=5)
    make_paper("Younger")
    page = browse()
    page.goto(LISTING)
    leave_mark(page)
    page.get_by_label("Order").select_option("new")
    expect(page).to_have_url(f"{live_server.url}{LISTING}?sort=new")
    expect(status(page)).to_have_text("2 papers, the newest first")
    assert row_titles(page) == ["Younger", "Much upvoted"]
    assert is_marked(page)
