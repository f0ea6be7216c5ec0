"""Ours have no trailing slash, admin's and allauth's have one: the other form of an address that exists leads to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe


@require_safe
def without_slash(request: HttpRequest) -> HttpResponse:
    return _lead(request, f"/{request.path_info.strip('/')}")


@require_safe
def with_slash(request: HttpRequest) -> HttpResponse:
    return _lead(request, f"{request.path_info}/")


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    try:
        match = resolve(address)
    except Resolver404:
        raise Http404 from None
    if match.func in (without_slash, with_slash):
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
