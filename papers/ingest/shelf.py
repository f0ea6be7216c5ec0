"""Finding the paper that a record is about, among those that its batch could be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from papers.identifiers import ARXIV, DOI, SCHEMES, arxiv_month, parse_doi
from papers.ingest.composing import DENIED_NAMES, STAFF
from papers.ingest.identity import Work, same_work
from papers.ingest.records import PaperRecord
from papers.models import Identifier, Paper, PaperRedirect, SourceRecord
from papers.querysets.lookups import IsOneOf
from papers.titles import title_key

Name = tuple[str, str]  # an identifier: scheme, value


class Stored(NamedTuple):
    """What is known of an item from an earlier run, its facts aside."""

    key: str
    paper_id: int
    content_hash: bytes
    raw_hash: bytes | None
    as_of: date | None
    counts: dict[str, int]  # those of COUNTED that it tells


@dataclass(slots=True)
class Item:
    """A record on its way: what it says, and the paper that it turned out to be about."""

    record: PaperRecord
    facts: dict[str, Any]
    text: str  # the facts as JSON
    hash: bytes
    mark: bytes | None = None  # of the item as it came, where its source can tell
    stored: Stored | None = None
    paper: Paper | None = None
    work: Work = field(init=False)

    def __post_init__(self) -> None:
        self.work = _work_of_record(self.record)

    @property
    def names(self) -> list[Name]:
        return [
            (scheme, (parse_doi(value) or value.lower()) if scheme == DOI else value)
            for scheme, value in self.record.identifiers
        ]


class Refused(Exception):
    """A record contradicts what is known; the message is the reason for staff."""


class Shelf:
    """The papers in question, locked (votes recount on the same rows), by identifier and by title.

    `mergers` collects pairs (kept, gone) of papers that a record has shown to be one, in the order
    in which they are to be merged; from then on the gone one is found as the kept one.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        names = {name for item in items for name in item.names}
        identifiers = _identifiers(names)
        keys = {item.work.title_key for item in items} - {""}
        titles = set(SourceRecord.objects.filter(IsOneOf("title_key", keys)).values_list("title_key", "paper_id"))
        ids = {item.stored.paper_id for item in items if item.stored}
        merged = _merged_arxiv_ids(names)
        ids |= set(identifiers.values()) | {paper_id for _, paper_id in titles} | set(merged.values())
        # In the order of their ids, so that two writers never wait for each other in a circle.
        papers = Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        self.papers = {paper.pk: paper for paper in papers}
        self.mergers: list[tuple[Paper, Paper]] = []
        self._merged_into: dict[int, Paper] = {}  # by id() of the gone paper
        # Kept here and not on the papers: what is new is written only where a paper is seen to change.
        self._arxiv_ids = {id(paper): paper.arxiv_id for paper in self.papers.values()}
        self._by_name: dict[Name, Paper] = {name: self.papers[paper_id] for name, paper_id in identifiers.items()}
        for value, paper_id in merged.items():
            self._by_name.setdefault((ARXIV, value), self.papers[paper_id])
        self._by_title: dict[str, list[tuple[Work, Paper]]] = defaultdict(list)
        for key, paper_id in titles:
            paper = self.papers[paper_id]
            self._by_title[key].append((_work_of_paper(paper, key), paper))

    def place(self, item: Item) -> Paper:
        """Find the item's paper, a new one where none is known, and remember by what it can be found now.

        An arXiv id decides before any other identifier; the title is asked only where no identifier
        is known, or to find a paper that was known by title alone until now. Raises Refused.
        """
        paper = self._find(item)
        known, told = self._arxiv_ids.get(id(paper)), item.work.arxiv_id
        # Of two that each had an arXiv id and were merged, one paper answers to both.
        if known and told and known != told and self._named((ARXIV, told)) is not paper:
            raise Refused(f"It says it is arXiv {told}, but is known as {known}.")
        self._arxiv_ids[id(paper)] = known or told
        for name in item.names:
            self._by_name.setdefault(name, paper)
        self._join_nameless(item.work, paper)
        if item.work.title_key:
            self._by_title[item.work.title_key].append((item.work, paper))
        return paper

    def _find(self, item: Item) -> Paper:
        if item.record.asked:
            return self._asked_about(item.record.asked)
        owner = self._named((ARXIV, item.work.arxiv_id)) if item.work.arxiv_id else None
        if item.stored:
            stored = self._current(self.papers[item.stored.paper_id])
            if owner is None or owner is stored:
                return stored
            if self._arxiv_ids.get(id(stored)):
                raise Refused(f"arXiv {item.work.arxiv_id} is already {owner.public_id}, not {stored.public_id}.")
            # Known by title alone until now, it turns out to be a paper that has its arXiv id.
            self._merge(owner, stored)
            return owner
        if owner is not None:
            return owner
        named = self._by_other_names(item)
        if len(named) > 1:
            raise Refused("Its identifiers belong to different papers: " + _list(named))
        return named[0] if named else self._one_of_title(item.work) or Paper(title=item.record.title)

    def _asked_about(self, asked: str) -> Paper:
        scheme, _, value = asked.partition(":")
        if (paper := self._named((scheme, value))) is None:
            raise Refused(f"No paper is known by {SCHEMES.get(scheme, scheme)} {value} any more.")
        return paper

    def _by_other_names(self, item: Item) -> list[Paper]:
        """Papers of the item's identifiers, leaving out those of another arXiv id: a DOI can be printed on two."""
        found = {id(paper): paper for paper in map(self._named, item.names) if paper is not None}
        mine = item.work.arxiv_id
        theirs = self._arxiv_ids
        return [paper for paper in found.values() if not mine or theirs.get(id(paper)) in (None, mine)]

    def _one_of_title(self, work: Work) -> Paper | None:
        """The one paper of this title that is the same work; None when there is none, or doubt between several."""
        same = self._same_works(work)
        return same[0] if len(same) == 1 else None

    def _join_nameless(self, work: Work, paper: Paper) -> None:
        """Merge the one paper known by title alone into this one, unless another could claim it as well."""
        if not self._arxiv_ids.get(id(paper)):
            return
        others = [other for other in self._same_works(replace(work, arxiv_id=None)) if other is not paper]
        if len(others) == 1 and not self._arxiv_ids.get(id(others[0])):
            self._merge(paper, others[0])

    def _same_works(self, work: Work) -> list[Paper]:
        same: dict[int, Paper] = {}
        for known, paper in self._by_title.get(work.title_key, ()):
            current = self._current(paper)
            if same_work(replace(known, arxiv_id=self._arxiv_ids.get(id(current))), work):
                same[id(current)] = current
        return list(same.values())

    def _named(self, name: Name) -> Paper | None:
        paper = self._by_name.get(name)
        return self._current(paper) if paper is not None else None

    def _merge(self, kept: Paper, gone: Paper) -> None:
        self.mergers.append((kept, gone))
        self._merged_into[id(gone)] = kept

    def _current(self, paper: Paper) -> Paper:
        while id(paper) in self._merged_into:
            paper = self._merged_into[id(paper)]
        return paper


def _identifiers(names: Iterable[Name]) -> dict[Name, int]:
    """By identifier, the paper that has it."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for scheme, value in names:
        wanted[scheme].append(value)
    return {
        (scheme, value): paper_id
        for scheme, values in wanted.items()
        for value, paper_id in Identifier.objects.filter(IsOneOf("value", values), scheme=scheme).values_list(
            "value", "paper_id"
        )
    }


def _merged_arxiv_ids(names: Iterable[Name]) -> dict[str, int]:
    """By arXiv id, the paper into which its own one was merged; not where staff say that the id is not its."""
    values = [value for scheme, value in names if scheme == ARXIV]
    merged = dict(PaperRedirect.objects.filter(IsOneOf("public_id", values)).values_list("public_id", "paper_id"))
    if merged:
        words = SourceRecord.objects.filter(source=STAFF, paper__in=set(merged.values()))
        for paper_id, facts in words.values_list("paper_id", "facts"):
            for scheme, value in facts.get(DENIED_NAMES, []):
                if scheme == ARXIV and merged.get(value) == paper_id:
                    del merged[value]
    return merged


def _work_of_record(record: PaperRecord) -> Work:
    arxiv_id = next((value for scheme, value in record.identifiers if scheme == ARXIV), None)
    dated = record.submitted_at or (arxiv_month(arxiv_id) if arxiv_id else record.recorded_on)
    names = [author.name for author in record.authors]
    count = record.author_count or len(names) or None
    key = title_key(record.title)
    return Work(key, arxiv_id, names, count, dated.year if dated else None, record.abstract)


def _work_of_paper(paper: Paper, key: str) -> Work:
    dated = paper.submitted_at or (arxiv_month(paper.arxiv_id) if paper.arxiv_id else None)
    names = [name for name in paper.authors_text.split(", ") if name]
    year = dated.year if dated else None
    return Work(key, paper.arxiv_id, names, paper.author_count, year, paper.abstract)


def _list(papers: Iterable[Paper]) -> str:
    return ", ".join(sorted(paper.public_id if paper.pk else "a new one" for paper in papers)) + "."
