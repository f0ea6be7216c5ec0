"""Nothing of ours needs what the content security policy forbids, Django admin and error pages included."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from tests.browser.conftest import Browse
from tests.browser.watch import Watch
from tests.factories import make_comment, make_paper, make_source_record


def test_public_pages_keep_the_policy(browse: Browse, watch: Watch) -> None:
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


def test_every_list_and_form_of_the_admin_keeps_the_policy(browse: Browse, watch: Watch, staff: User) -> None:
    paper = make_paper("On planets", authors=("Ada Byron",), categories=("cs.LG",))
    make_comment(paper)
    make_source_record(paper)
    page = browse(staff)
    # Staff may not add what services and sources write.
    watch.expect_status(403)
    page.goto(reverse("admin:index"))
    lists = [reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry]
    change = reverse("admin:papers_paper_change", args=[paper.pk])
    for address in [*lists, reverse("admin:papers_paper_add"), reverse("admin:accounts_user_add"), change]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not watch.problems, address
