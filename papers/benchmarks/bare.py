"""The baseline of `bench pages`: what Django costs at the least for a page of papers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import include, path

from papers.models import Paper

ROWS = 25
_TEMPLATE = Engine().from_string(
    "<!doctype html><title>Papers</title><ol>"
    "{% for paper in papers %}<li><h2>{{ paper.title }}</h2><p>{{ paper.abstract }}</p></li>{% endfor %}</ol>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """One query along an index, and 25 plain rows with abstracts."""
    papers = Paper.objects.listed().newest_first().only("title", "abstract")[:ROWS]
    return HttpResponse(_TEMPLATE.render(Context({"papers": papers})))


urlpatterns = [path("bare", bare), path("", include("config.urls"))]
