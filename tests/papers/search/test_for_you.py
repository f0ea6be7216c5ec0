"""A page of one reader's own: recent papers in the order of what they upvoted, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from django.test import Client

from accounts.models import User
from papers.models import Dismissal, Paper
from papers.search.for_you import suggestions
from papers.search.taste import Background
from papers.services.dismissals import dismiss_paper
from papers.services.embeddings import embed_papers
from papers.services.votes import cast_upvote
from tests.factories import DAY, make_paper, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("word_embedder")]

OLD = DAY - timedelta(days=300)


@pytest.fixture
def upvoted(reader: User) -> Paper:
    """Of last year, about reefs; and papers of these weeks, embedded."""
    paper = make_paper("corals reefs fish", listed_on=OLD)
    make_paper("galaxies stars dust", listed_on=OLD)
    for title in ("corals reefs ocean", "galaxies stars night", "kernels margins proofs", "noise tensors logic"):
        make_paper(title)
    embed_papers()
    cast_upvote(paper, reader)
    return paper


def titles(reader: User, today: date = DAY) -> list[str]:
    return [suggestion.paper.title for suggestion in suggestions(reader, today)]


def test_what_is_like_the_upvoted_comes_first_with_its_reason(reader: User, upvoted: Paper) -> None:
    first = suggestions(reader, DAY)[0]
    assert first.paper.title == "corals reefs ocean"
    assert first.because == upvoted


def test_the_reason_is_the_nearest_of_several_upvotes(reader: User, upvoted: Paper) -> None:
    cast_upvote(Paper.objects.get(title="galaxies stars dust"), reader)
    reasons = {found.paper.title: found.because.title for found in suggestions(reader, DAY)}
    assert reasons["corals reefs ocean"] == "corals reefs fish"
    assert reasons["galaxies stars night"] == "galaxies stars dust"


def test_only_papers_of_the_last_four_weeks_that_are_not_upvoted_yet(reader: User, upvoted: Paper) -> None:
    assert "galaxies stars dust" not in titles(reader)
    cast_upvote(Paper.objects.get(title="corals reefs ocean"), reader)
    assert "corals reefs ocean" not in titles(reader)


def test_a_portal_without_news_suggests_from_its_last_weeks(reader: User, upvoted: Paper) -> None:
    assert titles(reader, DAY + timedelta(days=400))[0] == "corals reefs ocean"


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_only_listed_papers_are_suggested_or_named_as_a_reason(reader: User, upvoted: Paper, state: str) -> None:
    Paper.objects.filter(title="corals reefs ocean").update(state=state)
    assert "corals reefs ocean" not in titles(reader)
    Paper.objects.filter(pk=upvoted.pk).update(state=state)
    assert titles(reader) == []


def test_a_dismissed_paper_goes_and_its_like_follow(reader: User, upvoted: Paper) -> None:
    cast_upvote(Paper.objects.get(title="galaxies stars dust"), reader)
    make_paper("galaxies stars clouds")
    embed_papers()
    before = titles(reader).index("galaxies stars clouds")
    dismiss_paper(Paper.objects.get(title="galaxies stars night"), reader)
    after = titles(reader)
    assert "galaxies stars night" not in after
    assert after.index("galaxies stars clouds") > before


def test_others_upvotes_and_dismissals_are_not_the_readers(reader: User, upvoted: Paper) -> None:
    before = titles(reader)
    other = make_user()
    cast_upvote(Paper.objects.get(title="noise tensors logic"), other)
    dismiss_paper(Paper.objects.get(title="corals reefs ocean"), other)
    assert titles(reader) == before
    assert titles(make_user()) == []


def test_the_page_shows_the_reason_and_a_way_to_say_no(reader_client: Client, upvoted: Paper) -> None:
    page = reader_client.get("/for-you").text
    assert f'Because you upvoted <a href="{upvoted.get_absolute_url()}">corals reefs fish</a>.' in page
    assert page.count("Not for me</button>") == 4


def test_not_for_me_and_back_again(reader_client: Client, reader: User, upvoted: Paper) -> None:
    paper = Paper.objects.get(title="corals reefs ocean")
    for _ in range(2):
        response = reader_client.post(f"{paper.get_absolute_url()}/dismiss", follow=True)
        assert response.redirect_chain == [("/for-you", 302)]
    assert Dismissal.objects.filter(paper=paper, user=reader).count() == 1
    assert f'id="paper-{paper.pk}"' not in response.text
    assert "Not for you, you said" in response.text
    response = reader_client.post(f"{paper.get_absolute_url()}/suggest-again", follow=True)
    assert f'id="paper-{paper.pk}"' in response.text
    assert "Not for you, you said" not in response.text


def test_htmx_gets_the_row_with_a_way_back(reader_client: Client, upvoted: Paper) -> None:
    paper = Paper.objects.get(title="corals reefs ocean")
    page = reader_client.post(f"{paper.get_absolute_url()}/dismiss", headers={"HX-Request": "true"}).text
    assert page.startswith(f'<li class="paper-row" id="paper-{paper.pk}">')
    assert "Undo</button>" in page
    page = reader_client.post(f"{paper.get_absolute_url()}/suggest-again", headers={"HX-Request": "true"}).text
    assert "may be suggested again." in page


def test_strangers_sign_in_first(client: Client, upvoted: Paper) -> None:
    assert client.get("/for-you")["Location"] == "/accounts/login/?next=%2Ffor-you"
    assert client.post(f"{upvoted.get_absolute_url()}/dismiss")["Location"].startswith("/accounts/login/")
    assert not Dismissal.objects.exists()
    assert "For you</a>" not in client.get("/").text


def test_hidden_papers_can_not_be_asked_for_by_dismissing(reader_client: Client, upvoted: Paper) -> None:
    Paper.objects.filter(pk=upvoted.pk).update(state="hidden")
    assert reader_client.post(f"{upvoted.get_absolute_url()}/dismiss").status_code == 404
    assert reader_client.get(f"{upvoted.get_absolute_url()}/dismiss").status_code == 405


def test_without_upvotes_the_page_says_what_to_do(reader_client: Client) -> None:
    assert "You have upvoted nothing yet" in reader_client.get("/for-you").text


def test_without_vectors_the_page_says_nothing_of_machines(client: Client, reader: User, staff: User) -> None:
    for person in (reader, staff):
        cast_upvote(make_paper(), person)
        client.force_login(person)
        page = client.get("/for-you").text
        assert "Nothing to suggest at the moment" in page
        assert ("Only staff see this line" in page) == person.is_staff


def test_more_suggestions_cost_no_more_queries(
    reader_client: Client, reader: User, upvoted: Paper, count_queries: Callable[..., int]
) -> None:
    dismiss_paper(Paper.objects.get(title="noise tensors logic"), reader)
    reader_client.get("/for-you")
    few = count_queries(reader_client.get, "/for-you")
    for number in range(8):
        make_paper(f"corals reefs n{number}")
        dismiss_paper(make_paper(f"logic n{number}"), reader)
        cast_upvote(make_paper(f"ocean n{number}"), reader)
    embed_papers()
    reader_client.get("/for-you")
    assert count_queries(reader_client.get, "/for-you") == few


def test_what_all_papers_share_says_nothing_of_a_reader() -> None:
    """Half of all papers point along the first axis; the liked ones do too, and along the third."""
    rows: list[list[float]] = [[1, 0, 0], [0, 1, 0], [1, 0.1, 0], [0.1, 1, 0], [1, 0, 0.2], [0, 1, 0.2]] * 5
    direction = Background.of(rows).direction([[1, 0, 1]])
    assert direction[2] > 2 * direction[0]
    assert np.linalg.norm(direction) == pytest.approx(1)
