"""What `manage.py bench` can measure: each subject's options, and what it finds as lines of Markdown."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from papers.benchmarks.identity import (
    describe,
    draw_pairs,
    read_acl,
    read_arxiv,
    read_labels,
    score_labelled,
    score_withheld,
)
from papers.benchmarks.ingest import measure_ingest
from papers.benchmarks.invented import write_invented
from papers.benchmarks.pages import measure_pages
from papers.benchmarks.readers import measure_readers
from papers.benchmarks.search import Sizes, Timing, measure_search
from papers.models import Paper

Told = Callable[[str], None]  # where progress and what is wrong are told


@dataclass(frozen=True, slots=True)
class Subject:
    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    lines: Callable[[dict[str, Any], Told], Iterator[str]]


def _head(*columns: str, words: int = 1) -> str:
    """A table's head; after the first columns, of words, come numbers."""
    rule = ["---"] * words + ["---:"] * (len(columns) - words)
    return f"| {' | '.join(columns)} |\n| {' | '.join(rule)} |"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _pages_options(parser: ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=50, metavar="N", help="requests a line (%(default)s)")


def _pages(options: dict[str, Any], told: Told) -> Iterator[str]:
    repetitions = max(options["repetitions"], 1)
    yield f"{Paper.objects.count():,} papers, {repetitions} requests a line, one thread.\n"
    times = ("times the bare view", "ms, median", "ms, p95", "a second")
    yield _head("page", "reader", "caches", *times, "queries", "bytes sent", words=3)
    for found in measure_pages(repetitions):
        quick = (f"{found.ratio:.1f}", f"{found.median_ms:.1f}", f"{found.p95_ms:.1f}", f"{found.rate:.0f}")
        yield _row(found.page, found.reader, found.caches, *quick, found.queries, f"{found.sent_bytes:,}")


def _ingest_options(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="arXiv's snapshot; without one, invented papers")
    parser.add_argument("--limit", type=int, metavar="N", help="take the first N papers (invented: 20,000)")
    parser.add_argument("--copies", type=int, default=3, metavar="N", help="plain COPYs, the best counts")
    parser.add_argument("--readers", action="store_true", help="how long the front page takes meanwhile, beside idle")


def _ingest(options: dict[str, Any], told: Told) -> Iterator[str]:
    with TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        files, limit = options["files"], options["limit"]
        if not files:
            files = [str(Path(folder) / "invented.jsonl")]
            write_invented(Path(files[0]), limit or 20_000)
        if options["readers"]:
            yield from _readers(files, limit, told)
        else:
            yield from _writer(files, limit, max(options["copies"], 1), told)


def _writer(files: list[str], limit: int | None, copies: int, told: Told) -> Iterator[str]:
    phases = list(measure_ingest(files, limit, copies, told))
    copy = min(phase.seconds for phase in phases if phase.is_baseline)
    yield f"{phases[0].papers:,} papers.\n"
    yield _head("what", "seconds", "papers a second", "speed beside the plain COPY", "peak memory, MB")
    for phase in phases:
        beside = f"{copy / phase.seconds:.2f}"
        yield _row(phase.name, f"{phase.seconds:.1f}", f"{phase.rate:,.0f}", beside, phase.peak_mb)
    yield f"\nAgain is {phases[0].seconds / phases[1].seconds:.1f} times as quick as the first time."


def _readers(files: list[str], limit: int | None, told: Told) -> Iterator[str]:
    yield _head("who asks", "meanwhile", "requests", "ms, median", "ms, p95", "ms, longest", words=2)
    for found in measure_readers(files, limit, told):
        times = (f"{ms:.0f}" for ms in (found.median_ms, found.p95_ms, found.longest_ms))
        yield _row(found.reader, found.meanwhile, found.asked, *times)


def _identity_options(parser: ArgumentParser) -> None:
    parser.add_argument("data", type=Path, help="the folder that has corpus/ and hf/")
    parser.add_argument("labels", type=Path, help="pairs that people looked at: tests/data/identity/pairs.tsv")


def _identity(options: dict[str, Any], told: Told) -> Iterator[str]:
    known, acl, arxiv = read_labels(options["labels"]), read_acl(options["data"]), read_arxiv(options["data"])
    yield _head("pairs of", "pairs", "of one work", "precision", "recall", "held: of one work + of two")
    for score in (score_labelled(known, acl, arxiv), score_withheld(options["data"], arxiv)):
        yield _row(*describe(score))
        for one, other, found in score.errors:
            told(f"{one} and arXiv {other}: {found.verdict.value}. {found.reason}")
    looked_at = {(one, other) for one, other, _ in known}
    drawn = set(draw_pairs(acl, arxiv))
    yield f"{len(drawn):,} pairs drawn by rare words of titles, {len(drawn - looked_at):,} unlabelled."


def _search_options(parser: ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=60, metavar="N", help="queries a line (%(default)s)")
    parser.add_argument(
        "--papers", type=int, nargs="+", default=[], metavar="N", help="measure on so many of the papers as well"
    )


def _search(options: dict[str, Any], told: Told) -> Iterator[str]:
    times = ("ms, median", "ms, p95", "database’s processor, median", "p95", "times as quick as a full scan")
    yield _head("papers", "query", "queries", *times, words=2)
    notes = []
    for found in measure_search(max(options["repetitions"], 1), [max(size, 1) for size in options["papers"]]):
        if isinstance(found, Timing):
            wall = (f"{found.median_ms:.1f}", f"{found.p95_ms:.1f}")
            worked = (f"{found.processor_median_ms:.1f}", f"{found.processor_p95_ms:.1f}")
            beside = f"{found.times_the_scan:.0f}" if found.times_the_scan else ""
            yield _row(f"{found.papers:,}", found.kind, found.queries, *wall, *worked, beside)
        elif isinstance(found, Sizes):
            notes.append(
                f"{found.papers:,} papers, bytes a paper: documents {found.documents:.0f}, "
                f"their index {found.index:.0f}, counts {found.counts:.0f}; {found.embedded:,} embedded: "
                f"vectors {found.vectors:.0f}, of which their index {found.vector_index:.0f}."
            )
        else:
            notes.append(found)
    yield "\n" + "\n\n".join(notes)


def _for_you_options(parser: ArgumentParser) -> None:
    parser.add_argument("collection", type=Path, help="a folder with corpus.jsonl and qrels.tsv")
    parser.add_argument("--draws", type=int, default=3, metavar="N", help="halvings of each reader (%(default)s)")


def _for_you(options: dict[str, Any], told: Told) -> Iterator[str]:
    # Here, since it brings numpy along.
    from papers.benchmarks.for_you import measure_for_you

    for method, ndcg in measure_for_you(options["collection"], max(options["draws"], 1)):
        yield f"{method}: nDCG@10 {ndcg:.3f}"


SUBJECTS = (
    Subject("pages", "pages and votes on the portal's papers, cold and warm", _pages_options, _pages),
    Subject("ingest", "ingestion beside a plain COPY of the same rows", _ingest_options, _ingest),
    Subject("identity", "how well one work is told from two, on corpora", _identity_options, _identity),
    Subject("search", "search by words, filtered or not, beside a full scan; and sizes", _search_options, _search),
    Subject("for-you", "what readers would upvote, on a judged collection", _for_you_options, _for_you),
)
