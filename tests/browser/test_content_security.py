"""No page needs what the content security policy forbids; test_admin_pages.py says so of the admin."""

from __future__ import annotations

from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_comment, make_paper


def test_pages_and_error_pages_keep_the_policy(browse: Browse, watch: Watch) -> None:
    paper = make_paper(authors=("Ada Byron",), categories=("cs.LG",), abstract="Of $n^2$ planets.")
    make_comment(paper)
    page = browse()
    watch.expect_status(404)
    watch.expect_status(400)
    addresses = (
        "/",
        "/papers/trending",
        paper.get_absolute_url(),
        "/authors/ada-byron",
        "/categories",
        "/about/ranking",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/admin/login/",
        "/no/such/page",
        "/papers/new?after=nonsense",
    )
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy, address
        assert not watch.problems, address
