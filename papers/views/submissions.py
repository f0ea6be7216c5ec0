"""Submitting a paper: named, looked at, confirmed. A page each, and for htmx the same in place."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from config.htmx import render_page, wants_fragment
from papers.forms import ConfirmForm, SubmissionForm
from papers.ingest.records import record_of
from papers.models import Paper, Submission
from papers.services import submission_decisions, submissions
from papers.services.submissions import NOT_SHOWN, SubmissionRefused
from papers.services.trust import accepted_so_far, is_trusted
from papers.views.access import sign_in_first

_TEMPLATE = "papers/submit.html"
_ON_A_PAGE = 30
_TOO_OFTEN = "That is a lot at once. Wait a minute, then try again."
State = Submission.State


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """The form, and below it all that the reader has submitted; sent in, the paper is looked up."""
    if request.method != "POST":
        # A page on which nothing was found names what it could not find.
        named = request.GET.get("paper", "")[:300]
        return _page(request, {"form": SubmissionForm(initial={"paper": named})})
    if not isinstance(request.user, User):
        return sign_in_first(request, reverse("submit"))
    form = SubmissionForm(request.POST)
    if not form.is_valid():
        return _page(request, {"form": form.focus()}, status=422)
    scheme, value = form.cleaned_data["paper"]
    if paper := submissions.known_paper([(scheme, value)]):
        # Of one that is not shown nothing more than that is said.
        is_shown = paper.state == Paper.State.LISTED
        return _known(request, paper) if is_shown else _refused(request, form, NOT_SHOWN)
    if not ratelimit.consume(request, action="submit", user=request.user):
        return _refused(request, form, _TOO_OFTEN, status=429)
    try:
        found = submissions.submit_paper(request.user, scheme, value, timezone.now())
    except SubmissionRefused as refusal:
        return _refused(request, form, str(refusal), status=429)
    except (IntegrityError, Submission.DoesNotExist):
        return sign_in_first(request, reverse("submit"))  # the account was deleted this moment
    if found.state == State.FAILED:
        return _known(request, found.paper) if found.paper else _refused(request, form, found.reason)
    return _shown(request, found)


@require_safe
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """One of the reader's own, as it stands: to be confirmed, waiting, or decided."""
    if not isinstance(request.user, User):
        return sign_in_first(request, request.path)
    return _page(request, _about(request.user, _own(request.user, number)))


@require_POST
def confirm_submission(request: HttpRequest, number: int) -> HttpResponse:
    if not isinstance(request.user, User):
        return sign_in_first(request, reverse("submission", args=[number]))
    form = ConfirmForm(request.POST)
    with_upvote = form.is_valid() and bool(form.cleaned_data["with_upvote"])
    try:
        decided = submission_decisions.confirm_submission(
            _own(request.user, number), with_upvote=with_upvote, now=timezone.now()
        )
    except SubmissionRefused as refusal:
        messages.error(request, str(refusal))
        return _go(request, reverse("submission", args=[number]))
    except submission_decisions.WriterBusy as busy:
        messages.error(request, str(busy))
        return _page(request, _about(request.user, _own(request.user, number)), status=503)
    if decided.state == State.ACCEPTED and decided.paper:
        messages.success(request, "Thank you. The paper is in today’s edition.")
        return _go(request, decided.paper.get_absolute_url())
    if decided.paper:
        return _known(request, decided.paper)
    if decided.state == State.PENDING:
        messages.success(request, "Thank you. Staff will look at it, and you will hear from them by mail.")
    return _go(request, decided.get_absolute_url())


@require_POST
def take_submission_back(request: HttpRequest, number: int) -> HttpResponse:
    if not isinstance(request.user, User):
        return sign_in_first(request, reverse("submission", args=[number]))
    taken = submissions.take_back(_own(request.user, number), timezone.now())
    if taken.state == State.WITHDRAWN:
        messages.success(request, "You took your submission back.")
    else:
        messages.info(request, "It was decided already.")
    return _go(request, reverse("submit"))


def _own(user: User, number: int) -> Submission:
    return get_object_or_404(Submission.objects.by(user).select_related("paper"), pk=number)


def _known(request: HttpRequest, paper: Paper) -> HttpResponse:
    messages.info(request, "This paper is here already.")
    return _go(request, paper.get_absolute_url())


def _refused(request: HttpRequest, form: SubmissionForm, why: str, *, status: int = 422) -> HttpResponse:
    """The form again, with what was typed and why it won't do."""
    form.add_error("paper", why)
    return _page(request, {"form": form.focus()}, status=status)


def _shown(request: HttpRequest, found: Submission) -> HttpResponse:
    """The submission's own page; in place where htmx asked, with its address in the bar."""
    if not wants_fragment(request):
        return redirect(found)
    assert isinstance(request.user, User)  # noqa: S101 - the caller has seen to it
    response = _page(request, _about(request.user, found))
    response["HX-Push-Url"] = found.get_absolute_url()
    return response


def _about(user: User, found: Submission) -> dict[str, Any]:
    context: dict[str, Any] = {"submission": found, "has_expired": found.has_expired(timezone.now())}
    if found.facts:
        context["record"] = record_of(found.name, found.facts)
    if found.state == State.FOUND:
        others = Submission.objects.pending().about([(found.scheme, found.value)]).exclude(user=user)
        context |= {"confirm": ConfirmForm(initial={"with_upvote": True}), "is_suggested": others.exists()}
    return context


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {
        "per_day": settings.SUBMISSIONS_PER_DAY,
        "until_trusted": settings.SUBMISSIONS_UNTIL_TRUSTED,
        **context,
    }
    user = request.user
    if isinstance(user, User):
        context |= {"is_trusted": is_trusted(user), "accepted": accepted_so_far(user)}
        if "submission" not in context:
            context |= _list(user, request.GET.get("after", ""))
    return render_page(request, _TEMPLATE, context, fragment="main", status=status)


def _list(user: User, cursor: str) -> dict[str, Any]:
    rows = Submission.objects.by(user).worth_listing().for_list().latest_first()
    if cursor:
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
            raise BadRequest("This page address is broken. Begin again at the first page.")
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows[: _ON_A_PAGE + 1])
    shown = found[:_ON_A_PAGE]
    return {"mine": shown, "after": cursor, "next": shown[-1].pk if len(found) > len(shown) else None}


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if wants_fragment(request) else HttpResponseRedirect(address)
