"""How good search is, on a test collection: a folder of corpus.jsonl, queries.jsonl and qrels.tsv.

The papers lie in a scratch schema of the portal's own database, with its own tables, triggers and indexes, so what is
measured is what readers get. All of it is one transaction that is rolled back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from django.db import connection

from papers.models import Paper
from papers.search.fusion import Hit
from papers.search.index import refresh_statistics
from papers.search.meaning import EmbeddedMeaning, serving_meaning
from papers.search.parser import plain_query
from papers.search.query import search
from papers.search.scratch import scratch_tables
from papers.services.embeddings import embed_papers

_FIRST, _FIRST_HUNDRED = 10, 100
_BATCH = 2_000

Grades = Mapping[str, Mapping[str, int]]  # by query, by document; relevant ones alone


class BadCollection(Exception):
    """What is wrong with the folder, in a sentence."""


@dataclass(frozen=True, slots=True)
class Collection:
    documents: Sequence[tuple[str, str, str]]  # id, title, text
    queries: Mapping[str, str]
    grades: Grades


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the judged queries. nDCG with linear gain, as trec_eval has it."""

    ndcg_10: float
    recall_100: float
    mrr_10: float
    queries: int
    unanswered: int


def read_collection(folder: Path) -> Collection:
    """Read a test collection; BadCollection says what is wrong with it."""
    try:
        documents = [
            (str(line["id"]), line.get("title") or "", line.get("text") or "")
            for line in _lines(folder / "corpus.jsonl")
        ]
        queries = {str(line["id"]): str(line["text"]) for line in _lines(folder / "queries.jsonl")}
        grades: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            query, document, grade = line.split("\t")
            if int(grade) > 0:
                grades.setdefault(query, {})[document] = int(grade)
    except OSError as error:
        raise BadCollection(f"{error.filename} can't be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadCollection(f"{folder} is not a test collection: {error!r}.") from None
    if not grades:
        raise BadCollection(f"{folder / 'qrels.tsv'} judges nothing relevant.")
    return Collection(documents, queries, grades)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def evaluate(
    collection: Collection, now: datetime, *, by_meaning: bool, report: Callable[[str], None]
) -> dict[str, list[Hit]]:
    """Index the collection and ask all its judged queries: the hits of each, with documents numbered from 1."""
    with scratch_tables():
        report(f"{len(collection.documents):,} documents")
        _write(collection)
        refresh_statistics(now)
        meaning: EmbeddedMeaning | None = None
        if by_meaning:
            report("embedding them")
            embed_papers()
            meaning = serving_meaning()
        report(f"{len(collection.grades):,} queries")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE papers_paper, papers_papersearch")
        papers = Paper.objects.listed()
        return {
            query: list(search(plain_query(collection.queries[query]), papers, filtered=False, meaning=meaning).hits)
            for query in collection.grades
            if query in collection.queries
        }


def _write(collection: Collection) -> None:
    day = date(2000, 1, 1)
    rows = [
        Paper(pk=number, title=title.strip() or text[:200].strip() or "(untitled)", abstract=text, dated_on=day)
        for number, (_, title, text) in enumerate(collection.documents, start=1)
    ]
    Paper.objects.bulk_create(rows, batch_size=_BATCH)


def quality(collection: Collection, hits: Mapping[str, Sequence[Hit]]) -> Quality:
    """Every judged query counts, also one that found nothing."""
    names = [document for document, _, _ in collection.documents]
    rows = []
    for query, relevant in collection.grades.items():
        ranked = [names[hit.paper - 1] for hit in hits.get(query, ())]
        rows.append(_measure(ranked, relevant))
    ndcg, recall, mrr = (fmean(row[place] for row in rows) for place in range(3))
    return Quality(ndcg, recall, mrr, len(rows), sum(not hits.get(query) for query in collection.grades))


def _measure(ranked: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, float, float]:
    gained = sum(relevant.get(name, 0) / math.log2(rank + 2) for rank, name in enumerate(ranked[:_FIRST]))
    best = sorted(relevant.values(), reverse=True)[:_FIRST]
    possible = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))
    found = sum(name in relevant for name in ranked[:_FIRST_HUNDRED])
    first = next((1 / rank for rank, name in enumerate(ranked[:_FIRST], start=1) if name in relevant), 0.0)
    return gained / possible, found / len(relevant), first
