"""Possible duplicates on the desk, side by side, decided on; and merges that are undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from papers.models import Merge, Paper, PossibleDuplicate
from papers.services.merging import merge_papers
from tests.factories import NOON, make_paper, make_source_record, make_user
from tests.papers.admin.conftest import client_with
from tests.papers.admin.filling import act, fields_of, logged, said

pytestmark = pytest.mark.django_db

PAIRS, MERGES = "/admin/papers/possibleduplicate/", "/admin/papers/merge/"


def make_pair(title: str = "Lamplight", decision: str = "waiting", **fields: Any) -> PossibleDuplicate:
    first = make_paper(title, arxiv_id=None, abstract="Of lamps.")
    second = make_paper(f"{title}: A Study", abstract="Of candles.")
    for paper in (first, second):
        make_source_record(paper, "acl")
    return PossibleDuplicate.objects.create(
        first=first,
        second=second,
        reason="They begin alike.",
        found_by="acl",
        first_seen_at=NOON,
        decision=decision,
        **fields,
    )


def make_merge() -> Merge:
    pair = make_pair()
    return merge_papers(pair.second, pair.first, NOON)


def press(client: Client, row: Any, where: str, name: str, **answers: Any) -> Any:
    return client.post(f"{where}{row.pk}/act/{name}/", answers, follow=True)


def test_the_desk_counts_what_waits(desk: Client) -> None:
    pair = make_pair()
    make_pair(decision="later", decided_at=NOON)
    section = BeautifulSoup(desk.get("/admin/").text, "html.parser").find("a", string="Possible duplicates")
    assert section is not None
    text = section.find_parent("section").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert text == "Possible duplicates 1 Lamplight They begin alike."
    assert f"{PAIRS}{pair.pk}/change/" in desk.get("/admin/").text


def test_the_list_shows_what_waits_unless_asked_for_more(desk: Client) -> None:
    for title, decision in (("Waiting", "waiting"), ("Later", "later"), ("Different", "different")):
        make_pair(f"{title} lamps", decision, decided_at=NOON)
    shown = {
        wish: [
            word for word in ("Waiting lamps", "Later lamps", "Different lamps") if word in desk.get(PAIRS + wish).text
        ]
        for wish in ("", "?decided=later", "?decided=different", "?decided=all")
    }
    assert shown[""] == ["Waiting lamps"]
    assert shown["?decided=later"] == ["Later lamps"]
    assert shown["?decided=different"] == ["Different lamps"]
    assert len(shown["?decided=all"]) == 3


def test_the_lists_cost_no_more_for_more_rows(desk: Client, count_queries: Callable[..., int]) -> None:
    for address, make in ((PAIRS, make_pair), (MERGES, make_merge)):
        make()
        before = count_queries(desk.get, address)
        for _ in range(3):
            make()
        assert count_queries(desk.get, address) == before


def test_both_sides_stand_beside_each_other_with_what_can_be_done(desk: Client) -> None:
    pair = make_pair()
    page = desk.get(f"{PAIRS}{pair.pk}/change/")
    rows = {
        row.select("th")[0].get_text(" ", strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in BeautifulSoup(page.text, "html.parser").select(".merge-table tbody tr")
    }
    assert rows["Title ≠ (they differ)"] == ["Lamplight: A Study", "Lamplight"]
    assert rows["Abstract ≠ (they differ)"] == ["Of candles.", "Of lamps."]
    assert rows["Sources"] == ["ACL Anthology", "ACL Anthology"]
    assert "They begin alike." in page.text
    # What has an arXiv id is kept.
    merge = f"/admin/papers/paper/merge/?kept={pair.second_id}&amp;gone={pair.first_id}"
    assert merge in page.text
    preview = desk.get(merge.replace("&amp;", "&"))
    form = fields_of(preview.text, 'form[method=post][action="/admin/papers/paper/merge/"]')
    done = desk.post("/admin/papers/paper/merge/", form, follow=True)
    assert "The list of merges can undo it" in said(done)
    assert PossibleDuplicate.objects.count() == 0
    assert Merge.objects.get().merged_by is not None


def test_they_are_told_apart_put_off_and_asked_again(desk: Client, staff: User) -> None:
    pair = make_pair()
    assert "1 possible duplicate put off." in said(press(desk, pair, PAIRS, "later"))
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_by) == ("later", staff)
    done = press(desk, pair, PAIRS, "apart")
    assert "told apart" in said(done)
    assert done.redirect_chain[-1][0] == PAIRS
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_by) == ("different", staff)
    assert "left: told apart already" in said(press(desk, pair, PAIRS, "apart"))
    press(desk, pair, PAIRS, "ask-again")
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_at, pair.decided_by) == ("waiting", None, None)
    assert logged(pair) == ["To be decided again.", "Said to be different works.", "Put off."]


def test_many_are_told_apart_at_once(desk: Client) -> None:
    pairs = [make_pair(), make_pair()]
    assert "2 possible duplicates told apart." in said(act(desk, "apart", *pairs, where=PAIRS))
    assert set(PossibleDuplicate.objects.values_list("decision", flat=True)) == {"different"}


def test_a_merge_is_undone_after_a_question(desk: Client, staff: User) -> None:
    merge = make_merge()
    assert "Undo…" in desk.get(f"{MERGES}{merge.pk}/change/").text
    asked = press(desk, merge, MERGES, "undo")
    assert "Take the two apart again?" in asked.text
    assert Paper.objects.count() == 1
    done = press(desk, merge, MERGES, "undo", answered="yes")
    assert "1 merge undone." in said(done)
    assert "Undo…" not in done.text
    merge.refresh_from_db()
    assert (Paper.objects.count(), merge.undone_by) == (2, staff)
    kept, gone = (Paper.objects.get(pk=number) for number in (merge.kept_number, merge.gone_number))
    assert logged(merge) == ["Undone."]
    assert logged(kept) == [f"Undid the merge of “Lamplight” (bs-{gone.pk}) into it."]
    assert logged(gone) == [f"Undid its merge into “Lamplight: A Study” ({kept.public_id})."]
    assert Client().get(f"/papers/bs-{gone.pk}").status_code == 200


def test_what_can_not_be_undone_says_why(desk: Client) -> None:
    merge = make_merge()
    kept = Paper.objects.get()
    later = merge_papers(kept, make_paper("A third", arxiv_id=None), NOON)
    refused = press(desk, merge, MERGES, "undo", answered="yes")
    assert f"Since then {later.gone_name} was merged into {merge.kept_name}: undo that first." in said(refused)
    assert logged(merge) == []
    both = act(desk, "undo", merge, later, where=MERGES, answered="yes")
    assert "2 merges undone." in said(both)  # the last one first
    assert Paper.objects.count() == 3


def test_the_form_of_a_merge_says_what_came_along(desk: Client) -> None:
    merge = make_merge()
    page = desk.get(f"{MERGES}{merge.pk}/change/").text
    assert "0 upvotes, 0 comments, 0 identifiers, 1 source record" in page
    assert f"/admin/papers/paper/{merge.kept_number}/change/" in page
    assert f"/admin/papers/paper/{merge.gone_number}/change/" not in page
    assert merge.gone_name in page


def test_deciding_needs_the_right_to_change(desk: Client) -> None:
    pair, merge = make_pair(), make_merge()
    onlooker = client_with("papers.view_possibleduplicate", "papers.view_merge")
    page = onlooker.get(f"{PAIRS}{pair.pk}/change/").text
    assert "They are different" not in page
    assert "Merge…" not in page
    assert onlooker.post(f"{PAIRS}{pair.pk}/act/apart/").status_code == 403
    assert onlooker.post(f"{MERGES}{merge.pk}/act/undo/", {"answered": "yes"}).status_code == 403
    assert Client().post(f"{PAIRS}{pair.pk}/act/apart/").status_code == 302
    assert desk.get(f"{PAIRS}{pair.pk}/act/apart/").status_code == 405
    assert desk.post(f"{PAIRS}{pair.pk}/delete/").status_code == 403
    pair.refresh_from_db()
    assert pair.decision == "waiting"


def test_curators_decide_too() -> None:
    curator = make_user(is_staff=True)
    curator.groups.add(Group.objects.get(name="Curators"))
    client = Client()
    client.force_login(curator)
    pair, merge = make_pair(), make_merge()
    assert "told apart" in said(press(client, pair, PAIRS, "apart"))
    assert "1 merge undone." in said(press(client, merge, MERGES, "undo", answered="yes"))
