"""A suggestion goes in place, and comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from accounts.models import User
from papers.models import Dismissal
from papers.services.embeddings import embed_papers
from papers.services.votes import cast_upvote
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark
from tests.browser.test_accessibility import violations
from tests.factories import make_paper


def test_not_for_me_leaves_a_way_back_that_the_keyboard_is_at(browse: Browse, reader: User) -> None:
    cast_upvote(make_paper("Coral reefs under warming seas"), reader)
    paper = make_paper("Reef fish and bleached corals")
    make_paper("Margins of kernel machines")
    embed_papers()
    page = browse(reader, viewport={"width": 375, "height": 800})
    page.goto("/for-you")
    assert violations(page) == []
    leave_mark(page)
    page.get_by_role("button", name=f"Not for me: {paper.title}").click()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert Dismissal.objects.get().paper == paper
    assert violations(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("may be suggested again.")).to_be_visible()
    assert not Dismissal.objects.exists()
    assert is_marked(page)
