"""Papers like a paper: by meaning where it is embedded, else by the words of its title."""

from __future__ import annotations

from dataclasses import dataclass

from papers.models import Paper, PaperEmbedding
from papers.search.neighbours import nearest_papers
from papers.titles import title_key

SHOWN = 6
# More than are shown: the same work may be here under another identifier.
_ASKED = 3 * SHOWN
_PRINTED = ("title", "arxiv_id", "dated_on", "submitted_at", "upvote_count")


@dataclass(frozen=True, slots=True)
class Similar:
    papers: list[Paper]
    by_meaning: bool  # False: the paper has no vector yet, or never will


def similar_papers(paper: Paper) -> Similar:
    """A few listed papers like this one, the likest first; never itself, nor the same work again. Four queries."""
    others = Paper.objects.listed().exclude(pk=paper.pk).only(*_PRINTED)
    place = PaperEmbedding.objects.serving().filter(paper=paper).values_list("model_id", "vector").first()
    if place is not None:
        return Similar(_other_works(paper, nearest_papers(others, *place, _ASKED)), by_meaning=True)
    return Similar(_other_works(paper, list(others.of_like_title(paper)[:_ASKED])), by_meaning=False)


def _other_works(paper: Paper, found: list[Paper]) -> list[Paper]:
    key = title_key(paper.title)
    return [other for other in found if title_key(other.title) != key][:SHOWN]
