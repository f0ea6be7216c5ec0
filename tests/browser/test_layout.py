"""No page is wider than the window, whatever it has to print, in light and in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_comment, make_paper

FORMULA = "$$" + " + ".join(rf"\frac{{\alpha_{{{n}}}}}{{\beta_{{{n}}}}}" for n in range(60)) + "$$"
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


def wide_paper() -> str:
    """A paper with everything that does not fit; returns its address."""
    word = "Electroencephalographically" * 12
    paper = make_paper(
        word[:300],
        authors=tuple(f"Maria-Magdalena van der Sommerville-Byron {number}" for number in range(40)),
        categories=("cs.LG", "cond-mat.dis-nn", "physics.data-an", "stat.ML"),
        abstract=f"A formula: {FORMULA} and the word {word}",
        journal_reference=word,
        organisation=word,
        code_url=f"https://code.example.org/{word}",
        source_keywords=[word, "short"],
        source_summary=f"{word} ${'x' * 200}$",
    )
    make_comment(paper, source=word)
    make_paper("The neighbour")
    return paper.get_absolute_url()


def assert_fits(page: Page, address: str) -> None:
    page.goto(address)
    width, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= seen, f"{address} is {width} px wide in a window of {seen}: {page.evaluate(OVERFLOWING)}"
    assert page.evaluate(OVERFLOWING) == [], address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_scrolls_sideways(browse: Browse, watch: Watch, width: int, scheme: str) -> None:
    paper = wide_paper()
    page = browse(viewport=ViewportSize(width=width, height=800), color_scheme=scheme)
    watch.expect_status(404)
    account_pages = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
    for address in ("/", paper, "/categories", "/about/ranking", *account_pages, "/no/such/page"):
        assert_fits(page, address)
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (sum(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) < 3 * 128) == (scheme == "dark")


def test_a_filtered_listing_fits_a_phone_with_its_panel_open(browse: Browse) -> None:
    wide_paper()
    page = browse(viewport=ViewportSize(width=375, height=800))
    assert_fits(page, f"/papers/new?category=cs.LG&author={'Sommerville' * 9}")
    assert_fits(page, "/papers/new?category=cs.LG&code=on&since=2025-01-01&until=2025-12-31&source=hf")
