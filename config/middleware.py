"""What no honest browser sends is refused before anything reads it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.multipartparser import MultiPartParserError

NOT_UTF_8 = "The form is not written in UTF-8."


class CleanFormsMiddleware:
    """Refuse NUL bytes and broken character sets in addresses, query strings and forms.

    PostgreSQL stores no NUL, and Django decodes a form lazily, somewhere inside a view or even
    inside its own error page; reading it here keeps both from ending in a 500. What is not UTF-8
    Django would rather replace than refuse, and somebody's words would be stored mangled.
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


class MethodsMiddleware:
    """Refuse methods that no address here serves, and print every such refusal in our look.

    Here and not in the views alone, since the check of the CSRF token comes before them and would
    answer a DELETE with 403.
    """

    served = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.method in self.served
        response = self.get_response(request) if known else HttpResponseNotAllowed(_some_served(request))
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        from config.errors import method_not_allowed

        return method_not_allowed(request, response["Allow"])


def _some_served(request: HttpRequest) -> list[str]:
    """What an address may serve, as far as can be said without its view; the API is for reading alone."""
    from config.errors import is_for_a_program

    return ["GET", "HEAD", "OPTIONS"] if is_for_a_program(request) else ["GET", "HEAD", "POST"]


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
    if _has("\x00", pairs):
        return "The address contains NUL characters."
    if request.method != "POST":
        return ""
    try:
        return _problem_of_form(request)
    except (UnicodeError, LookupError):
        return NOT_UTF_8
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig, BadRequest):
        return "The form is broken or too large."


def _problem_of_form(request: HttpRequest) -> str:
    # No form here takes a file, and Django's own limit leaves files out.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return "The form is too large."
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return NOT_UTF_8
    if request.content_type == "application/x-www-form-urlencoded":
        # Django would put U+FFFD for what is not UTF-8, and go on.
        unquote_to_bytes(request.body).decode("utf-8")
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    if request.content_type == "multipart/form-data" and _has("\ufffd", fields):
        # It does so here too, and the form itself, files and all, is not kept to be looked at again.
        return NOT_UTF_8
    return "The form contains NUL characters." if _has("\x00", fields) else ""


def _has(character: str, pairs: list[tuple[str, str]]) -> bool:
    return any(character in name or character in str(value) for name, value in pairs)
