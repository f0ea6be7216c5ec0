"""How well one work is told from two, on pairs drawn from corpora: docs/identity.md has the method and the numbers."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from papers.ingest.identity import Judgement, Verdict, Work, judge
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.acl import AclSource
from papers.ingest.sources.files import open_bytes
from papers.ingest.sources.hf import HuggingFaceSource
from papers.ingest.sources.snapshot import read_line, read_lines
from papers.ingest.works import work_of_record
from papers.titles import title_heads, title_key

# A pair is looked at where its titles share so much of their words, weighed by how rare these are.
_SHARED_OF_ALL, _SHARED_OF_THE_SHORTER = 0.35, 0.7
_FREQUENT, _MOST_NEIGHBOURS = 2_500, 60
_CERTAINTY = 1.96  # of a 95 % interval, in standard deviations


@dataclass(slots=True)
class Score:
    """What the rule said of pairs that are one work, and of pairs that are two."""

    name: str
    said: Counter[tuple[bool, Verdict]] = field(default_factory=Counter)
    errors: list[tuple[str, str, Judgement]] = field(default_factory=list)

    def add(self, one: str, other: str, is_one: bool, found: Judgement) -> None:
        self.said[(is_one, found.verdict)] += 1
        if found.verdict is not (Verdict.SAME if is_one else Verdict.DIFFERENT):
            self.errors.append((one, other, found))

    @property
    def precision(self) -> tuple[int, int]:
        """Of the pairs that were joined, those that are one."""
        right = self.said[(True, Verdict.SAME)]
        return right, right + self.said[(False, Verdict.SAME)]

    @property
    def recall(self) -> tuple[int, int]:
        """Of the pairs that are one, those that were joined."""
        return self.said[(True, Verdict.SAME)], sum(count for (is_one, _), count in self.said.items() if is_one)

    @property
    def held(self) -> tuple[int, int]:
        """Pairs left to staff: of one work, and of two."""
        return self.said[(True, Verdict.DOUBT)], self.said[(False, Verdict.DOUBT)]


def at_least(found: int, of: int) -> float:
    """The lower end of a share's 95 % interval, by Wilson."""
    if not of:
        return 0.0
    share, square = found / of, _CERTAINTY**2
    middle = share + square / (2 * of)
    return (middle - _CERTAINTY * math.sqrt(share * (1 - share) / of + square / (4 * of * of))) / (1 + square / of)


def read_labels(path: Path) -> list[tuple[str, str, bool]]:
    """Pairs that people looked at: (Anthology id, arXiv id, whether they are one work)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["acl"], row["arxiv"], row["label"] == "same") for row in rows]


def read_acl(data: Path) -> dict[str, Work]:
    source = AclSource.from_options({"files": [str(data / "corpus" / "acl.jsonl.gz")]})
    return {record.key: work_of_record(record) for record in _taken(source.items())}


def read_arxiv(data: Path, wanted: Iterable[str] | None = None) -> dict[str, Work]:
    """arXiv's records by id; `wanted` alone, where others need not be parsed."""
    marks = None if wanted is None else {json.dumps({"id": name})[:-1].encode() for name in wanted}
    works: dict[str, Work] = {}
    for file in [data / "corpus" / "arxiv.jsonl.gz", *sorted((data / "corpus" / "scale").glob("*.jsonl.gz"))]:
        with open_bytes(file) as lines:
            kept = (line for line in read_lines(lines) if marks is None or line.partition(b",")[0] in marks)
            for record in _taken(map(read_line, kept)):
                work = work_of_record(record)
                if work.arxiv_id:
                    works.setdefault(work.arxiv_id, work)
    return works


def score_labelled(labels: Iterable[tuple[str, str, bool]], acl: dict[str, Work], arxiv: dict[str, Work]) -> Score:
    score = Score("ACL Anthology and arXiv, labelled")
    for one, other, is_one in labels:
        if one in acl and other in arxiv:
            score.add(one, other, is_one, judge(acl[one], arxiv[other]))
    return score


def score_withheld(data: Path, arxiv: dict[str, Work]) -> Score:
    """Hugging Face's entries with their arXiv ids withheld, each against all of arXiv's records."""
    score = Score("Hugging Face and arXiv, ids withheld")
    by_key: dict[str, list[Work]] = defaultdict(list)
    for work in arxiv.values():
        for key in (work.title_key, *title_heads(work.title)):
            by_key[key].append(work)
    source = HuggingFaceSource.from_options({"path": str(data / "hf" / "daily_api")})
    for record in _taken(source.items()):
        whole = work_of_record(record)
        bare = replace(whole, arxiv_id=None)
        keys = (bare.title_key, *title_heads(bare.title))
        found = {other.arxiv_id: other for key in keys for other in by_key.get(key, ())}
        if whole.arxiv_id in arxiv:
            found[whole.arxiv_id] = arxiv[whole.arxiv_id]
        for arxiv_id, other in found.items():
            score.add(record.key, arxiv_id or "", arxiv_id == whole.arxiv_id, judge(bare, other))
    return score


def draw_pairs(ones: dict[str, Work], others: dict[str, Work]) -> Iterator[tuple[str, str]]:
    """Pairs whose titles have rare words in common: many more than the rule takes for one work."""
    left, right = _words(ones), _words(others)
    frequency = Counter(word for words in (*left.values(), *right.values()) for word in words)
    weight = {word: math.log((len(left) + len(right)) / count) for word, count in frequency.items()}
    places: dict[str, list[str]] = defaultdict(list)
    for name, words in right.items():
        for word in words:
            if frequency[word] <= _FREQUENT:
                places[word].append(name)
    for name, words in left.items():
        shared: Counter[str] = Counter()
        for word in words:
            for other in places.get(word, ()):
                shared[other] += weight[word]  # type: ignore[assignment]
        total = sum(weight[word] for word in words)
        for other, worth in shared.most_common(_MOST_NEIGHBOURS):
            whole = sum(weight[word] for word in right[other])
            is_near = worth > _SHARED_OF_ALL * (total + whole - worth)
            if is_near or worth > _SHARED_OF_THE_SHORTER * min(total, whole):
                yield name, other


def _words(works: dict[str, Work]) -> dict[str, set[str]]:
    return {name: {title_key(word) for word in work.title.split()} - {""} for name, work in works.items()}


def _taken(items: Iterable[PaperRecord | RejectedItem]) -> Iterator[PaperRecord]:
    return (item for item in items if isinstance(item, PaperRecord))


def describe(score: Score) -> Sequence[str]:
    """A row of a Markdown table."""
    (right, joined), (_, ones), (held, held_wrongly) = score.precision, score.recall, score.held
    pairs = sum(score.said.values())
    return (
        score.name,
        f"{pairs:,}",
        f"{ones:,}",
        f"{right / joined:.1%} (≥ {at_least(right, joined):.1%})" if joined else "–",
        f"{right / ones:.1%} (≥ {at_least(right, ones):.1%})" if ones else "–",
        f"{held} + {held_wrongly}",
    )
