"""Papers become vectors behind the running portal, newest first, and again when they change."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from papers import tasks
from papers.ingest.records import PaperRecord
from papers.ingest.runner import run_source
from papers.ingest.sources.sample import SampleSource
from papers.ingest.writer import write_batch
from papers.models import EmbeddingModel, IngestRun, Paper, PaperEmbedding
from papers.search.embedder import EmbedderUnavailable
from papers.services import embeddings
from papers.services.corrections import correct_paper
from papers.services.embeddings import embed_papers, progress, request_embeddings
from papers.services.votes import cast_upvote
from tests.factories import make_paper, make_user
from tests.papers.search.conftest import UseEmbedder
from tests.papers.search.fixtures import WordEmbedder

pytestmark = pytest.mark.django_db


def waiting_jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=embeddings.JOB, status="todo").count()


def test_papers_are_embedded_once_newest_first(word_embedder: WordEmbedder) -> None:
    make_paper("Old", listed_on=date(2020, 1, 1))
    make_paper("New", abstract="Of today.", listed_on=date(2025, 1, 1))
    assert embed_papers().embedded == 2
    assert word_embedder.asked == ["New. Of today.", "Old"]
    assert embed_papers().embedded == 0
    assert len(word_embedder.asked) == 2


def test_a_shorter_vector_is_filled_up_with_zeros(word_embedder: WordEmbedder) -> None:
    paper = make_paper("Cats")
    embed_papers()
    vector = PaperEmbedding.objects.get(paper=paper).vector
    assert len(vector) == 384
    assert vector[:16] == pytest.approx(word_embedder.embed(["Cats"])[0].tolist(), abs=1e-3)
    assert not any(vector[16:])


def test_a_limit_leaves_the_rest_for_the_next_time(word_embedder: WordEmbedder) -> None:
    for _ in range(5):
        make_paper()
    outcome = embed_papers(limit=3, batch_size=2)
    assert (outcome.embedded, outcome.is_complete) == (3, False)
    assert (progress().embedded, progress().papers) == (3, 5)
    assert embed_papers().is_complete


@pytest.mark.parametrize("field", ["title", "abstract"])
def test_a_changed_paper_is_embedded_anew_and_its_old_vector_serves_meanwhile(
    word_embedder: WordEmbedder, field: str
) -> None:
    paper = make_paper("Cats", abstract="Of cats.")
    embed_papers()
    Paper.objects.filter(pk=paper.pk).update(**{field: "Dogs"})
    assert PaperEmbedding.objects.serving().filter(paper=paper).exists()
    assert embed_papers().embedded == 1
    assert "Dogs" in word_embedder.asked[-1]


def test_a_vote_outdates_no_vector(word_embedder: WordEmbedder) -> None:
    paper = make_paper()
    embed_papers()
    cast_upvote(paper, make_user())
    assert embed_papers().embedded == 0


def test_a_paper_that_changes_while_it_is_embedded_is_embedded_again(use_embedder: UseEmbedder) -> None:
    paper = make_paper("Cats")
    embedder = WordEmbedder(meanwhile=lambda: Paper.objects.filter(pk=paper.pk).update(title="Dogs"))
    use_embedder(embedder)
    embed_papers()
    assert embedder.asked == ["Cats", "Dogs"]


def test_a_paper_that_goes_while_it_is_embedded_is_left_out(use_embedder: UseEmbedder) -> None:
    paper = make_paper("Cats")
    use_embedder(WordEmbedder(meanwhile=lambda: Paper.objects.filter(pk=paper.pk).delete()))
    assert embed_papers().embedded == 0


def test_old_vectors_serve_until_the_new_model_has_all_papers(use_embedder: UseEmbedder) -> None:
    papers = [make_paper() for _ in range(3)]
    use_embedder(WordEmbedder("first"))
    embed_papers()
    use_embedder(WordEmbedder("second", dimensions=32))
    embed_papers(limit=2)
    assert str(EmbeddingModel.objects.serving()) == "first"
    assert PaperEmbedding.objects.serving().count() == 3
    embed_papers()
    assert str(EmbeddingModel.objects.serving()) == "second"
    assert PaperEmbedding.objects.count() == len(papers)


def test_a_third_model_takes_the_place_of_one_that_was_never_finished(use_embedder: UseEmbedder) -> None:
    make_paper(), make_paper()
    for name, limit in (("first", None), ("second", 1), ("third", 1)):
        use_embedder(WordEmbedder(name))
        embed_papers(limit=limit)
    assert dict(EmbeddingModel.objects.values_list("name", "is_serving")) == {"first": True, "third": False}


def test_going_back_to_the_serving_model_drops_the_other(use_embedder: UseEmbedder) -> None:
    make_paper(), make_paper()
    for name, limit in (("first", None), ("second", 1), ("first", None)):
        use_embedder(WordEmbedder(name))
        outcome = embed_papers(limit=limit)
    assert outcome.embedded == 0
    assert EmbeddingModel.objects.get().name == "first"


def test_one_model_serves_and_the_database_says_so() -> None:
    EmbeddingModel.objects.create(slot=1, name="first", is_serving=True, started_at=timezone.now())
    with pytest.raises(IntegrityError, match="embedding_model_one_serving"), transaction.atomic():
        EmbeddingModel.objects.create(slot=2, name="second", is_serving=True, started_at=timezone.now())


def test_a_model_with_too_long_vectors_is_refused_with_a_sentence(use_embedder: UseEmbedder) -> None:
    make_paper()
    use_embedder(WordEmbedder("large", dimensions=768))
    with pytest.raises(EmbedderUnavailable, match="vectors of 768 numbers, and there is room for 384"):
        embed_papers()


def test_ingested_papers_ask_for_one_job_in_their_transaction() -> None:
    def ingest(key: str) -> None:
        run = IngestRun.objects.create(source="bibtex", started_at=timezone.now(), heartbeat_at=timezone.now())
        write_batch("bibtex", [PaperRecord(key=key, title=f"On {key}")], run, timezone.now())

    with transaction.atomic():
        ingest("cats")
        assert waiting_jobs() == 1
        transaction.set_rollback(True)
    assert waiting_jobs() == 0
    ingest("cats")
    ingest("dogs")
    assert waiting_jobs() == 1
    ProcrastinateJob.objects.all()._raw_delete("default")
    ingest("dogs")
    assert waiting_jobs() == 0


def test_a_dry_run_asks_for_no_job_while_it_lasts() -> None:
    """The worker enqueues the same one every ten minutes, and would wait until the dry run ends."""
    waiting: list[int] = []
    for dry_run in (True, False):
        run_source(
            SampleSource(date(2025, 12, 25)), limit=3, dry_run=dry_run, report=lambda *_: waiting.append(waiting_jobs())
        )
        assert Paper.objects.exists() is not dry_run
    assert waiting == [0, 1]


def test_a_correction_asks_for_the_job() -> None:
    correct_paper(make_paper(), {"title": "Corrected"}, timezone.now())
    assert waiting_jobs() == 1


def test_nothing_is_asked_for_where_embedding_is_turned_off(settings: Any) -> None:
    settings.EMBEDDER = "none"
    request_embeddings()
    assert waiting_jobs() == 0
    make_paper()
    assert tasks.embed_papers() == "It is turned off: BROADSHEET_EMBEDDER is “none”."


def test_the_job_ends_when_nothing_lacks_a_vector(word_embedder: WordEmbedder) -> None:
    make_paper()
    assert tasks.embed_papers() == "embedded=1"
    assert waiting_jobs() == 0


def test_the_job_asks_for_another_round_when_its_time_is_up(
    word_embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_paper()
    monkeypatch.setattr(tasks, "_EMBED_SECONDS", 0)
    assert tasks.embed_papers() == "embedded=0"
    assert waiting_jobs() == 1


def test_the_command_embeds_and_says_what_is_left(word_embedder: WordEmbedder) -> None:
    for _ in range(3):
        make_paper()
    out = StringIO()
    call_command("embed", limit=2, stdout=out)
    assert out.getvalue().splitlines()[-1] == "embedded=2 lacking=1"


def test_the_command_finds_what_no_trigger_saw(word_embedder: WordEmbedder) -> None:
    make_paper("Cats", abstract="Of cats."), make_paper("Dogs")
    embed_papers()
    call_command("embed", stdout=StringIO())
    assert len(word_embedder.asked) == 2
    PaperEmbedding.objects.filter(paper__title="Dogs").update(content_hash=b"\x01" * 32)
    out = StringIO()
    call_command("embed", stdout=out)
    assert out.getvalue().splitlines()[0] == "1 papers have changed since they were embedded."
    assert word_embedder.asked[2:] == ["Dogs"]


def test_the_command_says_why_it_can_not(settings: Any) -> None:
    settings.EMBEDDER = "none"
    with pytest.raises(CommandError, match="It is turned off"):
        call_command("embed", stdout=StringIO())
