"""A reader names a paper, looks at it, confirms it: what they see, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, Submission, Vote
from papers.services.submission_decisions import confirm_submission
from papers.services.submissions import submit_paper
from tests.factories import make_paper, make_user
from tests.papers.submissions.sources import BOATS, DOI, TITLE, Sources, entry, work

pytestmark = pytest.mark.django_db

PAGE = "/papers/submit"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def trusted(settings: Any) -> None:
    settings.SUBMISSIONS_UNTIL_TRUSTED = 0


def submit(client: Client, paper: str = BOATS, **headers: str) -> Any:
    return client.post(PAGE, {"paper": paper}, headers=headers)


def found(user: User, value: str = BOATS) -> Submission:
    """A submission that was looked up and waits for its reader."""
    now = timezone.now()
    submission = submit_paper(user, "arxiv", value, now)
    assert submission.state == "found"
    return submission


# Looking up


def test_a_visitor_sees_the_page_and_signs_in_first(client: Client, sources: Sources) -> None:
    page = client.get(f"{PAGE}?paper={BOATS}").text
    assert "How it works" in page
    assert 'href="/accounts/login/?next=%2Fpapers%2Fsubmit%3Fpaper%3D2509.00001"' in page
    assert submit(client)["Location"] == "/accounts/login/?next=%2Fpapers%2Fsubmit"
    assert submit(client, **HTMX)["HX-Redirect"] == "/accounts/login/?next=%2Fpapers%2Fsubmit"
    for address in (f"{PAGE}/1", f"{PAGE}/1/confirm", f"{PAGE}/1/take-back"):
        ask = client.get if address.endswith("/1") else client.post
        assert ask(address)["Location"] == "/accounts/login/?next=%2Fpapers%2Fsubmit%2F1"
    assert sources.asked == []


def test_what_is_found_is_shown_to_be_confirmed(reader_client: Client, sources: Sources) -> None:
    response = submit(reader_client, f"https://www.alphaxiv.org/abs/{BOATS}v1?utm_source=mail")
    own = Submission.objects.get()
    assert response["Location"] == f"{PAGE}/{own.pk}"
    page = reader_client.get(response["Location"]).text
    for words in (TITLE, "Ada Alder, Bo Birch", "We fold boats", "Numerical Analysis", f"arXiv:{BOATS}", "1 Sep 2025"):
        assert words in page
    assert "Staff look at it first." in page
    assert not Paper.objects.exists()
    assert sources.asked == [f"/api/query?id_list={BOATS}&max_results=1"]


def test_a_doi_is_looked_up_at_crossref(reader_client: Client, sources: Sources) -> None:
    page = reader_client.get(submit(reader_client, "https://doi.org/10.1000/BOATS.7")["Location"]).text
    assert "Boats of Paper &amp; Wood" in page
    assert "Ada Alder, The Boat Group" in page
    assert "They float for n &gt; 1." in page
    assert "Journal of Boats 7 (2), 1-12 (2025)" in page
    assert sources.asked == ["/works/10.1000%2Fboats.7?mailto=ops%40portal.example"]


def test_htmx_gets_the_same_in_place(reader_client: Client, sources: Sources) -> None:
    response = submit(reader_client, **HTMX)
    own = Submission.objects.get()
    assert response["HX-Push-Url"] == f"{PAGE}/{own.pk}"
    assert "HX-Request" in response["Vary"]
    assert "Is it this one?" in response.text
    assert "<html" not in response.text
    page = reader_client.get(own.get_absolute_url()).text
    assert response.text.strip().partition("<form")[0].replace(" autofocus", "") in page
    wrong = submit(reader_client, "lamplight", **HTMX)
    assert wrong.status_code == 422
    assert "<html" not in wrong.text
    assert "Not confirmed yet" in wrong.text
    assert 'value="lamplight"' in wrong.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Name a paper"),
        ("lamplight", "names no paper that can be looked up here"),
        ("http://169.254.169.254/latest/meta-data", "names no paper"),
        ("x" * 10_000, "too long"),
        ("2509.99999", "arXiv knows no paper 2509.99999"),
        ("10.1000/nothing", "Crossref knows no DOI 10.1000/nothing"),
    ],
)
def test_what_names_no_paper_is_said_and_kept(
    reader_client: Client, sources: Sources, typed: str, sentence: str
) -> None:
    response = submit(reader_client, typed)
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{typed}"' in response.text or not typed
    assert reader_client.get(PAGE).text.count("None yet.") == 1
    assert not Submission.objects.exclude(state="failed").exists()


def test_a_nul_is_refused(reader_client: Client, sources: Sources) -> None:
    assert submit(reader_client, "2509.00001\x00").status_code == 400
    assert sources.asked == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("book", "a book’s"), ("dataset", "a data set’s"), ("sculpture", "not a paper’s"), (None, "not a paper’s")],
)
def test_what_is_no_paper_is_refused(reader_client: Client, sources: Sources, kind: str, sentence: str) -> None:
    sources.works[DOI] = work(type=kind)
    response = submit(reader_client, DOI)
    assert response.status_code == 422
    assert f"This DOI is {sentence}, and only papers are taken here." in response.text


def test_a_withdrawn_paper_is_refused(reader_client: Client, sources: Sources) -> None:
    sources.entries[BOATS] = entry(comment="This paper has been withdrawn by the authors")
    response = submit(reader_client)
    assert response.status_code == 422
    assert "was withdrawn on 20 September 2025" in response.text
    sources.works[DOI] = work(**{"updated-by": [{"type": "retraction", "DOI": "10.1000/notice"}]})
    assert "was withdrawn on" in submit(reader_client, DOI).text


# What is known


def test_a_known_paper_is_shown_instead(reader_client: Client, sources: Sources) -> None:
    paper = make_paper(arxiv_id=BOATS)
    response = reader_client.post(PAGE, {"paper": f"arxiv.org/abs/{BOATS}v7"}, follow=True)
    assert response.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert "This paper is here already." in response.text
    assert submit(reader_client, **HTMX)["HX-Redirect"] == paper.get_absolute_url()
    assert sources.asked == []
    assert not Submission.objects.exists()


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_of_a_paper_that_is_not_shown_nothing_is_told(reader_client: Client, sources: Sources, state: str) -> None:
    make_paper("An unspeakable title", arxiv_id=BOATS, state=state)
    response = submit(reader_client)
    assert response.status_code == 422
    assert "Staff have decided not to show this paper here." in response.text
    assert "unspeakable" not in response.text
    assert sources.asked == []


def test_a_paper_known_by_its_other_name_is_shown_too(reader_client: Client, sources: Sources) -> None:
    paper = make_paper(arxiv_id=None)
    paper.identifiers.create(scheme="doi", value="10.1000/b")
    sources.entries[BOATS] = entry(doi="10.1000/B")
    response = reader_client.post(PAGE, {"paper": BOATS}, follow=True)
    assert response.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert Submission.objects.get().state == "failed"


# Confirming


def test_a_trusted_readers_paper_is_in_todays_edition_at_once(
    reader_client: Client, reader: User, sources: Sources, trusted: None
) -> None:
    own = found(reader)
    assert "It appears in today’s edition at once." in reader_client.get(own.get_absolute_url()).text
    response = reader_client.post(f"{PAGE}/{own.pk}/confirm", {"with_upvote": "on"}, follow=True)
    assert response.redirect_chain == [(f"/papers/{BOATS}", 302)]
    assert "The paper is in today’s edition." in response.text
    paper = Paper.objects.get()
    today = timezone.localdate()
    assert (paper.state, paper.listed_on, paper.title) == ("listed", today, TITLE)
    assert list(paper.source_records.order_by("source").values_list("source", "key")) == [
        ("arxiv", BOATS),
        ("submission", f"arXiv:{BOATS}"),
    ]
    assert list(paper.votes.values_list("user")) == [(reader.pk,)]
    assert paper.upvote_count == 1
    assert "A reader’s submission" in response.text
    assert "rosalind" not in response.text.split("<main")[1]
    assert mail.outbox == []
    # A second click finds it done.
    reader_client.post(f"{PAGE}/{own.pk}/confirm", {"with_upvote": "on"})
    assert Paper.objects.count() == Vote.objects.count() == 1


def test_the_upvote_is_the_readers_choice(reader_client: Client, reader: User, sources: Sources, trusted: None) -> None:
    assert "checked" in reader_client.get(found(reader).get_absolute_url()).text
    reader_client.post(f"{PAGE}/{Submission.objects.get().pk}/confirm")
    assert Paper.objects.get().upvote_count == 0


def test_a_harvest_of_the_same_paper_later_changes_nothing(reader: User, sources: Sources, trusted: None) -> None:
    from papers.ingest.runner import run_source
    from papers.ingest.sources.arxiv import ArxivSource

    confirm_submission(found(reader), with_upvote=False, now=timezone.now())
    source = ArxivSource.from_options({"id": [BOATS], "endpoint": sources.server.address})
    run = run_source(source, report=lambda *_: None)
    assert (run.created, run.updated, run.unchanged) == (0, 0, 1)
    assert Paper.objects.get().listed_on == timezone.localdate()


def test_a_new_readers_paper_waits_for_staff_and_is_shown_to_nobody(
    reader_client: Client, reader: User, sources: Sources, client: Client
) -> None:
    own = found(reader)
    response = reader_client.post(f"{PAGE}/{own.pk}/confirm", follow=True)
    assert response.redirect_chain == [(f"{PAGE}/{own.pk}", 302)]
    assert "Staff will look at it" in response.text
    own.refresh_from_db()
    assert own.state == "pending"
    assert not Paper.objects.exists()
    assert TITLE in reader_client.get(PAGE).text
    assert "Waiting for staff" in reader_client.get(PAGE).text
    assert TITLE not in client.get("/").text
    # It is not in the way of the paper coming by itself, either.
    assert client.get(f"/papers/{BOATS}").status_code == 404


def test_two_at_once_make_one_paper(reader: User, sources: Sources, trusted: None) -> None:
    first, second = found(reader), found(make_user())
    assert sources.asked == [f"/api/query?id_list={BOATS}&max_results=1"], "what was just told is not asked again"
    now = timezone.now()
    assert confirm_submission(first, with_upvote=False, now=now).state == "accepted"
    late = confirm_submission(second, with_upvote=False, now=now)
    assert (late.state, late.reason) == ("failed", "It is here already.")
    assert late.paper == Paper.objects.get()


def test_the_second_who_suggests_a_paper_is_told_so(reader_client: Client, sources: Sources) -> None:
    confirm_submission(found(make_user()), with_upvote=False, now=timezone.now())
    page = reader_client.get(submit(reader_client)["Location"]).text
    assert "Another reader has suggested it already." in page
    own = Submission.objects.get(state="found")
    reader_client.post(f"{PAGE}/{own.pk}/confirm")
    assert Submission.objects.filter(state="pending").count() == 2


def test_a_title_that_is_known_under_another_name_joins_that_paper(
    reader: User, reader_client: Client, sources: Sources, trusted: None
) -> None:
    first = confirm_submission(found(reader), with_upvote=False, now=timezone.now())
    sources.works[DOI] = work(
        title=[TITLE],
        author=[{"given": "Ada", "family": "Alder"}, {"given": "Bo", "family": "Birch"}],
        issued={"date-parts": [[2025]]},
    )
    own = reader_client.get(submit(reader_client, DOI)["Location"]).context["submission"]
    response = reader_client.post(f"{PAGE}/{own.pk}/confirm")
    assert response["Location"] == f"/papers/{BOATS}"
    assert Paper.objects.get() == first.paper


def test_what_was_looked_up_long_ago_is_looked_up_again(reader_client: Client, reader: User, sources: Sources) -> None:
    own = found(reader)
    Submission.objects.update(
        found_at=timezone.now() - timedelta(days=8), created_at=timezone.now() - timedelta(days=8)
    )
    page = reader_client.get(own.get_absolute_url()).text
    assert "Look it up again" in page
    assert "Suggest it" not in page
    answer = reader_client.post(f"{PAGE}/{own.pk}/confirm", follow=True)
    assert "more than a week ago" in answer.text
    assert submit(reader_client, f"arXiv:{BOATS}")["Location"] == own.get_absolute_url()
    assert len(sources.asked) == 2
    own.refresh_from_db()
    assert own.state == "found"
    assert not own.has_expired(timezone.now())


# Whose it is


def test_anothers_submission_is_nowhere(reader_client: Client, sources: Sources) -> None:
    theirs = found(make_user())
    assert reader_client.get(theirs.get_absolute_url()).status_code == 404
    for act in ("confirm", "take-back"):
        assert reader_client.post(f"{PAGE}/{theirs.pk}/{act}").status_code == 404
        assert reader_client.get(f"{PAGE}/{theirs.pk}/{act}").status_code == 405
    assert reader_client.get(f"{PAGE}/{'9' * 30}").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "found"
    assert TITLE not in reader_client.get(PAGE).text


def test_a_submission_is_taken_back(reader_client: Client, reader: User, sources: Sources) -> None:
    own = found(reader)
    confirm_submission(own, with_upvote=True, now=timezone.now())
    answer = reader_client.post(f"{PAGE}/{own.pk}/take-back", follow=True)
    assert "You took your submission back." in answer.text
    assert "Taken back" in answer.text
    own.refresh_from_db()
    assert own.state == "withdrawn"
    assert "decided already" not in answer.text
    Submission.objects.update(state="accepted")
    assert "It was decided already." in reader_client.post(f"{PAGE}/{own.pk}/take-back", follow=True).text
    own.refresh_from_db()
    assert own.state == "accepted"


def test_the_page_asks_so_much(
    reader_client: Client, reader: User, sources: Sources, django_assert_num_queries: Any
) -> None:
    found(reader)
    reader_client.get(PAGE)
    # The session, the reader, their two kinds of rights, how many of theirs were accepted (for trust and for the
    # sentence about it), the list, and whether the sample is on show.
    with django_assert_num_queries(8):
        reader_client.get(PAGE)


def test_the_list_goes_on_and_asks_no_more_for_more(
    reader_client: Client, reader: User, sources: Sources, count_queries: Any
) -> None:
    now = timezone.now()

    def make(count: int) -> None:
        Submission.objects.bulk_create(
            Submission(
                user=reader, scheme="arxiv", value=f"2509.{n:05}", state="accepted", paper=make_paper(), created_at=now
            )
            for n in range(count)
        )

    make(2)
    few = count_queries(reader_client.get, PAGE)
    make(40)
    assert count_queries(reader_client.get, PAGE) == few
    first = reader_client.get(PAGE)
    assert len(first.context["mine"]) == 30
    rest = reader_client.get(f"{PAGE}?after={first.context['next']}")
    assert len(rest.context["mine"]) == 12
    assert reader_client.get(f"{PAGE}?after=soon").status_code == 400
