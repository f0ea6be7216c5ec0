"""A paper's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.models import User
from config.htmx import render_page
from papers.citations import bibtex
from papers.forms import CommentForm
from papers.models import Paper, PaperRedirect
from papers.provenance import provenance
from papers.services.sightings import note_sighting
from papers.threads import thread
from papers.views.access import find_paper


@require_safe
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_paper(Paper.objects.visible_to(request.user).for_page(request.user), public_id)
    if found is None:
        moved = PaperRedirect.objects.filter(public_id=public_id).select_related("paper").first()
        if moved is None:
            raise Http404
        return redirect(moved.paper, permanent=True)
    if found.public_id != public_id:
        return redirect(found, permanent=True)
    if isinstance(request.user, User) and request.method == "GET":
        note_sighting(found, request.user)
    previous, following, place = Paper.objects.listed().neighbours(found)
    context = {
        "paper": found,
        "previous": previous,
        "next": following,
        "place": place,
        "bibtex": bibtex(found),
        "provenance": provenance(found),
        "comments": thread(found.comments.for_thread()),
        "form": CommentForm(place="new"),
    }
    return render_page(request, "papers/paper.html", context)
