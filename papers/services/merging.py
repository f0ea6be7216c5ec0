"""Two rows that are one paper become one, and nothing that people did on either is lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from papers.ingest.composing import DENIED, STAFF
from papers.ingest.locking import lock_writer
from papers.ingest.recomposing import recompose
from papers.ingest.records import content_hash
from papers.models import Identifier, Paper, PaperRedirect, Sighting, SourceRecord, Vote
from papers.services.recounting import recount_papers

_STRICTNESS = [Paper.State.LISTED, Paper.State.PENDING, Paper.State.HIDDEN]


@transaction.atomic
def merge_papers(kept: Paper, gone: Paper, now: datetime) -> None:
    """Move all of `gone` to `kept`: votes, comments, identifiers, what sources said; its old address redirects.

    Of two states the stricter one stays, so that nothing hidden comes back by a merge.
    """
    lock_writer()
    list(Paper.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk"))
    for model in (Vote, Sighting):
        rows = model._default_manager.filter(paper=gone)
        # Who acted on both acted once.
        rows.filter(user__in=model._default_manager.filter(paper=kept).values_list("user_id", flat=True)).delete()
        rows.update(paper=kept)
    gone.comments.update(paper=kept)
    _move_source_records(kept, gone)
    if kept.arxiv_id:
        gone.identifiers.filter(scheme="arxiv").delete()
    Identifier.objects.filter(paper=gone).update(paper=kept)
    PaperRedirect.objects.filter(paper=gone).update(paper=kept)
    names = {f"bs-{gone.pk}", gone.public_id}
    state = max(kept.state, gone.state, key=lambda state: _STRICTNESS.index(Paper.State(state)))
    picked_at = kept.picked_at or gone.picked_at
    Paper.objects.filter(pk=gone.pk).delete()
    PaperRedirect.objects.bulk_create(
        [PaperRedirect(public_id=name, paper=kept) for name in names], ignore_conflicts=True
    )
    Paper.objects.filter(pk=kept.pk).update(state=state, picked_at=picked_at)
    recompose([kept.pk], now.date())
    recount_papers(Paper.objects.filter(pk=kept.pk))


def _move_source_records(kept: Paper, gone: Paper) -> None:
    """Give `kept` all that was said; staff's words on both become one record, the later word first."""
    words = list(SourceRecord.objects.filter(source=STAFF, paper__in=[kept, gone]).order_by("changed_at"))
    if len(words) > 1:
        facts = {name: value for record in words for name, value in record.facts.items()}
        # What the later record says of a field takes back an earlier "none".
        if denied := set(facts.pop(DENIED, [])) - set(words[-1].facts):
            facts[DENIED] = sorted(denied)
        SourceRecord.objects.filter(pk=words[-1].pk).update(facts=facts, content_hash=content_hash(facts))
        SourceRecord.objects.filter(pk__in=[record.pk for record in words[:-1]]).delete()
    SourceRecord.objects.filter(paper=gone).update(paper=kept)
