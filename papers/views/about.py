"""Pages that explain the paper itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.htmx import render_page
from papers.models import Paper
from papers.ranking import DAYS_PER_DOUBLING, SOURCE_SCORE_WEIGHT

# Each of these costs a search, a fetch or a job, and has nothing that the papers' own pages have not.
_NOT_FOR_ROBOTS = (
    *("/search", "/searches", "/feeds/search", "/api/", "/papers/submit", "/for-you", "/accounts/", "/admin/"),
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def about_ranking(request: HttpRequest) -> HttpResponse:
    context = {"source_score_weight": SOURCE_SCORE_WEIGHT, "days_per_doubling": DAYS_PER_DOUBLING}
    return render_page(request, "papers/about_ranking.html", context)


@require_safe
def about_api(request: HttpRequest) -> HttpResponse:
    example = Paper.objects.listed().newest_first().only("arxiv_id").first()
    context = {"searches_per_minute": settings.SEARCHES_PER_MINUTE, "example": example}
    return render_page(request, "papers/about_api.html", context)
