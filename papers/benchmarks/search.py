"""How quick search is, beside the plainest way to do it: to read every paper for every query."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from papers.benchmarks.pages import NothingToMeasure
from papers.models import Category, Classification, EmbeddingModel, Paper, PaperEmbedding, SourceRecord
from papers.querysets.papers import PaperQuerySet
from papers.search.embedder import embedded_text
from papers.search.facts import narrowed, of_years
from papers.search.index import refresh_statistics
from papers.search.meaning import EmbeddedMeaning, serving_meaning
from papers.search.parser import Fact, plain_query
from papers.search.query import search
from papers.search.scoring import candidates, scoring_sql
from papers.search.scratch import scratch_tables
from papers.search.similar import similar_papers
from papers.search.timeout import SearchTooSlow
from papers.search.words import read_words

_SENTENCE = 25  # words
_SCANS = 2  # full scans are slow, and all alike
# A table's indexes of a kind; in scratch tables they have other names.
_INDEXES = """FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = %s::regclass AND amname = %s"""
# What search reads, with the column that names the paper; papers come first, whose triggers write their documents.
_COPIED: tuple[tuple[type[Model], str], ...] = (
    (Paper, "id"),
    (Category, ""),
    (Classification, "paper_id"),
    (SourceRecord, "paper_id"),
    (EmbeddingModel, ""),
    (PaperEmbedding, "paper_id"),
)


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
    times_the_scan: float | None = None  # how much quicker than to read every paper, by the medians


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a paper."""

    papers: int
    documents: float
    index: float
    counts: float
    vectors: float  # with their index
    vector_index: float
    embedded: int  # papers that have one


def measure_search(repetitions: int, sizes: Sequence[int]) -> Iterator[Timing | Sizes | str]:
    """Measure on so many of the portal's papers, for each size, and then on all of them."""
    total = Paper.objects.listed().count()
    for size in sorted(sizes):
        if size < total:
            with scratch_tables() as home:
                _take(size, home)
                yield from _measure(repetitions)
    yield from _measure(repetitions)


def _take(size: int, home: str) -> None:
    """Fill the scratch tables with so many papers of the schema, and what search reads of them.

    Drawn by a hash of their number: the newest or the oldest alone would have another range of words.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SQL(
                "CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS"
                " SELECT id FROM {} WHERE state = %s ORDER BY md5(id::text) LIMIT %s"
            ).format(Identifier(home, "papers_paper")),
            [Paper.State.LISTED, size],
        )
        for model, column in _COPIED:
            table = model._meta.db_table
            cursor.execute(
                SQL("INSERT INTO {} ({names}) SELECT {names} FROM {} {}").format(
                    Identifier(table),
                    Identifier(home, table),
                    SQL("WHERE {} IN (SELECT id FROM chosen)").format(Identifier(column)) if column else SQL(""),
                    names=SQL(", ").join(map(Identifier, _written(table, home))),
                )
            )
        cursor.execute("DROP TABLE chosen")
        refresh_statistics(timezone.now())
        # As vacuum will have done, so that no list of unsorted entries is read with every query.
        cursor.execute(f"SELECT gin_clean_pending_list(indexrelid) {_INDEXES}", ["papers_papersearch", "gin"])
        for model, _ in _COPIED:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
        cursor.execute("ANALYZE papers_papersearch")


def _written(table: str, home: str) -> list[str]:
    """The columns that PostgreSQL does not compute by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [home, table],
        )
        return [name for (name,) in cursor.fetchall()]


def _measure(repetitions: int) -> Iterator[Timing | Sizes | str]:
    papers = Paper.objects.listed()
    total = papers.count()
    chosen = _spread(papers.only("title", "abstract"), repetitions)
    if not chosen:
        raise NothingToMeasure("Bring in some papers first: `manage.py ingest`.")
    short = [_three_words(paper.title) for paper in chosen]
    long = [" ".join(paper.abstract.split()[:_SENTENCE]) for paper in chosen]
    scan = _everything()
    scans = {
        "three words": [_timed(scan, text) for text in short[:_SCANS]],
        "sentence": [_timed(scan, text) for text in long[:_SCANS]],
    }
    # In turns, so that a neighbour's work on this machine slows all of them.
    times: dict[str, list[tuple[float, float]]] = {}
    kinds = _kinds(short, long, papers, repetitions)
    for place in range(len(chosen)):
        for kind, subjects, ask in kinds:
            if place < len(subjects):
                times.setdefault(kind, []).append(_timed(ask, subjects[place]))
    for kind, found in times.items():
        beside = next((timings for name, timings in scans.items() if kind.startswith(name)), None)
        yield _summed(total, kind, found, beside)
    for kind, found in scans.items():
        yield _summed(total, f"full scan, {kind}", found)
    yield _sizes(total)
    yield _words_plan(short[0])
    if model := EmbeddingModel.objects.serving():
        yield _nearest_plan(model)


def _kinds(
    short: Sequence[str], long: Sequence[str], papers: PaperQuerySet, repetitions: int
) -> list[tuple[str, Sequence[Any], Callable[[Any], Any]]]:
    """What is asked: its name, of what, and how."""
    narrow = papers.in_category("cs.LG")
    filters = _filters(papers)

    def by_words(among: PaperQuerySet, *, filtered: bool) -> Callable[[Any], Any]:
        return lambda text: search(plain_query(text), among, filtered=filtered)

    kinds: list[tuple[str, Sequence[Any], Callable[[Any], Any]]] = [
        ("three words", short, by_words(papers, filtered=False)),
        ("three words, in cs.LG", short, by_words(narrow, filtered=True)),
        *((f"three words, {name}", short, by_words(among, filtered=True)) for name, among in filters),
        ("sentence", long, by_words(papers, filtered=False)),
        ("sentence, in cs.LG", long, by_words(narrow, filtered=True)),
    ]
    meaning = serving_meaning()
    if meaning:
        # A text is embedded once, so the second time is the database's; embedding has its own line.
        kinds += [
            ("three words, by meaning too", short, _by_meaning(papers, meaning, filtered=False)),
            ("three words, by meaning too, in cs.LG", short, _by_meaning(narrow, meaning, filtered=True)),
            *(
                (f"three words, by meaning too, {name}", short, _by_meaning(among, meaning, filtered=True))
                for name, among in filters
            ),
            ("sentence, by meaning too", long, _by_meaning(papers, meaning, filtered=False)),
            ("embedding a sentence", long, lambda text: meaning.embedder.embed([text])),
            (
                "embedding a paper",
                [embedded_text(paper.title, paper.abstract) for paper in _spread(papers, repetitions)],
                lambda text: meaning.embedder.embed([text]),
            ),
        ]
    if EmbeddingModel.objects.serving():
        embedded = papers.filter(pk__in=PaperEmbedding.objects.serving().values("paper"))
        kinds.append(("similar papers", _spread(embedded, repetitions), similar_papers))
    return kinds


def _filters(papers: PaperQuerySet) -> list[tuple[str, PaperQuerySet]]:
    """Filters and conditions of every kind, those that most papers pass and those that few do."""
    return [
        ("since 2026", papers.filter(dated_on__gte=date(2026, 1, 1))),
        ("of 2008", papers.filter(of_years(2008, 2008))),
        ("of 2025", papers.filter(of_years(2025, 2025))),
        ("with code", papers.with_code()),
        ("from arXiv", papers.from_sources(["arxiv", "arxiv-oai", "arxiv-rss", "snapshot"])),
        ("in cs.LG alone", papers.in_category("cs.LG", primary_only=True)),
        ("in hep-th", papers.in_category("hep-th")),
        ("org:university", narrowed(papers, [Fact("org", "university")])),
    ]


def _by_meaning(papers: PaperQuerySet, meaning: EmbeddedMeaning, *, filtered: bool) -> Callable[[Any], Any]:
    return lambda text: search(plain_query(text), papers, meaning=meaning, filtered=filtered)


def _spread(papers: PaperQuerySet, count: int) -> list[Paper]:
    """So many of the papers, from the first to the last."""
    ids = list(papers.order_by("pk").values_list("pk", flat=True))
    return list(papers.filter(pk__in=ids[:: max(len(ids) // count, 1)][:count]).order_by("pk"))


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


def _summed(
    papers: int, kind: str, found: Sequence[tuple[float, float]], scan: Sequence[tuple[float, float]] | None = None
) -> Timing:
    whole, processor = sorted(pair[0] for pair in found), sorted(pair[1] for pair in found)
    last = max(round(len(found) * 0.95) - 1, 0)
    median = statistics.median(whole)
    return Timing(
        papers,
        kind,
        len(found),
        median,
        whole[last],
        statistics.median(processor),
        processor[last],
        statistics.median(pair[0] for pair in scan) / median if scan else None,
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
    embedded = PaperEmbedding.objects.serving().count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_table_size('papers_papersearch'), pg_indexes_size('papers_papersearch'),"
            " pg_total_relation_size('papers_searchlexeme') + pg_total_relation_size('papers_searchword'),"
            " pg_total_relation_size('papers_paperembedding'),"
            f" (SELECT sum(pg_relation_size(indexrelid)) {_INDEXES})",
            ["papers_paperembedding", "hnsw"],
        )
        documents, index, counts, vectors, near = cursor.fetchone()
    each = max(embedded, 1)
    return Sizes(papers, documents / papers, index / papers, counts / papers, vectors / each, near / each, embedded)


def _words_plan(text: str) -> str:
    reading = read_words(plain_query(text))
    sql, parameters = scoring_sql(reading, None, candidates(reading)[0])
    return "\n".join([f"“{text}”", *_explained(sql, parameters)])


def _nearest_plan(model: EmbeddingModel) -> str:
    place = model.embeddings.order_by("paper").values_list("paper", "vector").first()
    if place is None:
        return ""
    nearest = Paper.objects.listed().exclude(pk=place[0]).only("pk").nearest_to(model.slot, place[1])[:18]
    return "\n".join(["Nearest to a paper", *_explained(*nearest.query.sql_with_params())])


def _explained(sql: str, parameters: Sequence[Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('max_parallel_workers_per_gather', '0', true)")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", parameters)
        return [line[:140] for (line,) in cursor.fetchall()]
