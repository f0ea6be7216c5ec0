"""Single keys walk through papers and comments and press what the page offers; they rest while somebody types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from papers.models import Paper
from papers.paging import PAGE_SIZE
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark
from tests.browser.watch import Watch
from tests.factories import DAY, make_comment, make_paper

LISTING = "/papers/date/2025-12-25"


def title(page: Page, paper: Paper) -> Locator:
    return page.locator(f"#paper-{paper.pk} h2 a")


def own(page: Page, number: int) -> Locator:
    return page.locator(f"#own-{number}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def three_papers() -> list[Paper]:
    return [make_paper(f"Paper {votes}", upvote_count=votes, abstract="Words. " * 90) for votes in (30, 20, 10)]


def test_j_and_k_walk_through_the_papers_with_the_focus_in_sight(browse: Browse) -> None:
    one, two, three = three_papers()
    page = browse(viewport={"width": 1280, "height": 400})
    page.goto(LISTING)
    for key, paper in (("j", one), ("j", two), ("j", three), ("j", three), ("k", two), ("k", one), ("k", one)):
        press(page, key)
        expect(title(page, paper)).to_be_focused()
        expect(title(page, paper)).to_be_in_viewport(ratio=1)
    # What is in focus is marked, more than other rows are.
    outline = "element => getComputedStyle(element).outlineStyle"
    assert page.locator(f"#paper-{one.pk}").evaluate(outline) == "solid"
    assert page.locator(f"#paper-{two.pk}").evaluate(outline) == "none"


def test_the_first_j_begins_where_the_reader_is(browse: Browse) -> None:
    papers = [make_paper(f"Paper {votes}", upvote_count=votes, abstract="Words. " * 90) for votes in range(20, 0, -1)]
    page = browse()
    page.goto(LISTING)
    title(page, papers[10]).evaluate("element => element.closest('li').scrollIntoView()")
    press(page, "j")
    expect(title(page, papers[10])).to_be_focused()


def test_u_upvotes_the_paper_and_withdraws_and_leaves_the_focus(browse: Browse, reader: User) -> None:
    _, two, _ = three_papers()
    page = browse(reader)
    page.goto(LISTING)
    leave_mark(page)
    press(page, "u")  # no paper has the focus: nothing to do
    press(page, "j", "j")
    for pressed in ("true", "false", "true"):
        press(page, "u")
        expect(page.locator(f"#upvote-{two.pk}")).to_have_attribute("aria-pressed", pressed)
        expect(title(page, two)).to_be_focused()
    assert is_marked(page)
    assert [vote.paper_id for vote in reader.votes.all()] == [two.pk]


def test_u_leads_a_visitor_to_sign_in(browse: Browse) -> None:
    make_paper()
    page = browse()
    page.goto(LISTING)
    press(page, "j", "u")
    page.wait_for_url("**/accounts/login/**")


def test_o_enter_and_c_open_the_paper(browse: Browse) -> None:
    _, two, _ = three_papers()
    page = browse()
    for key, end in (("o", ""), ("Enter", ""), ("c", "#discussion")):
        page.goto(LISTING)
        press(page, "j", "j", key)
        page.wait_for_url(f"**{two.get_absolute_url()}{end}")


def test_j_past_the_last_paper_brings_more_and_goes_on_in_them(browse: Browse) -> None:
    for _ in range(PAGE_SIZE + 3):
        make_paper()
    page = browse()
    page.goto("/papers/new")
    leave_mark(page)
    rows = page.locator(".paper-row")
    rows.nth(PAGE_SIZE - 1).locator("h2 a").focus()
    press(page, "j")
    expect(rows).to_have_count(PAGE_SIZE + 3)
    expect(rows.nth(PAGE_SIZE)).to_be_focused()
    press(page, "j")
    expect(rows.nth(PAGE_SIZE + 1).locator("h2 a")).to_be_focused()
    press(page, "k", "k")
    expect(rows.nth(PAGE_SIZE - 1).locator("h2 a")).to_be_focused()
    assert is_marked(page)
    press(page, "j", "Enter")
    page.wait_for_url("**/papers/2512.*")


def test_keys_work_in_what_a_filter_brought(browse: Browse) -> None:
    make_paper("Geometry", categories=("math.AG",), upvote_count=9)
    found = make_paper("Learning", categories=("cs.LG",))
    page = browse()
    page.goto(LISTING)
    page.get_by_label("Category").select_option("cs.LG")
    expect(page.locator(".paper-row")).to_have_count(1)
    page.locator("main").focus()
    press(page, "j")
    expect(title(page, found)).to_be_focused()


def test_brackets_and_t_turn_to_other_editions(browse: Browse) -> None:
    make_paper()
    for day in (24, 26):
        make_paper(listed_on=DAY.replace(day=day))
    page = browse()
    page.goto(LISTING)
    for key, day in (("[", 24), ("]", 25), ("l", 26), ("h", 25)):
        press(page, key)
        page.wait_for_url(f"**/papers/date/2025-12-{day}")
    press(page, "t")
    page.wait_for_url(lambda address: address.endswith(":" + address.split(":")[-1].split("/")[0] + "/"))


def test_on_a_paper_keys_vote_turn_and_walk_through_the_comments(browse: Browse, reader: User) -> None:
    one, two = make_paper("One", upvote_count=9), make_paper("Two")
    first = make_comment(two)
    answer = make_comment(two, parent=first)
    page = browse(reader)
    page.goto(two.get_absolute_url())
    press(page, "u")
    expect(page.locator(f"#upvote-{two.pk}")).to_have_attribute("aria-pressed", "true")
    press(page, "c")
    expect(own(page, first.pk)).to_be_focused()
    expect(own(page, first.pk)).to_be_in_viewport()
    press(page, "j")
    expect(own(page, answer.pk)).to_be_focused()
    press(page, "k")
    expect(own(page, first.pk)).to_be_focused()
    press(page, "r")
    expect(own(page, first.pk).get_by_label("Your reply")).to_be_focused()
    press(page, "j", "u")  # typed, not done
    expect(own(page, first.pk).get_by_label("Your reply")).to_have_value("ju")
    page.goto(two.get_absolute_url())
    press(page, "[")
    page.wait_for_url(f"**{one.get_absolute_url()}")
    press(page, "r")
    expect(page.get_by_label("Your comment", exact=True)).to_be_focused()


def test_the_question_mark_shows_the_list_and_escape_gives_the_focus_back(browse: Browse) -> None:
    one, two, _ = three_papers()
    page = browse()
    page.goto(LISTING)
    press(page, "j", "?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    press(page, "j", "t", "?")  # keys rest while the list is open
    expect(dialog).to_be_visible()
    press(page, "Escape")
    expect(dialog).not_to_be_visible()
    expect(title(page, one)).to_be_focused()
    press(page, "j")
    expect(title(page, two)).to_be_focused()


def test_keys_turned_off_in_the_list_do_nothing_until_turned_on(browse: Browse) -> None:
    make_paper()
    page = browse()
    page.goto(f"{LISTING}?sort=new")
    press(page, "?")
    page.get_by_label("Single keys act").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Keyboard shortcuts are off.")
    assert page.url.endswith(f"{LISTING}?sort=new")
    press(page, "j", "?")
    assert page.evaluate("document.activeElement === document.body")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Keyboard").click()
    page.get_by_label("Single keys act").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Keyboard shortcuts are on.")
    page.goto(LISTING)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("field", ["Category", "Author", "Has code", "Another day"])
def test_keys_rest_in_a_field_and_with_a_modifier(browse: Browse, field: str) -> None:
    make_paper(categories=("cs.LG",), code_url="https://code.example.org/x")
    page = browse()
    page.goto(LISTING)
    control = page.get_by_label(field).first
    control.focus()
    press(page, "j", "t", "?")
    expect(control).to_be_focused()
    page.locator("main").focus()
    press(page, "Alt+j", "Control+j", "Meta+j")
    expect(page.locator("main")).to_be_focused()
    assert LISTING in page.url


def test_a_list_that_does_not_come_is_said(browse: Browse, watch: Watch) -> None:
    make_paper()
    watch.expect_abort()
    watch._expected |= {"htmx:sendError", "ERR_INTERNET_"}
    page = browse()
    page.goto(LISTING)
    page.route("**/about/keyboard", lambda route: route.abort("internetdisconnected"))
    press(page, "?")
    expect(page.locator("#messages .is-failure")).to_contain_text("No answer came")
    expect(page.get_by_role("dialog")).to_have_count(0)
