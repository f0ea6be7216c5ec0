"""
`browse` opens a page of the live server in Chromium; what Watch forbids fails the test that saw it.

Playwright's synchronous API keeps an event loop in the thread that calls it, so Django takes each query that a test
makes there for one that would block a loop, and refuses it. Nothing is blocked: the loop stands still while a test's
own lines run. DJANGO_ALLOW_ASYNC_UNSAFE says so, for as long as the browser runs and no longer; that is the time of
this package's tests, so that others neither meet the loop nor lose the guard.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.browser.chromium import ADVICE, ARGUMENTS, find_chromium, is_required, may_use_sandbox
from tests.browser.watch import Watch

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
HERE = Path(__file__).parent
PATIENCE_MS = 10_000
DESKTOP = ViewportSize(width=1280, height=900)
_FAILED = pytest.StashKey[bool]()


class Browse(Protocol):
    def __call__(self, user: User | None = None, **options: Any) -> Page:
        """Open an empty page in a browser of its own, signed in as the user; options are Playwright's for a context."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped and not find_chromium():
        terminalreporter.write_line(f"{len(skipped)} BROWSER TESTS DID NOT RUN. {ADVICE}", red=True, bold=True)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None and is_required():
        pytest.fail(ADVICE, pytrace=False)
    if path is None:
        pytest.skip(ADVICE)
    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as environ, sync_playwright() as playwright:
        environ.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, chromium_sandbox=may_use_sandbox())
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server: LiveServer) -> Watch:
    return Watch(live_server.url)


@pytest.fixture
def browse(
    chromium: Browser, live_server: LiveServer, transactional_db: None, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Browse]:
    contexts: list[BrowserContext] = []

    def open_page(user: User | None = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **{"viewport": DESKTOP} | options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        if user is not None:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item] # a TypedDict, written out
        return context.new_page()

    yield open_page
    if request.node.stash.get(_FAILED, False):
        _keep_screenshots(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert not watch.problems


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _keep_screenshots(test_name: str, contexts: list[BrowserContext]) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test_name).strip("-")
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", full_page=True)
