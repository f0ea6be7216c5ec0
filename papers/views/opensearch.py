"""The portal as a search engine of the reader's browser (OpenSearch 1.1)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from papers.search.completion import Completions, complete
from papers.views.access import searches_too_often

# The specification's limit for a short name.
_NAME = 16


@require_safe
@cache_control(public=True, max_age=86_400)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Where to search, for browsers that offer to."""
    context = {"short_name": settings.SITE_NAME[:_NAME]}
    return render(request, "papers/opensearch.xml", context, content_type="application/opensearchdescription+xml")


@require_safe
def complete_for_browser(request: HttpRequest) -> HttpResponse:
    """What goes on from `q`, each a query, as address bars want it."""
    text = request.GET.get("q", "")[:1_000]
    found = Completions() if searches_too_often(request) else complete(text)
    queries = [
        *(query for query, _, _ in found.queries),
        *(f"cat:{code}" for code, _ in found.categories),
        *(f'au:"{author.name}"' for author in found.authors),
        *(paper.title for paper in found.papers),
    ]
    return JsonResponse([text, queries], safe=False, content_type="application/x-suggestions+json")
