"""The way to another site that vouches for the reader, and back.

A form that is answered by a redirect to another host is stopped by our content security policy (`form-action`),
and other sites redirect on to hosts that we can't know. So the POST is answered by a page of ours that leads there.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

# What allauth raises where the other site does not answer, or not as the protocol says.
_GARBLED = (KeyError, TypeError, ValueError, AttributeError, RequestException)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """Lead to the other site, once a form asked for it: a link alone must sign nobody in."""
    found = _provider(request, provider)
    process = "connect" if request.POST.get("process", request.GET.get("process")) == "connect" else "login"
    context = {"provider_name": found.app.name, "process": process}
    if request.method != "POST":
        return render(request, "socialaccount/login.html", context)
    try:
        response = found.redirect(request, process, next_url=get_next_redirect_url(request))
    except _GARBLED as error:
        return _failed(request, found, error)
    if not isinstance(response, HttpResponseRedirect):
        return cast(HttpResponse, response)
    return render(request, "socialaccount/leave.html", context | {"address": response.url})


@require_safe
@never_cache
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the other site sends the reader to, with its answer in the query string."""
    found = _provider(request, provider_id)
    module = import_module(f"{found.get_package()}.views")
    arguments = [provider_id] if found.id == "openid_connect" else []
    callback: Callable[..., HttpResponse] = module.callback if arguments else module.oauth2_callback
    try:
        return callback(request, *arguments)
    except _GARBLED as error:
        return _failed(request, found, error)


def _provider(request: HttpRequest, slug: str) -> Provider:
    try:
        return get_adapter(request).get_provider(request, slug)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def _failed(request: HttpRequest, provider: Provider, error: Exception) -> HttpResponse:
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response
