"""Finding the paper that a record is about, among those that its batch could be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from papers.identifiers import ARXIV, DOI, arxiv_month, parse_doi
from papers.ingest.identity import Work, same_work
from papers.ingest.records import PaperRecord
from papers.models import Identifier, Paper, SourceRecord
from papers.titles import title_key

Name = tuple[str, str]  # an identifier: scheme, value


@dataclass(slots=True)
class Item:
    """A record on its way: what it says, and the paper that it turned out to be about."""

    record: PaperRecord
    facts: dict[str, Any]
    hash: bytes
    stored: SourceRecord | None = None
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


class Shelf:
    """The papers in question, locked (votes recount on the same rows), by identifier and by title."""

    def __init__(self, items: Sequence[Item]) -> None:
        names = {name for item in items for name in item.names}
        identifiers = _identifiers(names)
        titles = list(
            SourceRecord.objects.filter(title_key__in={item.work.title_key for item in items}).values_list(
                "title_key", "paper_id"
            )
        )
        ids = {item.stored.paper_id for item in items if item.stored}
        ids |= {row.paper_id for row in identifiers} | {paper_id for _, paper_id in titles}
        # In the order of their ids, so that two writers never wait for each other in a circle.
        papers = Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        self.papers = {paper.pk: paper for paper in papers}
        self.by_name: dict[Name, Paper] = {(row.scheme, row.value): self.papers[row.paper_id] for row in identifiers}
        self.by_title: dict[str, list[tuple[Work, Paper]]] = defaultdict(list)
        for key, paper_id in set(titles):
            paper = self.papers[paper_id]
            self.by_title[key].append((_work_of_paper(paper, key), paper))

    def find(self, item: Item) -> tuple[Paper, Paper | None, str]:
        """The item's paper (a new one where none is known), another that is the same work after all, a refusal.

        An arXiv id decides before any other identifier; the title is asked only when no identifier
        is known, or to find a paper that was known by title alone until now.
        """
        owner = next((self.by_name[name] for name in item.names if name[0] == ARXIV and name in self.by_name), None)
        by_title = self._by_title(item.work)
        if item.stored:
            paper = self.papers[item.stored.paper_id]
        elif owner is not None:
            paper = owner
        else:
            named = self._by_other_names(item)
            if len(named) > 1:
                return named[0], None, "Its identifiers belong to different papers: " + _list(named)
            paper = named[0] if named else by_title or Paper(title=item.record.title)
        if reason := _contradiction(item, paper, owner):
            return paper, None, reason
        twin = by_title if by_title is not paper and by_title is not None and by_title.pk and paper.pk else None
        return paper, twin if twin is not None and not twin.arxiv_id else None, ""

    def put(self, item: Item, paper: Paper) -> None:
        """Let later items of the batch find the paper by what this one says."""
        if not paper.arxiv_id:
            paper.arxiv_id = item.work.arxiv_id
        for name in item.names:
            self.by_name.setdefault(name, paper)
        self.by_title[item.work.title_key].append((item.work, paper))

    def _by_other_names(self, item: Item) -> list[Paper]:
        """Papers of the item's identifiers, leaving out those of another arXiv id: a DOI can be printed on two."""
        found = {id(self.by_name[name]): self.by_name[name] for name in item.names if name in self.by_name}
        mine = item.work.arxiv_id
        return [paper for paper in found.values() if not (mine and paper.arxiv_id and paper.arxiv_id != mine)]

    def _by_title(self, work: Work) -> Paper | None:
        """The one paper of this title that is the same work; None when there is none, or doubt between several.

        Among several, one that has no arXiv id yet is the same work as the one that has it.
        """
        same = {id(paper): paper for known, paper in self.by_title.get(work.title_key, ()) if same_work(known, work)}
        unnamed = [paper for paper in same.values() if not paper.arxiv_id]
        candidates = unnamed or list(same.values())
        return candidates[0] if len(candidates) == 1 else None


def _identifiers(names: Iterable[Name]) -> list[Identifier]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for scheme, value in names:
        wanted[scheme].append(value)
    return [
        row for scheme, values in wanted.items() for row in Identifier.objects.filter(scheme=scheme, value__in=values)
    ]


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


def _contradiction(item: Item, paper: Paper, owner: Paper | None) -> str:
    if owner is not None and owner is not paper:
        return f"arXiv {item.work.arxiv_id} is already {owner.public_id}, not {paper.public_id}."
    known = paper.arxiv_id
    if known and item.work.arxiv_id and known != item.work.arxiv_id:
        return f"It says it is arXiv {item.work.arxiv_id}, but is known as {known}."
    return ""


def _list(papers: Iterable[Paper]) -> str:
    return ", ".join(sorted(paper.public_id if paper.pk else "a new one" for paper in papers)) + "."
