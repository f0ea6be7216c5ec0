"""Search by meaning, with an embedder whose directions are words."""

from __future__ import annotations

import numpy as np
import pytest

from papers.models import EmbeddingModel, Paper
from papers.search import meaning
from papers.search.embedder import embedded_text
from papers.search.fusion import Hit
from papers.search.meaning import EmbeddedMeaning, serving_meaning
from papers.search.parser import parse_query
from papers.search.query import search
from papers.services.embeddings import embed_papers
from tests.factories import make_paper
from tests.papers.search.fixtures import WordEmbedder

pytestmark = pytest.mark.django_db


@pytest.fixture
def near(word_embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch) -> EmbeddedMeaning:
    """Meaning by the papers of three subjects, all of which are embedded."""
    make_paper("stars", abstract="stars and galaxies")
    make_paper("cats", abstract="dogs and cats", categories=("cs.LG",))
    make_paper("Nothing near", abstract="bread salt water")
    monkeypatch.setattr(meaning, "embedder_for", lambda setting: word_embedder)
    embed_papers()
    found = serving_meaning()
    assert found is not None
    return found


def hits(text: str, near: EmbeddedMeaning) -> dict[str, Hit]:
    found = search(parse_query(text), Paper.objects.listed(), meaning=near)
    assert found.by_meaning
    named = dict(Paper.objects.values_list("pk", "title"))
    return {named[hit.paper]: hit for hit in found.hits}


def test_meaning_finds_what_words_do_not(near: EmbeddedMeaning) -> None:
    # No document holds a stop word, and the embedder knows no better than to count it.
    found = hits("dogs and", near)
    assert next(iter(found)) == "cats"
    assert found["stars"].words == pytest.approx(0, abs=1e-6)
    assert (found["stars"].meaning or 0) > (found["Nothing near"].meaning or 0)


def test_conditions_hold_for_what_meaning_finds(near: EmbeddedMeaning) -> None:
    assert set(hits("stars cat:cs.LG", near)) == {"cats"}
    assert set(hits('dogs "galaxies"', near)) == {"stars"}
    assert "cats" not in hits("stars -dogs", near)


def test_few_papers_are_compared_one_by_one_and_come_in_the_same_order(near: EmbeddedMeaning) -> None:
    papers = Paper.objects.listed()
    compared, looked_up = (near.nearest("stars and bread", papers, 3, one_by_one=few) for few in (True, False))
    assert compared == looked_up
    assert len(compared) == 3
    assert near.nearest("stars", papers.filter(title="cats"), 3, one_by_one=True) == list(
        papers.filter(title="cats").values_list("pk", flat=True)
    )


def test_hidden_papers_have_no_meaning_either(near: EmbeddedMeaning) -> None:
    Paper.objects.filter(title="cats").update(state="hidden")
    assert "cats" not in hits("dogs", near)


def test_a_paper_that_is_not_embedded_is_found_by_its_words(near: EmbeddedMeaning) -> None:
    make_paper("New dogs")
    assert hits("dogs", near)["New dogs"].meaning is None


def test_a_query_is_embedded_once(near: EmbeddedMeaning, word_embedder: WordEmbedder) -> None:
    word_embedder.asked.clear()
    hits("dogs", near)
    assert word_embedder.asked == ["dogs"]


@pytest.fixture
def apart(near: EmbeddedMeaning, monkeypatch: pytest.MonkeyPatch) -> EmbeddedMeaning:
    """The same papers, as if they were enough to have a middle."""
    monkeypatch.setattr(meaning, "_LEAST", 3)
    meaning._shared.cache_clear()
    found = serving_meaning()
    assert found is not None
    return found


def test_cosines_are_taken_without_half_of_what_all_papers_share(
    apart: EmbeddedMeaning, word_embedder: WordEmbedder
) -> None:
    papers = list(Paper.objects.order_by("pk"))
    places = word_embedder.embed([embedded_text(paper.title, paper.abstract) for paper in papers])
    middle = places.mean(axis=0) / 2
    one, others = word_embedder.embed(["dogs and"])[0] - middle, places - middle
    wanted = others @ one / np.linalg.norm(others, axis=1) / np.linalg.norm(one)
    expected = {paper.pk: pytest.approx(float(cosine), abs=2e-3) for paper, cosine in zip(papers, wanted, strict=True)}
    assert apart.of("dogs and", [paper.pk for paper in papers]) == expected
    assert set(apart.nearest("dogs and", Paper.objects.all(), 10)) == set(expected)


def test_a_query_without_what_is_shared_is_nearer_to_what_it_alone_says(
    near: EmbeddedMeaning, apart: EmbeddedMeaning
) -> None:
    def lead(side: EmbeddedMeaning) -> float:
        cosines = side.of("dogs and", list(Paper.objects.values_list("pk", flat=True)))
        first, second, *_ = sorted(cosines.values(), reverse=True)
        return first - second

    assert not near.shared
    assert lead(apart) > lead(near)


def test_few_papers_have_no_middle(near: EmbeddedMeaning) -> None:
    assert near.shared == ()


def test_the_middle_is_looked_at_again_when_what_came_is_embedded(apart: EmbeddedMeaning) -> None:
    assert serving_meaning() == apart
    for number in range(5):
        make_paper(f"bread and salt {number}")
    embed_papers()
    found = serving_meaning()
    assert found is not None
    assert found.shared != apart.shared


def test_there_is_no_meaning_without_vectors_of_the_same_model(
    near: EmbeddedMeaning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "embedder_for", lambda setting: WordEmbedder("another"))
    assert serving_meaning() is None
    monkeypatch.setattr(meaning, "embedder_for", lambda setting: None)
    assert serving_meaning() is None
    EmbeddingModel.objects.all().delete()
    assert serving_meaning() is None
