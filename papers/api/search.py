"""The papers of a search, as its page finds them."""

from __future__ import annotations

from typing import Annotated, Any

import django_filters
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from papers.api.answers import READ, TROUBLES, answer, told, with_next
from papers.api.shapes import NAMES_IN_A_LIST, Entry, Trouble, entry_of
from papers.filters import SearchFilter
from papers.models import Paper
from papers.search.timeout import time_limit
from papers.views.access import WINDOW_SECONDS, searches_too_often, seconds_to_wait
from papers.views.finding import find_page


def _filters() -> list[dict[str, Any]]:
    """What the page's filters are called, so that whatever it takes is described here too."""
    shown = {name: known for name, known in SearchFilter.base_filters.items() if name != "unseen"}
    return [
        {
            "in": "query",
            "name": name,
            "required": False,
            "schema": _schema(known),
            "description": "Words, names or an identifier, as in the search field." if name == "q" else known.label,
        }
        for name, known in shown.items()
    ]


def _schema(known: django_filters.Filter) -> dict[str, Any]:
    if isinstance(known, django_filters.NumberFilter):
        return {"type": "integer"}
    if isinstance(known, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    if isinstance(known, django_filters.BooleanFilter):
        return {"type": "string", "enum": ["on"]}
    # Categories and sources are too many to list, and grow.
    choices = [value for value, _ in known.extra.get("choices") or []]
    return {"type": "string", "enum": choices} if choices else {"type": "string"}


router = Router(by_alias=True, exclude_none=True)


@router.api_operation(
    READ,
    "/papers/search",
    response={200: list[Entry], **TROUBLES, 429: Trouble},
    summary="Search papers",
    description="The papers of /search with the same query string, in the same order. `Link` says where they go on.",
    operation_id="search_papers",
    url_name="api-search",
    openapi_extra={"parameters": _filters()},
)
def search_papers(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=120, description="At most so many.")] = 120,
    after: Annotated[str, Query(description="Where to go on, as `Link` gives it.")] = "",
) -> HttpResponse:
    filters = SearchFilter(request.GET, Paper.objects.listed(), viewer=AnonymousUser())
    if not filters.form.is_valid():
        raise BadRequest(
            " ".join(f"“{name}” can’t be read: {errors[0]}" for name, errors in filters.form.errors.items())
        )
    if searches_too_often(request):
        return _too_often()
    with time_limit():
        page = find_page(filters, Paper.objects.listed().for_api(names=NAMES_IN_A_LIST), after, limit)
    response = answer([entry_of(paper) for paper in page])
    return with_next(response, request, after=page.next) if page.next else response


def _too_often() -> HttpResponse:
    seconds = seconds_to_wait()
    return told(
        429,
        f"Those were many searches at once. Go on in {seconds} seconds.",
        {
            "Retry-After": str(seconds),
            "RateLimit": f'"search";r=0;t={seconds}',
            "RateLimit-Policy": f'"fixed window";"search";q={settings.SEARCHES_PER_MINUTE};w={WINDOW_SECONDS}',
        },
    )
