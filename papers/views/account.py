"""The pages of an account that know of papers: what its profile says, what is kept, and how all of it goes.

Their addresses end with a slash, as those of all pages of an account do.
"""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.htmx import render_page
from papers.forms import LeaveForm, ProfileForm
from papers.services.exporting import export_account
from papers.services.leaving import LeavingRefused, delete_account
from papers.services.profiles import save_profile
from papers.views.access import signed_in

_TOO_OFTEN = "Too many attempts. Wait a few minutes and try again."


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        save_profile(user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("account-profile")
    # What was typed and refused must not be printed as if it were saved.
    user.refresh_from_db()
    return render_page(request, "papers/account_profile.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def account_data(request: HttpRequest) -> HttpResponse:
    return render_page(request, "papers/account_data.html", {})


@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def export_data(request: HttpRequest) -> StreamingHttpResponse:
    user = signed_in(request)
    response = StreamingHttpResponse(export_account(user), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="broadsheet-{user.username}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_post_parameters("password")
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    if not signed_in(request).has_usable_password():
        # Nothing to type, so the second step must do, or a recent sign-in: FreshSignInMiddleware sees to that.
        confirmed: HttpResponse = reauthentication_required(_leave)(request)
        return confirmed
    return _leave(request)


def _leave(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = LeaveForm(request.POST if request.method == "POST" else None, user=user)
    status = 200
    if request.method == "POST":
        if not ratelimit.consume(request, action="reauthenticate", user=user):
            form.add_error(None, _TOO_OFTEN)
            status = 429
        elif form.is_valid():
            try:
                delete_account(user)
            except LeavingRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                logout(request)
                messages.success(request, "Your account is deleted.")
                return redirect("front")
        status = max(status, 422)
    return render_page(request, "papers/account_leave.html", {"form": form}, status=status)
