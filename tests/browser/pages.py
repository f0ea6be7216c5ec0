"""What several tests read from a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def row_titles(page: Page) -> list[str]:
    return page.locator(".paper-row h2").all_inner_texts()


def row_ids(page: Page) -> list[str]:
    return [row.get_attribute("id") or "" for row in page.locator(".paper-row").all()]


def leave_mark(page: Page) -> None:
    """Put something into the page that a reload would lose."""
    page.evaluate("document.documentElement.dataset.mark = 'here'")


def is_marked(page: Page) -> bool:
    """Whether the page is still the one that was marked: nothing has loaded it again."""
    return bool(page.evaluate("document.documentElement.dataset.mark === 'here'"))


def status(page: Page) -> Locator:
    """The line of a listing that is read out when its results change."""
    return page.locator("#listing-status[role=status]")


def chips(page: Page) -> Locator:
    """One for each filter in force; the link that clears all of them is none."""
    return page.locator("#results .chip:not(.is-clear)")


def tab_to(page: Page, selector: str, at_most: int = 80) -> None:
    """Press Tab until an element that fits the selector has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{at_most} times Tab did not lead to {selector}")
