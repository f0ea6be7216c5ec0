"""Papers of the last weeks in the order in which one reader would want them, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Mod

from accounts.models import User
from papers.models import EmbeddingModel, Paper, PaperEmbedding
from papers.querysets.papers import PaperQuerySet
from papers.search.neighbours import nearest_papers

if TYPE_CHECKING:
    from papers.search.taste import Background

SHOWN = 30
DAYS = 28
# The latest of what a reader upvoted and dismissed; older ones were another reader's.
_UPVOTES, _DISMISSALS = 200, 100
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    paper: Paper
    because: Paper  # the upvoted paper that is nearest to it


def suggestions(reader: User, today: date) -> list[Suggestion]:
    """Listed papers of the four weeks up to the last edition that the reader neither upvoted nor dismissed.

    None where the reader upvoted nothing that has a vector. A fixed number of queries.
    """
    model = EmbeddingModel.objects.serving()
    if model is None or find_spec("numpy") is None:
        return []
    vectors = PaperEmbedding.objects.filter(model=model, paper__state=Paper.State.LISTED)
    upvotes = vectors.filter(paper__votes__user=reader).order_by("-paper__votes__pk")
    liked = dict(upvotes.values_list("paper_id", "vector")[:_UPVOTES])
    if not liked:
        return []
    dismissals = vectors.filter(paper__dismissals__user=reader).order_by("-paper__dismissals__pk")
    disliked = list(dismissals.values_list("vector", flat=True)[:_DISMISSALS])
    background = _background(model.slot, model.name, model.completed_at is None, today)
    direction = background.direction(list(liked.values()), disliked)
    papers = _candidates(reader, today).for_listing(reader)
    found = nearest_papers(papers, model.slot, direction.tolist(), SHOWN)
    return _with_reasons(found, liked, background, model)


def _candidates(reader: User, today: date) -> PaperQuerySet:
    listed = Paper.objects.listed()
    # A portal that has not been filled for a while still has last weeks.
    latest = listed.latest_edition(today) or today
    return listed.in_editions(latest - timedelta(days=DAYS - 1), latest).not_judged_by(reader)


def _with_reasons(
    found: list[Paper], liked: dict[int, list[float]], background: Background, model: EmbeddingModel
) -> list[Suggestion]:
    if not found:
        return []
    places = dict(model.embeddings.filter(paper__in=found).values_list("paper_id", "vector"))
    # One whose vector went this moment, with its model, is left out.
    found = [paper for paper in found if paper.pk in places]
    ids = list(liked)
    reasons = background.nearest([places[paper.pk] for paper in found], list(liked.values()))
    named = Paper.objects.only("title", "arxiv_id").in_bulk({ids[place] for place in reasons})
    return [
        Suggestion(paper, named[ids[place]]) for paper, place in zip(found, reasons, strict=True) if ids[place] in named
    ]


@lru_cache(maxsize=4)
def _background(slot: int, name: str, is_first_filled: bool, today: date) -> Background:
    """How the model's vectors lie, from a sample; looked at once a day by each process.

    Again when all papers have their vectors for the first time: the first few told little.
    """
    from papers.search.taste import Background

    vectors = PaperEmbedding.objects.filter(model=slot)
    step = max(vectors.count() // _SAMPLE, 1)
    sample = vectors.alias(rest=Mod(F("pk"), step)).filter(rest=0)
    return Background.of(list(sample.values_list("vector", flat=True)))
