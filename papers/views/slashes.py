"""Addresses have no trailing slash; the slashed form of one that exists leads to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe


@require_safe
def without_slash(request: HttpRequest, path: str) -> HttpResponse:
    address = f"/{path.strip('/')}"
    try:
        match = resolve(address)
    except Resolver404:
        raise Http404 from None
    if match.func is without_slash:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
