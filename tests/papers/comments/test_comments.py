"""Comments: written, previewed, answered, edited and deleted."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from papers.models import Comment, Paper
from papers.services.comments import CommentRefused, delete_comment, edit_comment, post_comment
from tests.factories import NOON, make_comment, make_paper, make_user
from tests.papers.comments.reading import PAGE, shown, state

HTMX = {"HX-Request": "true"}
BLANK = ["", " ", "\r\n\t \r\n", "\u200b \u2060"]


# Posting


def test_a_comment_is_posted_and_the_reader_led_to_it(paper: Paper, reader: User, reader_client: Client) -> None:
    response = reader_client.post(f"{PAGE}/comments", {"source": "Why *not* $x^2$?"})
    comment = paper.comments.get()
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}#comment-{comment.pk}")
    assert (comment.user, comment.parent, comment.source) == (reader, None, "Why *not* $x^2$?")
    assert state(paper) == (1, 1)
    page = shown(reader_client)
    assert "Why <em>not</em> <math" in page
    assert f'id="comment-{comment.pk}"' in page
    assert "1 comment<" in page


def test_htmx_gets_the_comment_an_empty_form_and_the_count(paper: Paper, reader_client: Client) -> None:
    response = reader_client.post(f"{PAGE}/comments", {"source": "Well put"}, headers=HTMX)
    answer = response.content.decode()
    assert response.status_code == 200
    assert "HX-Request" in response["Vary"]
    assert "<html" not in answer
    assert 'hx-swap-oob="beforeend:#comments"' in answer
    assert "<p>Well put</p>" in answer
    assert ">Well put</textarea>" not in answer
    assert '<p hx-swap-oob="innerHTML:#comment-count">1 comment</p>' in answer


def test_a_reply_hangs_on_what_it_answers(paper: Paper, mine: Comment, reader_client: Client) -> None:
    address = f"/comments/{mine.pk}/reply"
    response = reader_client.post(address, {"source": "An answer"})
    reply = paper.comments.get(parent=mine)
    assert response["Location"] == f"{PAGE}#comment-{reply.pk}"
    answer = reader_client.post(address, {"source": "Another"}, headers=HTMX).content.decode()
    assert f'hx-swap-oob="beforeend:#comment-{mine.pk}"' in answer
    assert answer.lstrip().startswith(f'<div class="own" id="own-{mine.pk}"')
    assert state(paper) == (3, 3)


def test_lines_end_as_on_the_authors_screen_and_keep_their_indent(paper: Paper, reader_client: Client) -> None:
    reader_client.post(f"{PAGE}/comments", {"source": "\r\n    code\r\n\r\nwords \r\n"})
    assert paper.comments.get().source == "    code\n\nwords"
    assert "<pre><code>code" in paper.comments.get().html


@pytest.mark.parametrize("source", BLANK)
def test_blank_is_refused_with_a_sentence_in_page_and_fragment(
    source: str, paper: Paper, reader_client: Client
) -> None:
    page = reader_client.post(f"{PAGE}/comments", {"source": source})
    part = reader_client.post(f"{PAGE}/comments", {"source": source}, headers=HTMX)
    assert page.status_code == part.status_code == 422
    assert "Write something first." in page.content.decode()
    assert "<html" not in part.content.decode()
    assert _without_token(part) in _without_token(page)
    assert state(paper) == (0, 0)


def test_the_fragment_with_an_opened_form_occurs_in_its_page(mine: Comment, reader_client: Client) -> None:
    for action in ("reply", "edit", "delete"):
        page, part = (reader_client.get(f"/comments/{mine.pk}/{action}", headers=how) for how in ({}, HTMX))
        assert "<html" not in part.content.decode()
        assert _without_token(part) in _without_token(page), action


def _without_token(response: Any) -> str:
    """Each rendering masks the CSRF token anew."""
    return str(response.content.decode()).replace(str(response.context["csrf_token"]), "").strip()


def test_twenty_thousand_characters_fit_and_one_more_does_not(paper: Paper, reader_client: Client) -> None:
    lines = "a\r\n" * 9_999 + "bc"
    assert reader_client.post(f"{PAGE}/comments", {"source": lines}).status_code == 302
    refused = reader_client.post(f"{PAGE}/comments", {"source": lines + "d"})
    assert refused.status_code == 422
    assert "at most 20,000 characters; this one has 20001." in refused.content.decode()
    assert state(paper) == (1, 1)


@pytest.mark.parametrize(("source", "status"), [("[" * 1_000_000, 400), ("[" * 300_000, 422)])
def test_a_megabyte_is_refused_quickly(source: str, status: int, paper: Paper, reader_client: Client) -> None:
    for address in (f"{PAGE}/comments", f"{PAGE}/comments/preview"):
        start = time.process_time()
        assert reader_client.post(address, {"source": source}).status_code == status
        assert time.process_time() - start < 2
    assert state(paper) == (0, 0)


def test_the_same_words_sent_again_are_the_same_comment(paper: Paper, reader: User, mine: Comment) -> None:
    again = post_comment(paper, reader, mine.source, now=NOON + timedelta(minutes=1))
    assert again == mine
    others = [
        post_comment(paper, reader, mine.source, parent=mine, now=NOON),
        post_comment(paper, make_user(), mine.source, now=NOON),
        post_comment(paper, reader, f"{mine.source}!", now=NOON),
        post_comment(paper, reader, mine.source, now=NOON + timedelta(hours=1)),
    ]
    assert len({mine, *others}) == 5
    delete_comment(mine, NOON)
    assert post_comment(paper, reader, mine.source, now=NOON + timedelta(minutes=1)) not in {mine, *others}


def test_a_reply_belongs_to_one_paper(mine: Comment, reader: User) -> None:
    with pytest.raises(ValueError, match="belongs to the paper"):
        post_comment(make_paper(), reader, "Here?", parent=mine, now=NOON)


def test_a_comment_needs_its_csrf_token(paper: Paper, mine: Comment, reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    for address in (f"{PAGE}/comments", *(f"/comments/{mine.pk}/{action}" for action in ("reply", "edit", "delete"))):
        assert client.post(address, {"source": "Forged"}).status_code == 403
    assert state(paper) == (1, 1)


@pytest.mark.parametrize("address", ["/comments", "/comments/preview"])
def test_new_comments_and_previews_are_posted_only(address: str, paper: Paper, reader_client: Client) -> None:
    assert reader_client.get(PAGE + address).status_code == 405


def test_old_identifiers_and_numbers_have_discussions(reader_client: Client) -> None:
    for paper in (make_paper(arxiv_id="hep-th/9711200"), make_paper(arxiv_id=None)):
        assert reader_client.post(f"{paper.get_absolute_url()}/comments", {"source": "Here too"}).status_code == 302
        assert state(paper) == (1, 1)


# Preview


def test_a_preview_is_what_would_be_posted_and_posts_nothing(paper: Paper, reader_client: Client) -> None:
    source = r"*So* $\alpha$, [x](javascript:alert(1)) $\text{<script>alert(1)</script>}$"
    part = reader_client.post(f"{PAGE}/comments/preview", {"source": source}, headers=HTMX)
    page = reader_client.post(f"{PAGE}/comments/preview", {"source": source})
    assert part.status_code == page.status_code == 200
    assert state(paper) == (0, 0)
    reader_client.post(f"{PAGE}/comments", {"source": source})
    html = paper.comments.get().html
    assert html in part.content.decode()
    assert html in page.content.decode()
    assert "</textarea>" in page.content.decode()
    assert "</textarea>" not in part.content.decode()


def test_a_blank_preview_says_so(paper: Paper, reader_client: Client) -> None:
    response = reader_client.post(f"{PAGE}/comments/preview", {"source": " "}, headers=HTMX)
    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


@pytest.mark.parametrize("mode", ["reply", "edit"])
def test_without_javascript_a_preview_leads_back_to_the_form_it_came_from(
    mode: str, mine: Comment, reader_client: Client
) -> None:
    form = {"source": "Better words", "mode": mode, "comment": str(mine.pk)}
    page = reader_client.post(f"{PAGE}/comments/preview", form).content.decode()
    assert f'<form class="comment-form" method="post" action="/comments/{mine.pk}/{mode}"' in page
    assert "<p>Better words</p>" in page


@pytest.mark.parametrize("number", ["", "x", "9" * 18, "9" * 5_000, "-1"])
def test_a_preview_of_a_reply_to_nothing_is_no_error_of_ours(number: str, paper: Paper, reader_client: Client) -> None:
    form = {"source": "Words", "mode": "reply", "comment": number}
    assert reader_client.post(f"{PAGE}/comments/preview", form).status_code in (200, 404)


# Editing


def test_an_edit_is_marked_and_keeps_what_was_said(
    paper: Paper, mine: Comment, reader_client: Client, staff: User
) -> None:
    response = reader_client.post(f"/comments/{mine.pk}/edit", {"source": "Second **thought**"})
    assert response["Location"] == f"{PAGE}#comment-{mine.pk}"
    mine.refresh_from_db()
    assert mine.source == "Second **thought**"
    assert mine.edited_at is not None
    edit = mine.edits.get()
    assert (edit.source, edit.edited_at) == ("First *thought*", mine.edited_at)
    page = shown(reader_client)
    assert "<p>Second <strong>thought</strong></p>" in page
    assert f'edited <time datetime="{mine.edited_at.isoformat(timespec="seconds")}">' in page
    assert "First" not in page
    desk = Client()
    desk.force_login(staff)
    assert "First *thought*" in desk.get(reverse("admin:papers_comment_change", args=[mine.pk])).content.decode()


def test_the_same_words_are_no_edit(mine: Comment, reader_client: Client) -> None:
    for source in ("First *thought*", "New", "New"):
        reader_client.post(f"/comments/{mine.pk}/edit", {"source": source})
    assert mine.edits.count() == 1


def test_the_form_to_edit_holds_the_source(mine: Comment, reader_client: Client) -> None:
    assert "First *thought*</textarea>" in reader_client.get(f"/comments/{mine.pk}/edit").content.decode()


@pytest.mark.parametrize("source", BLANK)
def test_an_edit_to_nothing_is_refused(source: str, mine: Comment, reader_client: Client) -> None:
    assert reader_client.post(f"/comments/{mine.pk}/edit", {"source": source}).status_code == 422
    mine.refresh_from_db()
    assert (mine.source, mine.edited_at) == ("First *thought*", None)


# Deleting


def test_deleting_asks_first_and_twice_is_once(paper: Paper, mine: Comment, reader_client: Client) -> None:
    address = f"/comments/{mine.pk}/delete"
    assert "Delete this comment?" in reader_client.get(address).content.decode()
    assert state(paper) == (1, 1)
    for _ in range(2):
        assert reader_client.post(address)["Location"] == f"{PAGE}#comment-{mine.pk}"
        assert state(paper) == (0, 0)
    mine.refresh_from_db()
    first_time = mine.deleted_at
    assert (mine.source, mine.html) == ("First *thought*", "")
    part = reader_client.post(address, headers=HTMX).content.decode()
    assert "This comment was deleted." in part
    assert "Nobody has commented yet." in part
    mine.refresh_from_db()
    assert mine.deleted_at == first_time


def test_one_with_replies_keeps_its_place_without_words_and_name(
    paper: Paper, mine: Comment, reader: User, client: Client
) -> None:
    answer = make_comment(paper, source="An answer", parent=mine)
    delete_comment(mine, NOON)
    page = shown(client)
    assert page.index("This comment was deleted.") < page.index("An answer")
    assert "thought" not in page
    assert reader.username not in page
    delete_comment(answer, NOON)
    page = shown(client)
    assert "This comment was deleted." not in page
    assert "Nobody has commented yet." in page


def test_a_deleted_comment_is_neither_edited_nor_answered(
    paper: Paper, mine: Comment, reader: User, reader_client: Client
) -> None:
    delete_comment(mine, NOON)
    for action in ("edit", "reply"):
        address = f"/comments/{mine.pk}/{action}"
        assert reader_client.get(address)["Location"] == f"{PAGE}#comment-{mine.pk}"
        assert "thought" not in reader_client.get(address, headers=HTMX).content.decode()
        refused = reader_client.post(address, {"source": "Still"}, headers=HTMX)
        assert refused.status_code == 422
        assert "thought" not in refused.content.decode()
    with pytest.raises(CommentRefused):
        edit_comment(mine, "Still", NOON)
    with pytest.raises(CommentRefused):
        post_comment(paper, reader, "Still", parent=mine, now=NOON)
    assert state(paper) == (0, 0)
    assert mine.edits.count() == 0
