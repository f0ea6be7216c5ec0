"""One paper."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from papers.api.answers import READ, answer
from papers.api.shapes import PaperFacts, Trouble, paper_of
from papers.models import Paper
from papers.views.access import find_paper

router = Router(by_alias=True, exclude_none=True)


@router.api_operation(
    READ,
    "/papers/{public_id:public_id}",
    response={200: PaperFacts, 404: Trouble},
    summary="Read what is known of a paper",
    description="By its arXiv id, with or without version, or bs-<number>.",
    operation_id="paper_info",
    url_name="api-paper",
)
def paper_info(request: HttpRequest, public_id: str) -> HttpResponse:
    paper = find_paper(Paper.objects.listed().for_api(), public_id)
    if paper is None:
        raise Http404("No paper here has this id.")
    return answer(paper_of(paper))
