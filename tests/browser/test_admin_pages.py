"""Django admin keeps the content security policy too; `watch` fails the test at the first violation."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page, ViewportSize, expect

from accounts.mail import QueuedEmailBackend
from accounts.models import User
from papers.ingest.holding import hold_pairs
from papers.models import Edition, PossibleDuplicate
from papers.services.merging import merge_papers
from tests.browser.conftest import Browse
from tests.browser.furnished import Place
from tests.browser.test_layout import assert_fits
from tests.browser.watch import Watch
from tests.factories import DAY, NOON, make_comment, make_paper, make_source_record


@pytest.fixture
def desk(browse: Browse, staff: User) -> Page:
    return browse(staff)


def test_every_list_and_form_opens_without_a_violation(desk: Page, watch: Watch, staff: User) -> None:
    paper = make_paper(authors=("Ada Lovelace",), categories=("cs.LG",))
    make_comment(paper, staff)
    make_source_record(paper)
    QueuedEmailBackend().send_messages([EmailMessage("Subject", "Body", None, ["a@example.org"])])
    watch.expect_status(403)  # what may not be added or deleted
    page = desk
    page.goto("/admin/")
    lists = page.locator("#content-main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(lists) > 20
    for address in sorted({*lists, "/admin/password_change/"}):
        page.goto(address)
        row = page.locator("#result_list tbody th a").first
        if row.count():
            form = (row.get_attribute("href") or "").split("?")[0]
            for part in ("change/", "history/", "delete/"):
                page.goto(form.removesuffix("change/") + part)
    page.wait_for_load_state("networkidle")


def test_the_date_and_relation_widgets_work(desk: Page) -> None:
    paper = make_paper(authors=("Ada Lovelace",), categories=("cs.LG",))
    desk.goto(f"/admin/papers/paper/{paper.pk}/change/")
    calendar = desk.locator(".date-icon").first
    calendar.click()
    assert desk.locator(".calendarbox:visible").count() == 1


@pytest.mark.parametrize("width", [375, 1280])
def test_the_pages_of_the_desk_are_no_wider_than_the_window(browse: Browse, staff: User, width: int) -> None:
    word = "Electroencephalographically" * 8
    paper, other = make_paper(word, authors=("Ada Lovelace",), categories=("cs.LG",)), make_paper(word)
    for made in (paper, other):
        make_source_record(made, identifiers=[["arxiv", made.arxiv_id]])
    make_comment(paper, staff, source=word)
    Edition.objects.create(date=DAY, note=word)
    hold_pairs([(paper, other, word)], "hf", NOON)
    pair = PossibleDuplicate.objects.get()
    merge = merge_papers(paper, make_paper(word, arxiv_id=None), NOON)
    page = browse(staff, viewport=ViewportSize(width=width, height=900))
    for address in (
        "/admin/",
        "/admin/papers/paper/",
        f"/admin/papers/paper/{paper.pk}/change/",
        f"/admin/papers/paper/merge/?kept={paper.pk}",
        f"/admin/papers/paper/merge/?kept={paper.pk}&gone={other.pk}",
        "/admin/papers/possibleduplicate/",
        f"/admin/papers/possibleduplicate/{pair.pk}/change/",
        "/admin/papers/merge/",
        f"/admin/papers/merge/{merge.pk}/change/",
        "/admin/papers/edition/2025-12-25/change/",
        "/admin/papers/comment/",
    ):
        assert_fits(page, Place(address, address))


def test_a_paper_is_hidden_and_restored_by_its_buttons(desk: Page) -> None:
    paper = make_paper("On Lamplight")
    desk.goto(f"/admin/papers/paper/{paper.pk}/change/")
    desk.get_by_role("button", name="Hide…").click()
    desk.get_by_label("Reason").fill("It is an advertisement.")
    desk.get_by_role("button", name="Hide").click()
    expect(desk.locator(".messagelist")).to_contain_text("1 paper hidden.")
    desk.get_by_role("button", name="Restore").click()
    expect(desk.locator(".messagelist")).to_contain_text("1 paper shown again.")


def test_two_papers_are_chosen_looked_at_and_merged(desk: Page) -> None:
    papers = [make_paper("On Lamplight"), make_paper("On Lamplight, again", arxiv_id=None)]
    make_source_record(papers[0], identifiers=[["arxiv", papers[0].arxiv_id]], listed_on="2025-12-25")
    make_source_record(papers[1], "page", listed_on="2025-12-25")
    desk.goto("/admin/papers/paper/")
    for box in desk.locator("#result_list .action-select").all():
        box.check()
    desk.locator("select[name=action]").select_option("merge")
    desk.get_by_role("button", name="Go").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Merge two papers into one")
    desk.get_by_role("button", name="Merge them").click()
    expect(desk.locator(".messagelist")).to_contain_text("was merged into this paper")


def test_a_paper_is_picked_from_its_edition_and_stays_in_sight(desk: Page) -> None:
    Edition.objects.create(date=DAY)
    make_paper("On Lamplight")
    desk.goto("/admin/papers/edition/2025-12-25/change/")
    desk.get_by_role("button", name="Make “On Lamplight” a pick").click()
    expect(desk.get_by_role("button", name="Picked: take the pick")).to_be_visible()


def test_the_list_is_narrowed_by_a_category_chosen_in_a_form(desk: Page) -> None:
    make_paper("Of learning", categories=("cs.LG",))
    make_paper("Of stars", categories=("astro-ph.EP",))
    desk.goto("/admin/papers/paper/?state__exact=listed")
    desk.get_by_label("Category").select_option("cs.LG")
    desk.locator("details", has_text="By category").get_by_role("button", name="Show").click()
    expect(desk.locator("#result_list th.field-title")).to_have_text(["Of learning"])
    assert "state__exact=listed" in desk.url
