"""The watch that all other tests rely on sees what it is there for."""

from __future__ import annotations

from tests.browser.conftest import Browse
from tests.browser.watch import Watch

OFFENCES = {
    "console: broken": "console.error('broken')",
    "script: broken": "setTimeout(() => { throw new Error('broken') })",
    "style-src-attr": "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')",
    "img-src": "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://paper.example/a.png\">')",
    "another host": "window.open('http://paper.example/')",
}


def test_the_watch_sees_every_offence(browse: Browse, watch: Watch) -> None:
    page = browse()
    # Nothing leaves this machine: the request is seen, and ended here.
    page.context.route("http://paper.example/**", lambda route: route.abort())
    page.goto("/about/ranking")
    assert watch.problems == []
    for problem, script in OFFENCES.items():
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(100)
        assert problem in " ".join(watch.problems)
        watch.problems.clear()
