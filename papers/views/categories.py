"""Listings by what a paper is about and by who wrote it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.htmx import render_page
from papers.models import Author, Category, Paper
from papers.taxonomy import CATEGORIES, GROUPS, canonical_code
from papers.views.listing import Listing, render_listing
from papers.views.strangers import remembered_for_strangers


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """All categories of the taxonomy in their groups; archived ones that continue elsewhere stand apart."""
    groups = [
        (name, [fact for fact in CATEGORIES.values() if fact.group == group and fact.status == "active"])
        for group, name in sorted(GROUPS.items(), key=lambda item: item[1])
    ]
    archived = [fact for fact in CATEGORIES.values() if fact.status == "archived"]
    return render_page(request, "papers/categories.html", {"groups": groups, "archived": archived})


@require_safe
@remembered_for_strangers
def category(request: HttpRequest, code: str) -> HttpResponse:
    if canonical_code(code) != code:
        return redirect("category", canonical_code(code), permanent=True)
    found = get_object_or_404(Category, code=code)
    listing = Listing(
        title=f"{found.name} ({found.code})",
        kind="category",
        sort="new",
        subtitle=_what(found),
        without_filters=("category",),
        category=code,
        search={"category": code},
        map_url=reverse("category-map", args=[code]),
    )
    return render_listing(request, listing, Paper.objects.listed().in_category(code))


@require_safe
@remembered_for_strangers
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = Author.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    listing = Listing(
        title=found.name,
        kind="author",
        sort="new",
        subtitle=_who(found),
        search={"q": f'au:"{found.name}"'},
        without_filters=("author",),
    )
    return render_listing(request, listing, Paper.objects.listed().by_author(slug))


def _what(category: Category) -> str:
    group = GROUPS[category.group]
    if category.status == Category.Status.ARCHIVED:
        successor = f"; it goes on as {category.canonical_id}" if category.canonical_id else ""
        return f"{group}. An archived category of old papers{successor}."
    return f"{group}. Papers of the category and cross-lists from others."


def _who(author: Author) -> str:
    if author.orcid:
        return f"ORCID {author.orcid}"
    return "Papers that print this name; people who share it are not told apart yet."
