"""How quick search is, beside the plainest way to do it: to read every paper for every query."""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from papers.benchmarks.pages import NothingToMeasure
from papers.models import Classification, EmbeddingModel, Paper
from papers.search.index import refresh_statistics
from papers.search.meaning import serving_meaning
from papers.search.parser import plain_query
from papers.search.query import search
from papers.search.scoring import Narrowing, candidates, scoring_sql
from papers.search.scratch import scratch_tables
from papers.search.similar import similar_papers
from papers.search.timeout import SearchTooSlow
from papers.search.words import read_words
from papers.taxonomy import CATEGORIES

_BATCH = 5_000
_SENTENCE = 25  # words
_SCANS = 2  # full scans are slow, and all alike


@dataclass(frozen=True, slots=True)
class Timing:
    """One kind of query on so many papers; milliseconds with all around it, and of the database's processor alone.

    The latter hardly changes with what else the machine does. It is 0 where the server's process can't be looked at.
    """

    papers: int
    kind: str
    queries: int
    median_ms: float
    p95_ms: float
    processor_median_ms: float
    processor_p95_ms: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a paper."""

    papers: int
    documents: float
    index: float
    counts: float
    vectors: float


def measure_search(repetitions: int, files: Sequence[Path]) -> Iterator[Timing | Sizes | str]:
    """Measure on the portal's own papers; or on those of files in the shape of arXiv's snapshot, in scratch tables,
    after the first file and after the last.
    """
    if not files:
        yield from _measure(repetitions)
        return
    with scratch_tables():
        _load(files[:1])
        yield from _measure(repetitions)
        if files[1:]:
            _load(files[1:])
            yield from _measure(repetitions)


def _load(files: Sequence[Path]) -> None:
    day = date(2000, 1, 1)
    number = Paper.objects.count()
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            papers: list[tuple[Paper, list[str]]] = []
            for number, line in enumerate(lines, start=number + 1):  # noqa: B020 - it goes on from file to file
                said = json.loads(line)
                paper = Paper(
                    pk=number,
                    title=" ".join(said["title"].split()),
                    abstract=" ".join(said["abstract"].split()),
                    authors_text=" ".join(said["authors"].split()),
                    dated_on=date.fromisoformat(said["update_date"]) if "update_date" in said else day,
                )
                papers.append((paper, [code for code in said.get("categories", "").split() if code in CATEGORIES]))
                if len(papers) == _BATCH:
                    _insert(papers)
                    papers = []
            _insert(papers)
    refresh_statistics(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('paper_search_words')")
        cursor.execute("ANALYZE papers_paper, papers_papersearch, papers_classification")


def _insert(papers: Sequence[tuple[Paper, list[str]]]) -> None:
    Paper.objects.bulk_create([paper for paper, _ in papers])
    Classification.objects.bulk_create(
        Classification(paper=paper, category_id=code, position=position)
        for paper, codes in papers
        for position, code in enumerate(dict.fromkeys(codes))
    )


def _measure(repetitions: int) -> Iterator[Timing | Sizes | str]:
    papers = Paper.objects.listed()
    total = papers.count()
    chosen = list(papers.order_by("pk").only("title", "abstract")[:: max(total // repetitions, 1)][:repetitions])
    if not chosen:
        raise NothingToMeasure("Bring in some papers first: `manage.py ingest`.")
    short = [_three_words(paper.title) for paper in chosen]
    long = [" ".join(paper.abstract.split()[:_SENTENCE]) for paper in chosen]
    narrow = papers.in_category("cs.LG")
    since = papers.filter(dated_on__gte=date(2026, 1, 1))
    meaning = serving_meaning()
    kinds: list[tuple[str, Sequence[Any], Callable[[Any], Any]]] = [
        ("three words", short, lambda text: search(plain_query(text), papers, filtered=False)),
        ("three words, in cs.LG", short, lambda text: search(plain_query(text), narrow)),
        ("three words, since 2026", short, lambda text: search(plain_query(text), since)),
        (f"sentence of {_SENTENCE} words", long, lambda text: search(plain_query(text), papers, filtered=False)),
    ]
    if meaning:
        kinds.append(
            ("sentence, by meaning too", long, lambda text: search(plain_query(text), papers, meaning=meaning))
        )
    if EmbeddingModel.objects.serving():
        kinds.append(("similar papers", chosen, similar_papers))
    # In turns, so that a neighbour's work on this machine slows all of them.
    times: dict[str, list[tuple[float, float]]] = {}
    for place in range(len(chosen)):
        for kind, subjects, ask in kinds:
            times.setdefault(kind, []).append(_timed(ask, subjects[place]))
    for kind, found in times.items():
        yield _summed(total, kind, found)
    scan = _everything()
    yield _summed(total, "full scan, three words", [_timed(scan, text) for text in short[:_SCANS]])
    yield _summed(total, "full scan, sentence", [_timed(scan, text) for text in long[:_SCANS]])
    yield _sizes(total)
    yield _plan(short[0])


def _three_words(title: str) -> str:
    """The longest three, as people type what they remember."""
    words = ["".join(filter(str.isalnum, word)) for word in title.split()]
    return " ".join(sorted(words, key=lambda word: -len(word))[:3])


def _timed(ask: Callable[[Any], Any], subject: Any) -> tuple[float, float]:
    """Milliseconds of all, and of the database's processor; the second time, when what it reads was read before."""
    with suppress(SearchTooSlow):
        ask(subject)
    worked, started = _worked(), time.perf_counter()
    # What was stopped has its time all the same.
    with suppress(SearchTooSlow):
        ask(subject)
    return (time.perf_counter() - started) * 1000, (_worked() - worked) / 1_000_000


def _worked() -> int:
    """Nanoseconds that a processor has worked for our connection's process, as Linux counts them."""
    process = connection.connection.info.backend_pid
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    except OSError:
        return 0


def _summed(papers: int, kind: str, found: Sequence[tuple[float, float]]) -> Timing:
    whole, processor = sorted(pair[0] for pair in found), sorted(pair[1] for pair in found)
    last = max(round(len(found) * 0.95) - 1, 0)
    return Timing(
        papers, kind, len(found), statistics.median(whole), whole[last], statistics.median(processor), processor[last]
    )


def _everything() -> Callable[[str], list[tuple[float, int]]]:
    """A search that reads all papers, held in memory, for each query, and counts where its words occur."""
    rows = [
        (pk, title.lower(), authors.lower(), abstract.lower())
        for pk, title, authors, abstract in Paper.objects.listed().values_list(
            "pk", "title", "authors_text", "abstract"
        )
    ]

    def scan(text: str) -> list[tuple[float, int]]:
        words = text.lower().split()
        found = []
        for pk, title, authors, abstract in rows:
            score = 0.0
            for word in words:
                score += 20 * (word in title) + 10 * (word in authors) + min(abstract.count(word), 3)
            if score:
                found.append((score, pk))
        found.sort(reverse=True)
        return found[:1000]

    return scan


def _sizes(papers: int) -> Sizes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size('papers_papersearch'), pg_indexes_size('papers_papersearch'),"
            " pg_total_relation_size('papers_searchlexeme') + pg_total_relation_size('papers_searchword'),"
            " pg_total_relation_size('papers_paperembedding')"
        )
        documents, index, counts, vectors = (size / papers for size in cursor.fetchone())
    return Sizes(papers, documents, index, counts, vectors)


def _plan(text: str) -> str:
    reading = read_words(plain_query(text))
    sql, parameters = scoring_sql(reading, Narrowing(), candidates(reading)[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('max_parallel_workers_per_gather', '0', true)")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", parameters)
        return "\n".join([f"“{text}”", *(line[:140] for (line,) in cursor.fetchall())])
