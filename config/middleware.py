"""Forms that no honest browser sends are answered with 400 before anything reads them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError


class CleanFormsMiddleware:
    """Refuse NUL bytes and broken character sets in addresses, query strings and forms.

    PostgreSQL stores no NUL, and Django decodes a form lazily, somewhere inside a view or even
    inside its own error page; reading it here keeps both from ending in a 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if problem := _problem(request):
            # The error page would read the same broken form again, for its CSRF token at least.
            request.GET = QueryDict()
            request.POST = QueryDict()
            request._files = {}  # type: ignore[attr-defined]
            from config.errors import bad_request

            return bad_request(request, BadRequest(problem))
        return self.get_response(request)


def _problem(request: HttpRequest) -> str:
    if "\x00" in request.path_info or "\ufffd" in request.path_info:
        return "The address contains characters that no address here has."
    query = request.META.get("QUERY_STRING", "")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError:
        return "The address holds text that is not UTF-8."
    except ValueError:
        return "The address holds too many parameters."
    if _has_nul(pairs):
        return "The address contains NUL characters."
    if request.method != "POST":
        return ""
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (UnicodeError, LookupError):
        return "The form is not written in UTF-8."
    except (MultiPartParserError, TooManyFieldsSent, RequestDataTooBig, BadRequest):
        return "The form is broken or too large."
    if _has_nul(fields):
        return "The form contains NUL characters."
    return ""


def _has_nul(pairs: list[tuple[str, str]]) -> bool:
    return any("\x00" in name or "\x00" in str(value) for name, value in pairs)
