"""Two rows that are one paper become one, and nothing that people did on either is lost."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from papers.ingest.recomposing import recompose
from papers.models import Identifier, Paper, PaperRedirect, Sighting, SourceRecord, Vote
from papers.services.recounting import recount_papers


@transaction.atomic
def merge_papers(kept: Paper, gone: Paper, today: date) -> None:
    """Move all of `gone` to `kept`: votes, comments, identifiers, what sources said; its old address redirects."""
    list(Paper.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
    for model in (Vote, Sighting):
        rows = model._default_manager.filter(paper=gone)
        # Who acted on both acted once.
        rows.filter(user__in=model._default_manager.filter(paper=kept).values_list("user_id", flat=True)).delete()
        rows.update(paper=kept)
    gone.comments.update(paper=kept)
    SourceRecord.objects.filter(paper=gone).update(paper=kept)
    if kept.arxiv_id:
        gone.identifiers.filter(scheme="arxiv").delete()
    Identifier.objects.filter(paper=gone).update(paper=kept)
    PaperRedirect.objects.filter(paper=gone).update(paper=kept)
    names = {f"bs-{gone.pk}", gone.public_id}
    picked_at = gone.picked_at
    Paper.objects.filter(pk=gone.pk).delete()
    PaperRedirect.objects.bulk_create(
        [PaperRedirect(public_id=name, paper=kept) for name in names], ignore_conflicts=True
    )
    if picked_at and not kept.picked_at:
        Paper.objects.filter(pk=kept.pk).update(picked_at=picked_at)
    recompose([kept.pk], today)
    recount_papers(Paper.objects.filter(pk=kept.pk))
