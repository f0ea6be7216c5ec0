"""A reader's profile: who they are, what they upvoted, what they wrote, as far as they let others see it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from accounts.models import User
from config.htmx import render_page
from papers.models import Comment, Paper
from papers.querysets.comments import CommentQuerySet
from papers.views.listing import Listing, render_listing

RECENT = 5
COMMENTS_ON_A_PAGE = 20
# Past this many the page says "over 10,000".
COUNTED_UP_TO = 10_000
_PRIVATE = "Only you see this: your upvotes are private."

Page = Callable[[HttpRequest, User], HttpResponse]


@require_safe
def profile(request: HttpRequest, name: str) -> HttpResponse:
    return _of_reader(request, name, "profile", _profile)


@require_safe
def profile_upvotes(request: HttpRequest, name: str) -> HttpResponse:
    return _of_reader(request, name, "profile-upvotes", _upvotes)


@require_safe
def profile_comments(request: HttpRequest, name: str) -> HttpResponse:
    return _of_reader(request, name, "profile-comments", _comments)


def _of_reader(request: HttpRequest, name: str, address: str, page: Page) -> HttpResponse:
    """The page of that reader; a name in other letters redirects, a closed account has none."""
    person = User.objects.alias(small=Lower("username")).filter(small=name.lower(), is_active=True).first()
    if person is None:
        raise Http404
    if person.username != name:
        return redirect(address, person.username, permanent=True)
    return page(request, person)


def _profile(request: HttpRequest, person: User) -> HttpResponse:
    listed, comments = Paper.objects.listed(), _written(person)
    if not _may_see(request, person, person.has_public_upvotes):
        listed = listed.none()
    if not _may_see(request, person, person.has_public_comments):
        comments = comments.none()
    upvote_count = listed.upvoted_by(person).count_up_to(COUNTED_UP_TO)
    comment_count = comments.count_up_to(COUNTED_UP_TO)
    context = {
        "person": person,
        "is_own": request.user == person,
        "upvote_count": upvote_count,
        "upvoted": listed.latest_upvotes_of(person).only("title", "arxiv_id")[:RECENT],
        "comment_count": comment_count,
        "written": comments.latest_first()[:RECENT],
        # What others see: a profile that says nothing need not be found.
        "is_empty": not (
            person.about
            or person.link
            or (person.has_public_upvotes and upvote_count)
            or (person.has_public_comments and comment_count)
        ),
    }
    return render_page(request, "papers/profile.html", context)


def _upvotes(request: HttpRequest, person: User) -> HttpResponse:
    if not _may_see(request, person, person.has_public_upvotes):
        raise Http404
    listing = Listing(
        title=f"Upvoted by {person.username}",
        kind="profile",
        sort="new",
        summary=f"papers that {person.username} upvoted",
        subtitle=_ways(person, person.has_public_comments or request.user == person),
        notice="" if person.has_public_upvotes else _PRIVATE,
    )
    response = render_listing(request, listing, Paper.objects.listed().upvoted_by(person))
    if not person.has_public_upvotes:
        response["X-Robots-Tag"] = "noindex"
    return response


def _comments(request: HttpRequest, person: User) -> HttpResponse:
    if not _may_see(request, person, person.has_public_comments):
        raise Http404
    rows = list(_before(_written(person).latest_first(), request.GET.get("after", ""))[: COMMENTS_ON_A_PAGE + 1])
    shown = rows[:COMMENTS_ON_A_PAGE]
    context = {
        "person": person,
        "is_own": request.user == person,
        "comments": shown,
        "after": request.GET.get("after", ""),
        "next": shown[-1].pk if len(rows) > len(shown) else None,
        "shows_upvotes": _may_see(request, person, person.has_public_upvotes),
    }
    return render_page(request, "papers/profile_comments.html", context, fragment="rows")


def _may_see(request: HttpRequest, person: User, is_public: bool) -> bool:
    return is_public or request.user == person


def _written(person: User) -> CommentQuerySet:
    return Comment.objects.on_listed_papers().not_deleted().by(person).for_profile()


def _before(comments: CommentQuerySet, cursor: str) -> CommentQuerySet:
    """The comments after a cursor, which is the number of the last one shown."""
    if not cursor:
        return comments
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise BadRequest("This page address is broken. Begin again at the first page.")
    return comments.filter(pk__lt=int(cursor))


def _ways(person: User, shows_comments: bool) -> str:
    """What stands below the heading of a listing: the way to the reader's other pages."""
    own = format_html('<a href="{}">{}’s profile</a>', person.get_absolute_url(), person.username)
    if not shows_comments:
        return own
    return format_html('{} · <a href="{}">Comments</a>', own, reverse("profile-comments", args=[person.username]))
