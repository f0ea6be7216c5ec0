"""A test collection goes through the portal's own search and leaves nothing behind."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from papers.models import Paper, SearchLexeme
from papers.search.evaluation import Collection, quality
from papers.search.fusion import Hit
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    documents = [
        {"id": "tree", "title": "On trees", "text": "Trees in winter."},
        {"id": "egg", "title": "On eggs", "text": ""},
        {"id": "bare", "title": "", "text": "Bare branches of trees."},
    ]
    queries = [
        {"id": "1", "text": 'Are there any "trees" -in: winter?'},
        {"id": "2", "text": "eggs"},
        {"id": "3", "text": "elephants"},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps(line) for line in documents))
    (tmp_path / "queries.jsonl").write_text("\n".join(json.dumps(line) for line in queries))
    (tmp_path / "qrels.tsv").write_text("1\ttree\t2\n1\tbare\t1\n1\tegg\t0\n2\tegg\t1\n3\tegg\t1\n")
    return tmp_path


def run(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("evaluate_search", str(folder), "--words", *options, stdout=out, verbosity=0)
    return out.getvalue()


def test_a_collection_is_measured_in_a_schema_of_its_own(collection: Path) -> None:
    make_paper("Eggs and elephants")
    assert run(collection) == "nDCG@10=0.6667 Recall@100=0.6667 MRR@10=0.6667 queries=3 unanswered=1\n"
    assert Paper.objects.get().title == "Eggs and elephants"
    assert not SearchLexeme.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'broadsheet_scratch'")
        assert cursor.fetchone() == (0,)


def test_hits_are_written_for_other_judges(collection: Path, tmp_path: Path) -> None:
    run(collection, "--output", str(tmp_path / "hits.tsv"))
    lines = [line.split("\t")[:2] for line in (tmp_path / "hits.tsv").read_text().splitlines()]
    assert lines == [["1", "tree"], ["1", "bare"], ["2", "egg"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("corpus.jsonl", "{}"),
        ("queries.jsonl", "nonsense"),
        ("qrels.tsv", ""),
        ("qrels.tsv", "1 tree"),
        ("corpus.jsonl", None),
    ],
)
def test_a_broken_collection_is_told_in_a_sentence(collection: Path, name: str, text: str | None) -> None:
    if text is None:
        (collection / name).unlink()
    else:
        (collection / name).write_text(text)
    with pytest.raises(CommandError, match=r"\.$"):
        run(collection)


def test_measures_by_hand() -> None:
    judged = Collection([("a", "", ""), ("b", "", ""), ("c", "", "")], {"q": ""}, {"q": {"a": 2, "c": 1}})
    found = quality(judged, {"q": [Hit(2, 3.0), Hit(1, 2.0)]})
    # The first place is wasted, the second holds the better of two: 2 / log2(3) of 2 + 1 / log2(3).
    assert found.ndcg_10 == pytest.approx(1.26186 / 2.63093, rel=1e-4)
    assert (found.recall_100, found.mrr_10, found.queries, found.unanswered) == (0.5, 0.5, 1, 0)
