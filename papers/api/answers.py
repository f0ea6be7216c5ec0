"""The API as a whole: who may read it, how it tells what is wrong, where its lists go on.

It knows its reader by nothing but the address that is asked for: no session is read and no cookie set, so an answer is
the same for everybody, and pages of other sites may be let in to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from pydantic import BaseModel, TypeAdapter

from papers.api.shapes import Entry, Trouble
from papers.search.timeout import SearchTooSlow

View = Callable[..., HttpResponse]

READ = ["GET", "HEAD"]
# What an operation may answer beside its own 200.
TROUBLES: dict[int, type[BaseModel]] = {400: Trouble, 503: Trouble}
_PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}
# A sentence repeats what was sent, and that may be long.
_LONGEST = 300
_entries = TypeAdapter(list[Entry])


class PortalAPI(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix="api/")
        for operations in schema["paths"].values():
            # HTTP has it wherever there is GET, and a description says so of neither.
            operations.pop("head", None)
        return schema


api = PortalAPI(
    title=settings.SITE_NAME,
    version="1",
    description="Papers, for programs. No key is needed.",
    servers=[{"url": settings.BROADSHEET_URL}],
    # Addresses are ours (papers/api/urls.py), and the page about them is one of the portal's.
    openapi_url=None,
    docs_url=None,
)


def told(status: int, sentence: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"error": sentence[:_LONGEST]}, status=status, headers=headers or {})


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    sentences = [f"“{problem['loc'][-1]}” can’t be read: {problem['msg']}." for problem in error.errors]
    return told(400, " ".join(sentences))


@api.exception_handler(BadRequest)
def _bad_request(request: HttpRequest, error: BadRequest) -> HttpResponse:
    return told(400, str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return told(404, str(error))


@api.exception_handler(SearchTooSlow)
def _too_slow(request: HttpRequest, error: SearchTooSlow) -> HttpResponse:
    return told(503, str(error))


def answer(told: BaseModel | Sequence[Entry]) -> HttpResponse:
    """As JSON, without what is not known; ninja would check once more what was just made."""
    if isinstance(told, BaseModel):
        content = told.model_dump_json(by_alias=True, exclude_none=True).encode()
    else:
        content = _entries.dump_json(list(told), by_alias=True, exclude_none=True)
    return HttpResponse(content, content_type="application/json")


def with_next(response: HttpResponse, request: HttpRequest, **changes: object) -> HttpResponse:
    """Say where the list goes on: at the address that was asked for, with these parameters changed.

    Under the portal's own name, as all addresses in an answer, whatever a proxy made of the request's.
    """
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    response["Link"] = f'<{settings.BROADSHEET_URL}{request.path}?{query.urlencode()}>; rel="next"'
    return response


def readable_from_anywhere(view: View) -> View:
    """Let it be read, by scripts of any site too, and nothing else be done."""
    read = require_http_methods(["GET", "HEAD", "OPTIONS"])(view)

    @csrf_exempt
    @wraps(view)
    def answer_anybody(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=_PREFLIGHT)
        else:
            response = read(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Link, RateLimit, RateLimit-Policy, Retry-After"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer_anybody
