"""Pages that explain the paper itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.htmx import render_page
from papers.ranking import DAYS_PER_DOUBLING, SOURCE_SCORE_WEIGHT


@require_safe
def about_ranking(request: HttpRequest) -> HttpResponse:
    context = {"source_score_weight": SOURCE_SCORE_WEIGHT, "days_per_doubling": DAYS_PER_DOUBLING}
    return render_page(request, "papers/about_ranking.html", context)
