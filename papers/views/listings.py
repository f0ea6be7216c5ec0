"""Listings that no date bounds: trending, new, most discussed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from papers.models import Paper
from papers.ranking import DAYS_PER_DOUBLING
from papers.views.listing import Listing, render_listing
from papers.views.strangers import remembered_for_strangers


@require_safe
@remembered_for_strangers
def trending(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        title="Trending",
        kind="window",
        sort="trending",
        subtitle=f"Upvotes weighed against age: it takes twice the votes to stay level with a paper "
        f"{DAYS_PER_DOUBLING} days younger.",
    )
    return render_listing(request, listing, Paper.objects.listed().in_an_edition())


@require_safe
@remembered_for_strangers
def new(request: HttpRequest) -> HttpResponse:
    listing = Listing(title="New", kind="window", sort="new", subtitle="All papers, the newest edition first.")
    return render_listing(request, listing, Paper.objects.listed())


@require_safe
@remembered_for_strangers
def discussed(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        title="Most discussed", kind="window", sort="discussed", subtitle="Papers that readers have commented on."
    )
    return render_listing(request, listing, Paper.objects.listed().discussed())
