"""A merge taken back: two papers again, each with its own, and what came since stays with the kept one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from papers.models import Merge, Paper, PaperRedirect, PossibleDuplicate, Sighting, Vote
from papers.services.belongings import BELONGINGS, BY_RULES_OF_THEIR_OWN, COMPOSED, paper_models
from papers.services.corrections import correct_paper
from papers.services.curation import hide_papers
from papers.services.duplicates import tell_apart
from papers.services.identifiers import add_identifier, remove_identifier
from papers.services.merging import merge_papers
from papers.services.sightings import note_sighting
from papers.services.unmerging import UndoRefused, undo_merge
from papers.services.votes import cast_upvote, withdraw_upvote
from tests.factories import NOON, make_comment, make_paper, make_user
from tests.papers.ingest.test_one_paper_a_work import TWIN, answer, clear
from tests.papers.ingest.test_writer import HF, PAGE, SNAPSHOT, changed, facts_of, write

pytestmark = pytest.mark.django_db


def pair() -> tuple[Paper, Paper]:
    """A preprint, and a page of another title that is in fact about it."""
    write("hf", HF)
    write("page", changed(PAGE, title="Lamplight, once more", identifiers=(("doi", "10.1000/page"),)))
    kept, gone = Paper.objects.order_by("arxiv_id")
    return kept, gone


def a_third() -> Paper:
    write("page", changed(PAGE, key="third", title="The third lamp of them all", abstract="Of a third lamp."))
    return Paper.objects.get(title="The third lamp of them all")


def look() -> list[Any]:
    """All that there is of papers and what people did on them, but for what remembers the merge itself."""
    return [
        (
            paper.pk,
            facts_of(paper),
            sorted(paper.votes.values_list("user", "created_at")),
            sorted(paper.sightings.values_list("user", "created_at")),
            sorted(paper.comments.values_list("pk", "parent", "source")),
            sorted(paper.redirects.values_list("public_id", flat=True)),
            sorted(paper.source_records.values_list("source", "key", "facts"), key=repr),
            paper.created_at,
        )
        for paper in Paper.objects.order_by("pk")
    ]


def test_everything_is_as_it_was() -> None:
    kept, gone = pair()
    both, one = make_user(), make_user()
    for paper, user in ((kept, both), (gone, both), (gone, one)):
        cast_upvote(paper, user)
        note_sighting(paper, user)
    answered = make_comment(gone, one)
    make_comment(gone, both, parent=answered)
    make_comment(kept, both)
    Paper.objects.filter(pk=gone.pk).update(comment_count=2, picked_at=NOON)
    Paper.objects.filter(pk=kept.pk).update(comment_count=1)
    PaperRedirect.objects.create(public_id="bs-9999", paper=gone)
    correct_paper(kept, {"journal_reference": "J. Lamps 1", "organisation": "Here"}, NOON)
    correct_paper(gone, {"journal_reference": "J. Lamps 2", "title": "Lamplight indeed"}, NOON)
    before = look()
    kept, gone = (Paper.objects.get(pk=paper.pk) for paper in (kept, gone))
    merge = merge_papers(kept, gone, NOON)
    assert look() != before
    assert undo_merge(merge.pk, NOON)[2].pk == gone.pk
    assert look() == before
    with pytest.raises(UndoRefused, match="undone already"):
        undo_merge(merge.pk, NOON)


def test_two_preprints_are_two_again_with_their_ids_and_addresses(client: Client) -> None:
    write("hf", HF, TWIN)
    write("snapshot", SNAPSHOT, changed(SNAPSHOT, key="2512.00043", identifiers=(("arxiv", "2512.00043"),)))
    before = look()
    kept, gone = Paper.objects.order_by("arxiv_id")
    merge = merge_papers(kept, gone, NOON)
    assert client.get("/papers/2512.00043")["Location"] == "/papers/2512.00042"
    undo_merge(merge.pk, NOON)
    assert look() == before
    assert client.get("/papers/2512.00043").status_code == 200
    assert write("hf", changed(TWIN, source_score=90)).updated == 1
    assert Paper.objects.get(arxiv_id="2512.00043").source_score == 90


def test_what_came_since_stays_with_the_kept_paper() -> None:
    kept, gone = pair()
    reader, later = make_user(), make_user()
    cast_upvote(gone, reader)
    merge = merge_papers(kept, gone, NOON)
    cast_upvote(kept, later)
    comment = make_comment(kept, later)
    write("snapshot", SNAPSHOT)
    correct_paper(kept, {"organisation": "Elsewhere"}, NOON)
    undo_merge(merge.pk, NOON)
    kept, gone = Paper.objects.order_by("arxiv_id")
    assert (kept.upvote_count, kept.comment_count, gone.upvote_count) == (1, 1, 1)
    assert list(kept.comments.all()) == [comment]
    assert (kept.organisation, gone.organisation) == ("Elsewhere", "")
    assert set(kept.source_records.values_list("source", flat=True)) == {"hf", "snapshot", "staff"}
    assert list(gone.identifiers.values_list("scheme", "value")) == [("doi", "10.1000/page")]


def test_what_names_the_arxiv_id_of_the_paper_that_went_goes_back_to_it() -> None:
    write("hf", HF, TWIN)
    kept, gone = Paper.objects.order_by("arxiv_id")
    merge = merge_papers(kept, gone, NOON)
    write(
        "snapshot", changed(SNAPSHOT, key="2512.00043", identifiers=(("arxiv", "2512.00043"), ("doi", "10.1000/new")))
    )
    undo_merge(merge.pk, NOON)
    gone = Paper.objects.get(arxiv_id="2512.00043")
    assert gone.source_records.count() == 2
    assert set(gone.identifiers.values_list("value", flat=True)) == {"2512.00043", "10.1000/new"}


def test_what_was_asked_by_a_name_of_the_paper_that_went_goes_back_to_it() -> None:
    kept, gone = pair()
    merge = merge_papers(kept, gone, NOON)
    told = answer(("doi", "10.1000/page"), "Lamplight, once more", citation_count=99, venue="Lamps")
    write("s2", changed(told, identifiers=(("doi", "10.1000/page"), ("s2", "0" * 40))))
    write("openalex", answer(("s2", "0" * 40), "Lamplight, once more", fields_of_study=("Physics",)))
    assert Paper.objects.get().citation_count == 99
    undo_merge(merge.pk, NOON)
    kept, gone = Paper.objects.order_by("arxiv_id")
    assert (kept.citation_count, kept.venue, kept.fields_of_study) == (None, "", [])
    assert (gone.citation_count, gone.venue, gone.fields_of_study) == (99, "Lamps", ["Physics"])
    assert set(gone.identifiers.values_list("scheme", flat=True)) == {"doi", "s2"}


def test_a_vote_that_was_taken_back_meanwhile_does_not_come_back() -> None:
    kept, gone = pair()
    both, one = make_user(), make_user()
    for paper, user in ((kept, both), (gone, both), (gone, one)):
        cast_upvote(paper, user)
    merge = merge_papers(kept, gone, NOON)
    withdraw_upvote(kept, both)
    withdraw_upvote(kept, one)
    undo_merge(merge.pk, NOON)
    assert Vote.objects.count() == 0
    assert set(Paper.objects.values_list("upvote_count", flat=True)) == {0}


def test_whose_account_is_gone_has_no_vote() -> None:
    kept, gone = pair()
    both = make_user()
    for paper in (kept, gone):
        cast_upvote(paper, both)
    merge = merge_papers(kept, gone, NOON)
    both.delete()
    undo_merge(merge.pk, NOON)
    assert Vote.objects.count() == Sighting.objects.count() == 0


def test_what_staff_decided_on_the_merged_paper_stands() -> None:
    kept, gone = pair()
    Paper.objects.filter(pk=gone.pk).update(state="pending")
    merge = merge_papers(kept, gone, NOON)
    assert Paper.objects.get().state == "pending"
    undo_merge(merge.pk, NOON)
    assert dict(Paper.objects.values_list("pk", "state")) == {kept.pk: "listed", gone.pk: "pending"}
    merge = merge_papers(kept, gone, NOON)
    hide_papers([kept.pk])
    undo_merge(merge.pk, NOON)
    assert dict(Paper.objects.values_list("pk", "state")) == {kept.pk: "hidden", gone.pk: "pending"}


def test_merges_are_undone_from_the_last_to_the_first() -> None:
    kept, gone = pair()
    third = a_third()
    before = look()
    first = merge_papers(kept, gone, NOON)
    second = merge_papers(Paper.objects.get(pk=kept.pk), third, NOON)
    with pytest.raises(UndoRefused, match=f"bs-{third.pk} was merged into 2512.00042: undo that first"):
        undo_merge(first.pk, NOON)
    undo_merge(second.pk, NOON)
    undo_merge(first.pk, NOON)
    assert look() == before


def test_a_kept_paper_that_went_itself_is_brought_back_first() -> None:
    kept, gone = pair()
    third = a_third()
    before = look()
    first = merge_papers(third, gone, NOON)
    second = merge_papers(kept, Paper.objects.get(pk=third.pk), NOON)
    with pytest.raises(UndoRefused, match=r"was itself merged into 2512.*: undo that first"):
        undo_merge(first.pk, NOON)
    undo_merge(second.pk, NOON)
    undo_merge(first.pk, NOON)
    assert look() == before


def test_what_can_not_be_undone_says_why() -> None:
    write("hf", HF, TWIN)
    kept, gone = Paper.objects.order_by("arxiv_id")
    merge = merge_papers(kept, gone, NOON)
    with pytest.raises(UndoRefused, match="no such merge"):
        undo_merge(merge.pk + 1, NOON)
    PaperRedirect.objects.filter(public_id="2512.00043").delete()
    remove = Paper.objects.get(pk=kept.pk)
    make_paper("A newcomer", arxiv_id="2512.00043")
    with pytest.raises(UndoRefused, match=r"2512\.00043 has become another paper since: A newcomer"):
        undo_merge(merge.pk, NOON)
    remove.delete()
    with pytest.raises(UndoRefused, match=r"2512\.00042, is no longer there"):
        undo_merge(merge.pk, NOON)


def test_an_address_that_a_merge_took_leads_where_it_led() -> None:
    kept, other = pair()
    add_identifier(other, "arxiv", "2512.00077", NOON)
    remove_identifier(other, "arxiv", "2512.00077", NOON)
    third = make_paper("Candlelight", arxiv_id="2512.00077")
    merge = merge_papers(kept, third, NOON)
    undo_merge(merge.pk, NOON)
    assert PaperRedirect.objects.get(public_id="2512.00077").paper_id == other.pk
    assert Paper.objects.get(pk=third.pk).arxiv_id == "2512.00077"


def test_what_was_decided_of_the_one_holds_of_the_other_until_the_merge_is_undone() -> None:
    kept, gone = pair()
    write("hf", TWIN)
    twin = Paper.objects.get(arxiv_id="2512.00043")
    first, second = sorted((gone.pk, twin.pk))
    apart = PossibleDuplicate.objects.create(
        first_id=first, second_id=second, reason="Said so.", found_by="staff", first_seen_at=NOON
    )
    tell_apart([apart.pk], NOON, None)
    held = PossibleDuplicate.objects.exclude(pk=apart.pk).get()  # the two preprints of one title
    merge = merge_papers(kept, gone, NOON)
    assert list(PossibleDuplicate.objects.values_list("pk", "decision")) == [(held.pk, "different")]
    undo_merge(merge.pk, NOON)
    decisions = {frozenset((p.first_id, p.second_id)): p.decision for p in PossibleDuplicate.objects.all()}
    assert decisions[frozenset((gone.pk, twin.pk))] == "different"
    assert decisions[frozenset((gone.pk, kept.pk))] == "different"
    assert len(decisions) == 3


def test_a_held_pair_goes_with_the_merge_of_its_two() -> None:
    write("hf", HF, TWIN)
    held = PossibleDuplicate.objects.get()
    merge = merge_papers(held.first, held.second, NOON)
    assert PossibleDuplicate.objects.count() == 0
    undo_merge(merge.pk, NOON)
    assert PossibleDuplicate.objects.get().decision == "different"


def test_a_paper_dates_itself_anew_on_either_side() -> None:
    clear()
    kept, gone = pair()
    assert Paper.objects.get(pk=gone.pk).listed_on == date(2025, 12, 25)
    merge = merge_papers(kept, gone, NOON)
    write("page", changed(PAGE, title="Lamplight, once more", listed_on=date(2025, 12, 23), as_of=date(2025, 12, 26)))
    assert Paper.objects.get().listed_on == date(2025, 12, 23)
    undo_merge(merge.pk, NOON)
    assert dict(Paper.objects.values_list("pk", "listed_on")) == {
        kept.pk: date(2025, 12, 24),
        gone.pk: date(2025, 12, 23),
    }
    assert Merge.objects.get().undone_at == NOON


def test_every_model_with_a_key_to_papers_is_moved_by_a_merge_or_has_a_rule_of_its_own() -> None:
    # A new one joins `BELONGINGS`, or a merge would throw its rows away with the paper that goes.
    known = {belonging.model for belonging in BELONGINGS} | set(COMPOSED) | set(BY_RULES_OF_THEIR_OWN)
    assert paper_models() == known
