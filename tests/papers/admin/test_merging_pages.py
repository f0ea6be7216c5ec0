"""Merging two papers: found, looked at, done; and looked at again where something changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from papers.models import Paper
from papers.services.corrections import correct_paper
from papers.services.identifiers import add_identifier, remove_identifier
from papers.services.merging import merge_papers
from papers.services.votes import cast_upvote
from tests.factories import NOON, make_comment, make_paper, make_source_record, make_user
from tests.papers.admin.filling import PAPERS, act, fields_of, logged, said
from tests.papers.ingest.test_writer import HF, SNAPSHOT, write

pytestmark = pytest.mark.django_db

MERGE = f"{PAPERS}merge/"
FORM = f'form[method=post][action="{MERGE}"]'


@pytest.fixture
def pair(db: None) -> tuple[Paper, Paper]:
    kept = make_paper("Lamplight", arxiv_id="2512.00042", authors=("Ada Byron",))
    make_source_record(
        kept, "hf", identifiers=[["arxiv", "2512.00042"]], listed_on="2025-12-25", authors=[{"name": "Ada Byron"}]
    )
    gone = make_paper("Lamplight, once more", arxiv_id=None, picked_at=NOON)
    make_source_record(gone, "page", listed_on="2025-12-24", identifiers=[["doi", "10.1000/lamp"]])
    gone.identifiers.create(scheme="doi", value="10.1000/lamp")
    both, one = make_user(), make_user()
    cast_upvote(kept, both)
    for user in (both, one):
        cast_upvote(gone, user)
    return kept, gone


def preview(client: Client, kept: Paper, gone: Paper) -> Any:
    return client.get(MERGE, {"kept": kept.pk, "gone": gone.pk})


def line(response: Any, label: str) -> list[str]:
    for row in BeautifulSoup(response.text, "html.parser").select(".merge-table tbody tr"):
        cells = [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        if cells[0].split(" ≠")[0] == label:
            return cells[1:]
    raise AssertionError(f"There is no line {label}.")


def test_the_preview_shows_both_and_the_result_and_changes_nothing(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    make_comment(gone)
    gone.comment_count = 1
    gone.save(update_fields=["comment_count"])
    page = preview(desk, kept, gone)
    assert line(page, "Title") == ["Lamplight", "Lamplight, once more", "Lamplight"]
    assert line(page, "Authors") == ["Ada Byron", "", "Ada Byron"]
    assert line(page, "Upvotes") == ["1", "2", "2"]
    assert line(page, "Comments") == ["0", "1", "1"]
    assert line(page, "Edition") == ["2025-12-25", "2025-12-25", "2025-12-24"]
    assert line(page, "Identifiers")[2] == "arxiv: 2512.00042 doi: 10.1000/lamp"
    assert line(page, "Address")[2] == "/papers/2512.00042"
    assert line(page, "Redirects to it")[2] == f"/papers/bs-{gone.pk}"
    assert line(page, "Pick") == ["", "picked", "picked"]
    assert Paper.objects.count() == 2
    assert kept.votes.count() == 1
    other_way = preview(desk, gone, kept)
    assert line(other_way, "Address")[2] == "/papers/2512.00042"
    assert f"?kept={gone.pk}&amp;gone={kept.pk}" in page.text


def test_two_papers_are_merged_as_the_preview_showed(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    page = act(desk, "merge", kept, gone)
    assert page.redirect_chain[0][0] == f"{MERGE}?kept={kept.pk}&gone={gone.pk}"
    form = fields_of(page.text, FORM)
    done = desk.post(MERGE, form, follow=True)
    assert "was merged into this paper" in said(done)
    assert done.redirect_chain[-1][0] == f"{PAPERS}{kept.pk}/change/"
    paper = Paper.objects.get()
    assert (paper.upvote_count, paper.title) == (2, "Lamplight")
    assert logged(kept) == [f"Merged “Lamplight, once more” (bs-{gone.pk}) into it."]
    assert logged(gone) == ["Merged into “Lamplight” (2512.00042)."]
    assert Client().get(f"/papers/bs-{gone.pk}")["Location"] == "/papers/2512.00042"
    again = desk.post(MERGE, form)
    assert again.status_code == 409
    assert "no longer there" in again.text
    assert desk.get(f"{PAPERS}{gone.pk}/change/").status_code == 302


def test_what_changed_since_the_preview_is_shown_again(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    form = fields_of(preview(desk, kept, gone).text, FORM)
    correct_paper(gone, {"journal_reference": "J. Lamps 1"}, NOON)
    shown_again = desk.post(MERGE, form)
    assert shown_again.status_code == 409
    assert "changed meanwhile" in shown_again.text
    assert Paper.objects.count() == 2
    assert desk.post(MERGE, fields_of(shown_again.text, FORM)).status_code == 302
    assert Paper.objects.count() == 1


def test_a_vote_since_the_preview_comes_along(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    form = fields_of(preview(desk, kept, gone).text, FORM)
    cast_upvote(gone, make_user())
    assert desk.post(MERGE, form).status_code == 302
    assert Paper.objects.get().upvote_count == 3


def test_a_made_up_mark_merges_nothing(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    assert desk.post(MERGE, {"kept": kept.pk, "gone": gone.pk, "seen": "0" * 64}).status_code == 409
    assert desk.post(MERGE, {"kept": kept.pk, "gone": gone.pk}).status_code == 409
    assert Paper.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_exactly_two_are_merged(desk: Client, count: int) -> None:
    response = act(desk, "merge", *[make_paper() for _ in range(count)])
    assert "Choose exactly two papers" in said(response)


def test_the_other_paper_is_found_from_the_form(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    twin = make_paper("Lamplight", arxiv_id=None)
    make_source_record(twin, "page", title="LAMPLIGHT")
    assert f"{MERGE}?kept={kept.pk}" in desk.get(f"{PAPERS}{kept.pk}/change/").text
    search = desk.get(MERGE, {"kept": kept.pk}).text
    assert f"gone={twin.pk}" in search  # of the same title
    assert f"gone={gone.pk}" not in search
    found = desk.get(MERGE, {"kept": str(kept.pk), "q": "once more"}).text
    assert f"gone={gone.pk}" in found
    assert "No other paper matches" in desk.get(MERGE, {"kept": str(kept.pk), "q": "2512.00042"}).text


def test_a_paper_is_not_merged_with_itself_or_with_none(desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    assert "the same paper twice" in preview(desk, kept, kept).text
    assert desk.get(MERGE, {"kept": str(kept.pk), "gone": str(gone.pk + 1)}).status_code == 409
    assert desk.get(MERGE, {"kept": gone.pk + 1}).status_code == 404
    assert desk.get(MERGE).status_code == 400
    assert desk.get(MERGE, {"kept": "x"}).status_code == 400


def test_merging_needs_the_right_to_change_papers(onlooker: Client, desk: Client, pair: tuple[Paper, Paper]) -> None:
    kept, gone = pair
    form = fields_of(preview(desk, kept, gone).text, FORM)
    assert preview(onlooker, kept, gone).status_code == 403
    assert onlooker.post(MERGE, form).status_code == 403
    assert Client().post(MERGE, form).status_code == 302
    assert desk.delete(MERGE).status_code == 405
    assert Paper.objects.count() == 2


def test_of_two_arxiv_ids_the_kept_papers_stays_the_address_and_both_lead_here(client: Client) -> None:
    kept = make_paper("Lamplight", arxiv_id="2512.00042")
    make_source_record(kept, "hf", identifiers=[["arxiv", "2512.00042"]], listed_on="2025-12-25")
    gone = make_paper("Lamplight", arxiv_id="2511.00007")
    # The snapshot is asked before Hugging Face, and would give the paper its id.
    make_source_record(gone, "snapshot", identifiers=[["arxiv", "2511.00007"]])
    merge_papers(kept, gone, NOON)
    assert Paper.objects.get().arxiv_id == "2512.00042"
    assert client.get("/papers/2511.00007")["Location"] == "/papers/2512.00042"
    assert client.get("/papers/2512.00042").status_code == 200


def test_a_later_harvest_of_the_merged_away_arxiv_id_finds_the_kept_paper() -> None:
    first = replace(HF, key="2512.00042@2025-12-24")
    second = replace(HF, key="2511.00007@2025-12-23", identifiers=(("arxiv", "2511.00007"),), title="Quite another")
    write("hf", first, second)
    kept, gone = (Paper.objects.get(arxiv_id=value) for value in ("2512.00042", "2511.00007"))
    merge_papers(kept, gone, NOON)
    assert write("hf", replace(second, source_score=99)).rejected == 0
    assert write("snapshot", replace(SNAPSHOT, key="2511.00007", identifiers=(("arxiv", "2511.00007"),))).rejected == 0
    paper = Paper.objects.get()
    assert (paper.arxiv_id, paper.source_score) == ("2512.00042", 99)


def test_an_id_that_staff_took_from_a_paper_makes_a_paper_of_its_own_when_it_is_harvested() -> None:
    write("hf", HF)
    paper = Paper.objects.get()
    remove_identifier(paper, "arxiv", "2512.00042", NOON)
    add_identifier(paper, "arxiv", "2511.00007", NOON)
    other = replace(SNAPSHOT, title="Quite another paper", abstract="Of something else.", authors=())
    assert write("snapshot", other).created == 1
    assert Paper.objects.get(arxiv_id="2512.00042").title == "Quite another paper"
    assert Client().get("/papers/2512.00042").status_code == 200


def test_an_address_that_led_elsewhere_leads_to_the_merged_paper(pair: tuple[Paper, Paper], client: Client) -> None:
    first, other = pair
    add_identifier(other, "arxiv", "2512.00077", NOON)
    remove_identifier(other, "arxiv", "2512.00077", NOON)
    third = make_paper("Candlelight", arxiv_id="2512.00077")
    merge_papers(first, third, NOON)
    assert client.get("/papers/2512.00077")["Location"] == first.get_absolute_url()


def test_a_merge_that_can_not_be_logged_is_none(
    pair: tuple[Paper, Paper], desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = pair
    form = fields_of(preview(desk, kept, gone).text, FORM)

    def fail(*args: Any) -> None:
        raise RuntimeError("The log is full.")

    monkeypatch.setattr("papers.admin.paper_merging.log", fail)
    with pytest.raises(RuntimeError):
        desk.post(MERGE, form)
    assert Paper.objects.filter(pk=gone.pk).exists()
