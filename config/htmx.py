"""One template, two answers: the whole page, or the part of it that htmx asked for."""

from __future__ import annotations

from typing import Any, Protocol, cast
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


class HtmxHttpRequest(Protocol):
    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; a boosted or history-restoring request wants the whole page."""
    htmx = cast(HtmxHttpRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def asking_page(request: HttpRequest) -> SplitResult:
    """The address of the page that asks, as htmx tells it; empty where that is none."""
    try:
        return urlsplit(cast(HtmxHttpRequest, request).htmx.current_url or "")
    except ValueError:
        return urlsplit("")


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the template, or only its partial named `fragment` when htmx asks for a part."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, VARY)
    return response
