"""Comments: in place with htmx, on pages of their own without JavaScript, and harmless whatever is typed."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from papers.models import Comment, Paper
from tests.browser.conftest import Browse
from tests.browser.pages import is_marked, leave_mark, tab_to
from tests.browser.watch import Watch
from tests.factories import make_comment, make_paper, make_user

HOSTILE = r"""
<script>window.hurt = 1</script> <svg onload="window.hurt = 1"><img src=x onerror="window.hurt = 1">

[a](javascript:window.hurt=1) [b](JaVaScRiPt:window.hurt=1) [c](data:text/html,<script>window.hurt=1</script>)
<javascript:window.hurt=1> ![d](https://evil.example/pixel.png)

$\text{<script>window.hurt = 1</script>}$ $\text{</mtext></math><img src=x onerror="window.hurt = 1">}$
$\href{javascript:window.hurt=1}{x}$ $\style{background:url(//evil.example)}{x}$ $\hspace{9999em}x$

```"><script>window.hurt = 1</script>
<style>body { display: none }</style>
```
"""


def own(page: Page, comment: Comment) -> Locator:
    """The comment itself, without what answers it."""
    return page.locator(f"#own-{comment.pk}")


def write(page: Page, label: str, words: str, button: str) -> None:
    page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_comment_is_written_previewed_and_posted_in_place(browse: Browse, reader: User) -> None:
    paper = make_paper()
    make_comment(paper, source="There before")
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    leave_mark(page)
    write(page, "Your comment", "Why *not* $x^2$?", "Preview")
    expect(page.locator(".preview em")).to_have_text("not")
    expect(page.locator(".preview math")).to_be_visible()
    expect(page.get_by_role("button", name="Preview")).to_be_focused()
    assert paper.comments.count() == 1

    page.get_by_role("button", name="Post comment").click()
    new = page.locator("#comments > .comment").nth(1)
    expect(new.locator(".own")).to_be_focused()
    expect(new.locator(".own")).to_be_in_viewport()
    expect(new.locator("em")).to_have_text("not")
    expect(page.get_by_label("Your comment", exact=True)).to_have_value("")
    expect(page.locator(".preview")).to_be_empty()
    expect(page.locator("#comment-count[role=status]")).to_contain_text("comment")
    assert is_marked(page)
    assert paper.comments.latest("pk").source == "Why *not* $x^2$?"


def test_replies_edits_and_deletions_happen_in_place(browse: Browse, reader: User) -> None:
    paper = make_paper()
    theirs = make_comment(paper, source="A question")
    make_comment(paper, source="An earlier answer", parent=theirs)
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    leave_mark(page)

    own(page, theirs).get_by_role("link", name="Reply").click()
    expect(page.get_by_label("Your reply")).to_be_focused()
    write(page, "Your reply", "My answer", "Post reply")
    # The last of the answers, as it will be when the page is loaded anew.
    new = page.locator(f"#comment-{theirs.pk} > .comment").nth(1)
    expect(new).to_contain_text("My answer")
    expect(new.locator(".own")).to_be_focused()
    expect(page.get_by_label("Your reply")).to_have_count(0)
    mine = paper.comments.get(source="My answer")
    assert mine.parent == theirs

    own(page, mine).get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Your comment, changed")).to_have_value("My answer")
    expect(page.get_by_label("Your comment, changed")).to_be_focused()
    write(page, "Your comment, changed", "My **better** answer", "Save")
    expect(own(page, mine).locator("strong")).to_have_text("better")
    expect(own(page, mine)).to_contain_text("edited")
    expect(own(page, mine)).to_be_focused()

    own(page, mine).get_by_role("link", name="Delete").click()
    expect(page.get_by_role("button", name="Delete")).to_be_focused()
    page.get_by_role("link", name="Keep it").click()
    expect(own(page, mine)).to_contain_text("better")
    own(page, mine).get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(own(page, mine)).to_contain_text("This comment was deleted.")
    expect(own(page, mine)).to_be_focused()
    expect(page.locator("#comment-count")).to_have_text("2 comments")
    assert is_marked(page)


def test_an_error_is_shown_in_place_with_the_focus_on_the_field(browse: Browse, watch: Watch, reader: User) -> None:
    watch.expect_status(422)
    paper = make_paper()
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    leave_mark(page)
    page.get_by_role("button", name="Post comment").click()
    field = page.get_by_label("Your comment", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Markdown and $TeX$ Write something first.")
    # Dragged larger, a field has a style of its own, which htmx must not copy: the policy forbids it.
    field.evaluate("element => { element.style.height = '300px' }")
    page.get_by_role("button", name="Post comment").click()
    expect(field).not_to_have_attribute("style", "height: 300px;")
    # What is pasted may be cut far above the limit, but what is sent is refused with a sentence, never in silence.
    write(page, "Your comment", "[" * 1_000_000, "Post comment")
    expect(page.locator(".comment-form .errorlist")).to_contain_text("at most 20,000 characters")
    assert is_marked(page)
    assert not paper.comments.exists()


def test_posting_does_not_wait_for_a_preview(browse: Browse, reader: User) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    page.route("**/preview", lambda route: None)  # it never answers
    write(page, "Your comment", "At once", "Preview")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("#comments > .comment")).to_have_count(1)


def test_an_impatient_double_click_posts_once(browse: Browse, reader: User) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    page.get_by_label("Your comment", exact=True).fill("Once")
    page.get_by_role("button", name="Post comment").dblclick()
    expect(page.locator("#comments > .comment")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert paper.comments.count() == 1
    expect(page.locator("#comments > .comment")).to_have_count(1)


def test_everything_is_done_with_the_keyboard(browse: Browse, reader: User) -> None:
    paper = make_paper()
    mine = make_comment(paper, reader, "Mine")
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    tab_to(page, f"#own-{mine.pk} .comment-acts a")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("Typed")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#comment-{mine.pk} > .comment .own")).to_be_focused()
    tab_to(page, ".own .comment-acts a:nth-child(3)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#comment-{mine.pk} > .comment .own")).to_contain_text("This comment was deleted.")
    assert paper.comments.filter(deleted_at=None).get() == mine


def test_without_javascript_each_step_has_a_page(browse: Browse, live_server: LiveServer, reader: User) -> None:
    paper = make_paper()
    home = live_server.url + paper.get_absolute_url()
    page = browse(reader, java_script_enabled=False)
    page.goto(paper.get_absolute_url())
    write(page, "Your comment", "First", "Preview")
    expect(page.locator(".preview p")).to_have_text("First")
    page.get_by_role("button", name="Post comment").click()
    first = paper.comments.get()
    expect(page).to_have_url(f"{home}#comment-{first.pk}")
    expect(own(page, first)).to_be_in_viewport()

    own(page, first).get_by_role("link", name="Reply").click()
    write(page, "Your reply", "Second", "Preview")
    expect(page.locator(".preview p")).to_have_text("Second")
    page.get_by_role("button", name="Post reply").click()
    second = paper.comments.get(parent=first)
    expect(page).to_have_url(f"{home}#comment-{second.pk}")

    own(page, second).get_by_role("link", name="Edit").click()
    write(page, "Your comment, changed", "Better", "Save")
    expect(own(page, second)).to_contain_text("Better")
    own(page, first).get_by_role("link", name="Delete").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page).to_have_url(f"{home}#comment-{first.pk}")
    own(page, first).get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(own(page, first)).to_contain_text("This comment was deleted.")
    expect(page.locator("#comment-count")).to_have_text("1 comment")


def test_a_form_opened_as_a_page_leads_back_to_the_paper_with_javascript_too(
    browse: Browse, live_server: LiveServer, reader: User
) -> None:
    paper = make_paper()
    mine = make_comment(paper, reader, "Mine")
    page = browse(reader)
    page.goto(f"/comments/{mine.pk}/edit")
    expect(page.get_by_label("Your comment, changed")).to_be_focused()
    write(page, "Your comment, changed", "Changed", "Save")
    expect(page).to_have_url(f"{live_server.url}{paper.get_absolute_url()}#comment-{mine.pk}")


def test_a_visitor_signs_in_to_comment_and_comes_back_to_the_form(
    browse: Browse, live_server: LiveServer, reader: User
) -> None:
    paper = make_paper()
    page = browse()
    page.goto(paper.get_absolute_url())
    page.get_by_role("link", name="Sign in to comment").click()
    page.get_by_label("User name or e-mail address").fill("rosalind")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}{paper.get_absolute_url()}#write")
    expect(page.get_by_label("Your comment", exact=True)).to_be_in_viewport()


def test_hostile_words_harm_nobody(browse: Browse, reader: User) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    write(page, "Your comment", HOSTILE, "Preview")
    expect(page.locator(".preview h3")).to_be_visible()
    assert_harmless(page, ".preview")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator("#comments .own")).to_be_focused()
    for place in ("htmx", "page"):
        if place == "page":
            page.reload()
        assert_harmless(page, "#comments")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def assert_harmless(page: Page, within: str) -> None:
    """Nothing has run; no element and no address is there that could. The watch sees requests to other hosts."""
    found = page.locator(f"{within} :is(script, style, svg, img, iframe, object, [style])")
    assert found.evaluate_all("all => all.map((one) => one.outerHTML)") == []
    links = page.locator(f"{within} .prose a").evaluate_all("all => all.map((one) => one.protocol)")
    assert set(links) <= {"https:"}
    for link in page.locator(f"{within} math").all():
        link.dispatch_event("click")
    assert page.evaluate("window.hurt") is None
    expect(page.locator("main")).to_be_visible()


@pytest.mark.parametrize("unit", ["[", "![[", "$", "$x", "*", ">", "**a *b ", "\\(", "[a](", "| a "])
def test_twenty_thousand_hostile_characters_are_quick(browse: Browse, reader: User, unit: str) -> None:
    paper = make_paper()
    page = browse(reader)
    page.goto(paper.get_absolute_url())
    start = time.monotonic()
    write(page, "Your comment", (unit * 20_000)[:19_999] + "x", "Post comment")
    expect(page.locator("#comments .own")).to_have_count(1)
    assert time.monotonic() - start < 5


def deep_thread(paper: Paper, levels: int, user: User) -> Comment:
    comment: Comment | None = None
    for level in range(levels):
        source = f"Level {level}: words enough to run over more than one line on a telephone"
        comment = make_comment(paper, user if level % 2 else make_user(), source, parent=comment)
    assert comment is not None
    return comment


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_a_deep_thread_is_readable(browse: Browse, reader: User, width: int, scheme: str) -> None:
    paper = make_paper()
    deepest = deep_thread(paper, 40, reader)
    page = browse(reader, viewport=ViewportSize(width=width, height=800), color_scheme=scheme)
    page.goto(f"/comments/{deepest.pk}")
    expect(own(page, deepest)).to_be_in_viewport()
    assert own(page, deepest).evaluate("element => element.clientWidth") > 230
    # Where no line shows any more what is answered, words do.
    assert deepest.parent is not None
    expect(own(page, deepest).locator(".answers")).to_be_visible()
    own(page, deepest).get_by_role("link", name="Reply").click()
    expect(page.get_by_label("Your reply")).to_be_focused()
    assert page.get_by_label("Your reply").evaluate("element => element.clientWidth") > 230
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
