"""A paper's page shows papers like it: by meaning where there are vectors, else by titles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from papers.models import Paper
from papers.search.embedder import configured_embedder
from papers.search.meaning import serving_meaning
from papers.search.similar import similar_papers
from papers.services.embeddings import claim_slot, embed_papers
from tests.factories import NOON, make_paper
from tests.papers.search.conftest import UseEmbedder
from tests.papers.search.fixtures import WordEmbedder

pytestmark = pytest.mark.django_db


def titles(paper: Paper) -> list[str]:
    return [other.title for other in similar_papers(paper).papers]


def test_by_meaning_papers_need_share_no_word() -> None:
    """With the model that comes with the packages."""
    paper = make_paper("Automobile motor maintenance")
    make_paper("A recipe for chocolate cake")
    make_paper("How to repair a car engine")
    make_paper("Baking bread at home")
    embed_papers()
    similar = similar_papers(paper)
    assert similar.by_meaning
    assert similar.papers[0].title == "How to repair a car engine"


def test_the_likest_come_first(word_embedder: WordEmbedder) -> None:
    paper = make_paper("red green blue")
    for title in ("red yellow pink", "red green pink", "grey black"):
        make_paper(title)
    embed_papers()
    assert titles(paper) == ["red green pink", "red yellow pink", "grey black"]


@pytest.mark.parametrize("embedded", [True, False])
def test_neither_itself_nor_the_same_work_again_is_similar(word_embedder: WordEmbedder, embedded: bool) -> None:
    paper = make_paper("Graph networks for molecules")
    make_paper("Graph Networks for Molecules.", arxiv_id=None)
    make_paper("Graph networks for proteins")
    if embedded:
        embed_papers()
    assert titles(paper) == ["Graph networks for proteins"]


@pytest.mark.parametrize("state", ["hidden", "pending"])
@pytest.mark.parametrize("embedded", [True, False])
def test_only_listed_papers_are_similar(word_embedder: WordEmbedder, state: str, embedded: bool) -> None:
    paper = make_paper("Graph networks for molecules")
    make_paper("Graph networks for proteins", state=state)
    if embedded:
        embed_papers()
    assert titles(paper) == []


def test_a_hundred_nearer_papers_that_may_not_be_shown_do_not_empty_the_list(word_embedder: WordEmbedder) -> None:
    """The index goes on reading past what the filter takes away."""
    paper = make_paper("red green blue")
    make_paper("black white")
    for number in range(100):
        make_paper(f"red green blue n{number}", state="hidden")
    embed_papers()
    with connection.cursor() as cursor:
        # So few rows would be sorted otherwise.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    assert titles(paper) == ["black white"]


def test_without_a_vector_titles_of_the_category_are_compared() -> None:
    paper = make_paper("Graph networks for molecules", categories=("cs.LG",))
    make_paper("Graph networks for proteins", categories=("cs.LG",))
    make_paper("Graph networks for crystals", categories=("hep-th",))
    make_paper("Sourdough", categories=("cs.LG",))
    similar = similar_papers(paper)
    assert not similar.by_meaning
    assert [other.title for other in similar.papers] == ["Graph networks for proteins"]


def test_vectors_of_a_model_that_does_not_serve_yet_are_not_looked_at(use_embedder: UseEmbedder) -> None:
    make_paper("red green")
    use_embedder(WordEmbedder("first"))
    embed_papers()
    newest = make_paper("red blue")
    use_embedder(WordEmbedder("second"))
    embed_papers(limit=1)
    assert newest.embeddings.exists()
    assert not similar_papers(newest).by_meaning


def test_the_page_names_them_with_year_and_upvotes(client: Client) -> None:
    paper = make_paper("Graph networks for molecules")
    submitted = datetime(2019, 5, 1, tzinfo=UTC)
    other = make_paper("Graph networks for $\\alpha$ proteins", upvote_count=2, submitted_at=submitted)
    page = client.get(paper.get_absolute_url()).text
    assert "<h2>Similar papers</h2>" in page
    assert f'<a href="{other.get_absolute_url()}">Graph networks for <math' in page
    assert "<span>2019 · 2 upvotes</span>" in page


def test_a_page_without_similar_papers_says_nothing_of_them(client: Client) -> None:
    assert "Similar papers" not in client.get(make_paper("Alone").get_absolute_url()).text


def test_staff_alone_are_told_that_the_vector_is_missing(
    client: Client, staff: User, word_embedder: WordEmbedder
) -> None:
    paper = make_paper("Graph networks for molecules")
    make_paper("Graph networks for proteins")
    told = "By titles alone: this paper has no vector yet."
    assert told not in client.get(paper.get_absolute_url()).text
    client.force_login(staff)
    assert told in client.get(paper.get_absolute_url()).text
    embed_papers()
    assert told not in client.get(paper.get_absolute_url()).text


def test_more_similar_papers_cost_no_more_queries(
    client: Client, word_embedder: WordEmbedder, count_queries: Callable[..., int]
) -> None:
    paper = make_paper("red green")
    make_paper("red blue")
    embed_papers()
    few = count_queries(client.get, paper.get_absolute_url())
    for number in range(8):
        make_paper(f"red n{number}")
    embed_papers()
    assert count_queries(client.get, paper.get_absolute_url()) == few


def test_a_query_has_its_place_among_the_papers() -> None:
    make_paper("A recipe for chocolate cake")
    car = make_paper("How to repair a car engine")
    assert serving_meaning() is None
    embed_papers()
    meaning = serving_meaning()
    assert meaning is not None
    assert meaning.nearest("automobile motor", Paper.objects.listed(), 1) == [car.pk]
    assert 0 < meaning.of("automobile motor", [car.pk])[car.pk] < 1


def test_a_query_goes_by_words_when_the_serving_model_is_gone(use_embedder: UseEmbedder) -> None:
    """Its vectors still tell which papers are alike."""
    embedder = configured_embedder()
    assert embedder is not None
    model = claim_slot(embedder, NOON)
    assert serving_meaning() is not None
    model.setting = "/srv/models/removed"
    model.save()
    assert serving_meaning() is None
