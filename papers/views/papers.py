"""A paper's own page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import User
from config.htmx import render_page
from papers.citations import bibtex
from papers.forms import CommentForm
from papers.models import Paper
from papers.plain_papers import markdown_of
from papers.provenance import provenance
from papers.search.similar import similar_papers
from papers.services.sightings import note_sighting
from papers.threads import thread
from papers.views.access import find_paper
from papers.views.strangers import remembered_for_strangers

NAMES_SHOWN = 25


@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """As a page or, for who prefers it, as Markdown."""
    wanted = request.get_preferred_type(("text/html", "text/markdown"))
    try:
        response = (paper_markdown if wanted == "text/markdown" else _page)(request, public_id)
    except Http404 as missing:
        # Here, since what is not there is said in either form too.
        response = response_for_exception(request, missing)
    patch_vary_headers(response, ("Accept",))
    return response


@require_safe
def paper_markdown(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is known of a paper as text, for programs that read; under any id that leads to it."""
    found = find_paper(Paper.objects.listed().for_page(AnonymousUser()), public_id)
    if found is None:
        return HttpResponse("No paper here has this id.\n", status=404, content_type="text/plain; charset=utf-8")
    page = f"{settings.BROADSHEET_URL}{found.get_absolute_url()}"
    # Search engines are to show the page.
    headers = {"Link": f'<{page}>; rel="canonical"'}
    return HttpResponse(markdown_of(found, page), content_type="text/markdown; charset=utf-8", headers=headers)


@remembered_for_strangers
def _page(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_paper(Paper.objects.visible_to(request.user).for_page(request.user), public_id)
    if found is None:
        raise Http404
    if found.public_id != public_id:
        return redirect(found, permanent=True)
    if isinstance(request.user, User) and request.method == "GET":
        note_sighting(found, request.user)
    previous, following, place = Paper.objects.listed().neighbours(found)
    names = list(found.authorships.all())
    known = provenance(found)
    context = {
        "paper": found,
        # A collaboration's thousand names must not bury the abstract.
        "authors": {"first": names[:NAMES_SHOWN], "rest": names[NAMES_SHOWN:]},
        "previous": previous,
        "next": following,
        "place": place,
        "bibtex": bibtex(found),
        "similar": similar_papers(found),
        "provenance": known,
        # Who told it, beside each.
        "names": [(name, *known.named.get((name.scheme, name.value), ("", None))) for name in found.identifiers.all()],
        "comments": thread(found.comments.for_thread()),
        "form": CommentForm(place="new"),
    }
    return render_page(request, "papers/paper.html", context)
