"""Error pages in our look: what happened, in a sentence, and a way back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _error(request: HttpRequest, status: int, title: str, message: str) -> HttpResponse:
    context = {"title": title, "message": message, "status": status}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = str(exception or "") or "Your browser sent something that can’t be read here."
    return _error(request, 400, "That request can’t be read", message)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = str(exception or "") or "Your account may not open this page."
    return _error(request, 403, "Not for this account", message)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404, "No such page", "Nothing is printed at this address.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "The form was open for too long or cookies are off. Go back, reload the page and send it again."
    return _error(request, 403, "The form could not be accepted", message)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without a request's context: whatever broke may break again in it."""
    return render(None, "500.html", status=500)
