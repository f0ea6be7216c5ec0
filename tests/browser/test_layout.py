"""No page is wider than the window, whatever it has to print."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from papers.models import Paper
from papers.services.votes import cast_upvote
from tests.browser.conftest import Browse
from tests.browser.furnished import FORMULA, INLINE, WORD, Place, make_thread, places
from tests.browser.watch import Watch
from tests.factories import NOON, make_comment, make_paper, make_user

# What reaches past the window although no ancestor of its own scrolls or cuts it off.
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth;
  const isContained = (element) => {
    for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
      if (getComputedStyle(parent).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1 && !isContained(element))
    .map((element) => `${element.localName}.${element.className}`);
}"""
WIDTHS = (320, 375, 768, 1280, 1920)
# Of all pages, each a test of its own, so that several processes share them.
PARTS = 3
WORDS = f"{WORD * 5} {INLINE} {FORMULA}"


def wide_portal() -> Paper:
    """A paper with everything that does not fit, discussed at length by somebody with a long name."""
    names = tuple(f"Maria-Magdalena van der Sommerville-Byron {number}" for number in range(40))
    paper = make_paper(
        f"{WORD * 3} {INLINE}",
        authors=("Ada Byron 0", WORD, *names),
        categories=("cs.LG", "cond-mat.dis-nn", "physics.data-an", "stat.ML"),
        abstract=WORDS,
        journal_reference=WORD * 4,
        organisation=WORD * 4,
        venue=WORD * 4,
        open_access_url=f"https://{WORD[:60]}.{WORD[:60]}.example.org/x.pdf",
        fields_of_study=[WORD * 2],
        code_url=f"https://code.example.org/{WORD * 4}",
        code_stars=1234567,
        source_keywords=[WORD * 3, "short"],
        source_summary=f"{WORDS} ${'x' * 200}$",
        submitted_at=NOON,
    )
    make_thread(paper, depth=12, source=WORDS)
    writer = make_user(username="w" * 30, about=WORD * 3, link=f"https://{WORD.lower()[:60]}.example.org/{'x' * 60}")
    cast_upvote(paper, writer)
    make_comment(paper, user=writer, source=f"<pre>{WORD * 4}</pre>", parent=paper.comments.first())
    make_paper(WORD * 3)
    return paper


def assert_fits(page: Page, place: Place) -> None:
    page.goto(place.address)
    assert_narrow(page, place)


def assert_narrow(page: Page, place: Place) -> None:
    width, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= seen, f"{place} is {width} px wide in a window of {seen}: {page.evaluate(OVERFLOWING)}"
    assert page.evaluate(OVERFLOWING) == [], place


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_scrolls_sideways(browse: Browse, watch: Watch, part: int) -> None:
    paper = wide_portal()
    long_name = make_user(username="r" * 30, email=f"{'e' * 60}@{'d' * 60}.example.org")
    far = Place("many filters", f"/papers/new?category=cs.LG&author={'Sommerville' * 9}")
    looked_at = [*places(paper, "w" * 30, long_name.username), far][part::PARTS]
    assert looked_at
    visitor, member = browse(), browse(long_name)
    for place in looked_at:
        watch.expect_status(place.status)
        page = member if place.signed_in else visitor
        page.goto(place.address)
        # Loaded once: no script of ours asks how wide the window is, and style sheets ask anew.
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert_narrow(page, place)


def test_the_list_of_keys_fits_a_phone(browse: Browse) -> None:
    page = browse(viewport={"width": 320, "height": 500})
    page.goto("/categories")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.evaluate("element => element.scrollWidth - element.clientWidth") == 0
    assert dialog.evaluate("element => element.offsetLeft") >= 0
