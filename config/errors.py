"""Error pages in our look: what happened, in a sentence, and a way back."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from papers.appearance import appearance

# Without style sheets, whose addresses may be what is missing.
PLAIN_500 = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>Something broke here</title></head>
<body><h1>Something broke here</h1>
<p>The fault is ours and has been written down. Nothing that you did before is lost; try again in a moment.</p>
<p><a href="/">Today’s edition</a></p></body></html>
"""


_OURS = "The fault is ours and has been written down. Try again in a moment."


def _error(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    if is_for_a_program(request):
        return _told(status, message)
    context = {"title": title, "message": message, "status": status}
    return render(request, "error.html", context, status=status)


def is_for_a_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _told(status: int, message: str) -> HttpResponse:
    """As every error of the API is told (papers/api/answers.py)."""
    return JsonResponse({"error": message}, status=status, headers={"Access-Control-Allow-Origin": "*"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Other exceptions speak to developers: Django's on a wrong host names the setting.
    message = str(exception) if isinstance(exception, BadRequest) else ""
    message = message or "Your browser sent something that can’t be read here."
    return _error(request, 400, "That request can’t be read", message)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = str(exception or "") or "Your account may not open this page."
    return _error(request, 403, "Not for this account", message)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404, "No such page", "Nothing is printed at this address.")


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """`allowed` lists the methods that the address serves, for the Allow header."""
    reads = "GET" in allowed
    message = (
        "This page can only be read." if reads else "There is nothing to read here: forms are sent to this address."
    )
    response = _error(request, 405, "That can’t be done here", message)
    response["Allow"] = allowed
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "The form was open for too long or cookies are off. Go back, reload the page and send it again."
    return _error(request, 403, "The form could not be accepted", message)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page is rendered without a request's context: whatever broke may break again in it. Its theme is a cookie's."""
    if is_for_a_program(request):
        return _told(500, _OURS)
    try:
        return render(None, "500.html", {"theme": appearance(request).theme}, status=500)
    except Exception:  # the templates or the list of static files are what is broken
        return HttpResponse(PLAIN_500, status=500)
