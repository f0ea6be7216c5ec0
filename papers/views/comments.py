"""Comments: written, previewed, answered, edited and deleted, on a page of their own or in place.

Each form has an address that serves it as a page. htmx asks the same address for the comment with the form in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from config.htmx import render_page, wants_fragment
from papers.forms import CommentForm
from papers.markdown import render_markdown
from papers.models import Comment, Paper
from papers.services import comments as services
from papers.views.access import find_paper, sign_in_first

_TEMPLATE = "papers/comment.html"
# How often is set in ACCOUNT_RATE_LIMITS.
_TOO_OFTEN = "That is a lot at once. Your words are kept here: wait a little, then send them again."


@require_safe
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """The permalink: the comment's place on its paper's page; for htmx the comment by itself."""
    found = get_object_or_404(Comment.objects.visible_to(request.user).with_place(), pk=number)
    return _show(request, found)


@require_POST
def post_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    paper = _discussed(public_id)
    if not isinstance(request.user, User):
        return sign_in_first(request, f"{paper.get_absolute_url()}#write")
    user = request.user
    form = CommentForm(request.POST, place="new")
    written, status = _save(
        request, form, lambda source: services.post_comment(paper, user, source, now=timezone.now())
    )
    if written is None:
        return _form(request, paper, form, "new", status=status)
    return _posted(request, written, {"form": CommentForm(place="new")})


@require_POST
def preview_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the words would look like; without JavaScript, below the same form on a page of its own."""
    paper = _discussed(public_id)
    if not isinstance(request.user, User):
        return sign_in_first(request, f"{paper.get_absolute_url()}#write")
    mode, about = _form_previewed(request, paper)
    form = CommentForm(request.POST, place=_place(mode, about))
    shown, status = "", 422
    if form.is_valid():
        if ratelimit.consume(request, action="comment_preview", user=request.user):
            shown, status = render_markdown(form.cleaned_data["source"]), 200
        else:
            form.add_error("source", _TOO_OFTEN)
            status = 429
    context = {"paper": paper, "comment": about, "mode": mode, "form": form, "preview": shown}
    return render_page(request, _TEMPLATE, context, fragment="preview", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_to_comment(request: HttpRequest, number: int) -> HttpResponse:
    answered = get_object_or_404(Comment.objects.on_listed_papers().with_place(), pk=number)
    if not isinstance(request.user, User):
        return sign_in_first(request, request.path)
    user = request.user
    if request.method != "POST":
        return _open(request, answered, "reply")
    form = CommentForm(request.POST, place=_place("reply", answered))
    written, status = _save(
        request,
        form,
        lambda source: services.post_comment(answered.paper, user, source, parent=answered, now=timezone.now()),
    )
    if written is None:
        return _form(request, answered.paper, form, "reply", answered, status=status)
    return _posted(request, written, {"answered": answered})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_comment(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Comment.objects.on_listed_papers().with_place(), pk=number)
    if not isinstance(request.user, User):
        return sign_in_first(request, request.path)
    _only_by_its_author(found, request.user)
    if request.method != "POST":
        return _open(request, found, "edit")
    form = CommentForm(request.POST, place=_place("edit", found))
    written, status = _save(request, form, lambda source: services.edit_comment(found, source, timezone.now()))
    if written is None:
        return _form(request, found.paper, form, "edit", found, status=status)
    return _show(request, _with_place(written))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_comment(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Comment.objects.on_listed_papers().with_place(), pk=number)
    if not isinstance(request.user, User):
        return sign_in_first(request, request.path)
    _only_by_its_author(found, request.user)
    if request.method != "POST":
        return _open(request, found, "delete")
    try:
        deleted = services.delete_comment(found, timezone.now())
    except services.CommentRefused:
        raise Http404 from None  # the paper was hidden this moment
    return _show(request, _with_place(deleted), fragment="deleted")


def _discussed(public_id: str) -> Paper:
    """The listed paper; a hidden or pending one has no discussion, not even for staff."""
    paper = find_paper(Paper.objects.listed(), public_id)
    if paper is None:
        raise Http404
    return paper


def _with_place(comment: Comment) -> Comment:
    return Comment.objects.with_place().get(pk=comment.pk)


def _only_by_its_author(comment: Comment, user: User) -> None:
    if comment.user_id != user.pk:
        raise PermissionDenied("Only its author may change a comment.")


def _form_previewed(request: HttpRequest, paper: Paper) -> tuple[str, Comment | None]:
    """Which form the words were written in, and about which comment: the page of the preview shows it again."""
    mode, number = request.POST.get("mode"), request.POST.get("comment", "")
    if mode not in ("reply", "edit") or not re.fullmatch(r"[0-9]{1,18}", number):
        return "new", None
    return mode, get_object_or_404(paper.comments.not_deleted().with_place(), pk=int(number))


def _place(mode: str, about: Comment | None) -> str:
    return f"{mode}-{about.pk}" if about else mode


def _save(request: HttpRequest, form: CommentForm, write: Callable[[str], Comment]) -> tuple[Comment | None, int]:
    """Return what was written; or None, and the status of the answer in which the form says why not."""
    if not form.is_valid():
        return None, 422
    if not ratelimit.consume(request, action="comment", user=request.user):
        form.add_error("source", _TOO_OFTEN)
        return None, 429
    try:
        return write(form.cleaned_data["source"]), 200
    except services.CommentRefused as refusal:
        form.add_error("source", str(refusal))
    except IntegrityError:
        form.add_error("source", "Your account was deleted this moment, so this can’t be posted.")
    return None, 422


def _open(request: HttpRequest, about: Comment, mode: str) -> HttpResponse:
    """The comment with an empty form below it (reply), with its own words in one (edit), or with a question."""
    if about.deleted_at is not None:
        return _show(request, about)
    initial = {"source": about.source} if mode == "edit" else {}
    return _form(request, about.paper, CommentForm(initial=initial, place=_place(mode, about)), mode, about)


def _form(
    request: HttpRequest, paper: Paper, form: CommentForm, mode: str, about: Comment | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"paper": paper, "comment": about, "mode": mode, "form": form.focus()}
    return render_page(request, _TEMPLATE, context, fragment="own" if about else "form", status=status)


def _show(request: HttpRequest, comment: Comment, *, fragment: str = "own") -> HttpResponse:
    if not wants_fragment(request):
        return HttpResponseRedirect(comment.get_absolute_url())
    context = {"paper": comment.paper, "comment": comment, "is_focused": True}
    return render_page(request, _TEMPLATE, context, fragment=fragment)


def _posted(request: HttpRequest, written: Comment, context: dict[str, Any]) -> HttpResponse:
    """The new comment at the end of its thread, the form as it was before, and the new count."""
    comment = _with_place(written)
    if not wants_fragment(request):
        return HttpResponseRedirect(comment.get_absolute_url())
    return render_page(request, _TEMPLATE, context | {"paper": comment.paper, "comment": comment}, fragment="posted")
