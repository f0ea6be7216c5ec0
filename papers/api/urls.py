"""Addresses of the API, without ninja's namespace and its root, at which there is nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path

from papers.api import daily, papers, search
from papers.api.answers import api, readable_from_anywhere
from papers.views.slashes import without_slash

# "search" comes before what any paper might be called.
for router in (search.router, daily.router, papers.router):
    api.add_router("", router)


@cache
def _described() -> dict[str, Any]:
    # It says the same for as long as the code does, and takes longer to write than a list of papers.
    return api.get_openapi_schema()


def description(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_described())


def api_urls() -> list[URLPattern]:
    patterns, _, _ = api.urls
    operations = [pattern for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for operation in operations:
        operation.callback = readable_from_anywhere(operation.callback)
    return [
        path("openapi.json", readable_from_anywhere(description), name="api-description"),
        *operations,
        # A script that is led to the other form of an address must be let in to that too.
        re_path(r".+/$", readable_from_anywhere(without_slash)),
    ]
