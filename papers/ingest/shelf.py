"""Finding the paper that a record is about, among those that its batch could be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from papers.identifiers import ARXIV, SCHEMES
from papers.ingest.candidates import find_titled, names_of, pairs_apart
from papers.ingest.composing import DENIED_NAMES, STAFF
from papers.ingest.identity import Judgement, Work, judge
from papers.ingest.loosening import Loose, loose_records
from papers.ingest.records import PaperRecord
from papers.ingest.works import Name, bare_names, work_of_paper, work_of_record
from papers.models import Identifier, Paper, PaperRedirect, SourceRecord
from papers.querysets.lookups import IsOneOf
from papers.titles import title_heads

# So many pairs are held of one record: a title that everybody uses is no reason to ask staff a hundred times.
_MOST_HELD = 10


class Stored(NamedTuple):
    """What is known of an item from an earlier run, its facts aside."""

    pk: int
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
        self.work = work_of_record(self.record)

    @property
    def names(self) -> list[Name]:
        return bare_names(self.record.identifiers)


class Refused(Exception):
    """A record contradicts what is known; the message is the reason for staff."""


@dataclass(frozen=True, slots=True)
class Held:
    """Two papers that may be one, and why that is not sure."""

    one: Paper
    other: Paper
    reason: str


class Shelf:
    """The papers in question, locked (votes recount on the same rows), by identifier and by title.

    `mergers` collects pairs (kept, gone) of papers that a record has shown to be one, in the order
    in which they are to be merged; from then on the gone one is found as the kept one. `held` are
    pairs that staff are to look at, and `loosened` are records that leave their paper for one of
    their own, because it has turned out that they could be about another as well.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        names = {name for item in items for name in item.names}
        identifiers = _identifiers(names)
        titles = find_titled([item.work for item in items])
        ids = {item.stored.paper_id for item in items if item.stored}
        merged = _merged_arxiv_ids(names)
        ids |= set(identifiers.values()) | {row.paper_id for row in titles} | set(merged.values())
        # In the order of their ids, so that two writers never wait for each other in a circle.
        papers = Paper.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        self.papers = {paper.pk: paper for paper in papers}
        self.mergers: list[tuple[Paper, Paper]] = []
        self.held: dict[frozenset[int], Held] = {}  # by id() of the papers
        self.loosened: list[Loose] = []
        self._merged_into: dict[int, Paper] = {}  # by id() of the gone paper
        self.items: list[Item] = []
        # Kept here and not on the papers: what is new is written only where a paper is seen to change.
        self._arxiv_ids = {id(paper): paper.arxiv_id for paper in self.papers.values()}
        self._by_name: dict[Name, Paper] = {name: self.papers[paper_id] for name, paper_id in identifiers.items()}
        for value, paper_id in merged.items():
            self._by_name.setdefault((ARXIV, value), self.papers[paper_id])
        self._by_title: dict[str, list[tuple[Work, Paper]]] = defaultdict(list)
        self._by_head: dict[str, list[tuple[Work, Paper]]] = defaultdict(list)
        titled = {row.paper_id: self.papers[row.paper_id] for row in titles}
        known = names_of(titled.values()) if titled else {}
        self._apart = pairs_apart(ids) if len(ids) > 1 else set()
        for row in titles:
            paper = titled[row.paper_id]
            self._put(work_of_paper(paper, row.title or paper.title, known.get(paper.pk, ()), row.recorded_on), paper)

    def place(self, item: Item) -> Paper:
        """Find the item's paper, a new one where none is known, and remember by what it can be found now.

        An arXiv id decides before any other identifier; the title is asked only where no identifier
        is known, or to find a paper that was known by title alone until now. Raises Refused.
        """
        paper = self._find(item)
        known, told = self._arxiv_ids.get(id(paper)), item.work.arxiv_id
        owner = self._named((ARXIV, told)) if told else None
        # Of two that each had an arXiv id and were merged, one paper answers to both; and staff may have
        # taken apart what this record would join.
        if owner is not None and owner is not paper and self._is_apart(owner, paper):
            told = known
        elif known and told and known != told and owner is not paper:
            raise Refused(f"It says it is arXiv {told}, but is known as {known}.")
        self._arxiv_ids[id(paper)] = known or told
        for name in item.names:
            self._by_name.setdefault(name, paper)
        item.paper = paper
        self.items.append(item)
        self._loosen(item.work, paper)
        self._join_nameless(item.work, paper)
        self._hold_rivals(item.work, paper)
        self._put(item.work, paper)
        return self._current(paper)

    def _find(self, item: Item) -> Paper:
        if item.record.asked:
            return self._asked_about(item.record.asked)
        owner = self._named((ARXIV, item.work.arxiv_id)) if item.work.arxiv_id else None
        named, others = self._by_other_names(item)
        if item.stored:
            paper = self._of_stored(item, self._current(self.papers[item.stored.paper_id]), owner)
        elif owner is None and len(named) > 1:
            for other in named[1:]:
                self._hold(named[0], other, f"A record names both: {_list_names(item.names)}.")
            raise Refused("Its identifiers belong to different papers: " + _list(named))
        else:
            known = owner or (named[0] if named else self._one_of_title(item.work))
            paper = known or Paper(title=item.record.title)
        for other in named:
            if (self._arxiv_ids.get(id(paper)) or item.work.arxiv_id) and not self._arxiv_ids.get(id(other)):
                # Known by that identifier alone until now.
                self._join(paper, self._current(other))
        for other in [*named, *others]:
            self._hold(paper, other, f"An identifier is printed on both: {_list_names(item.names)}.")
        return paper

    def _asked_about(self, asked: str) -> Paper:
        scheme, _, value = asked.partition(":")
        if (paper := self._named((scheme, value))) is None:
            raise Refused(f"No paper is known by {SCHEMES.get(scheme, scheme)} {value} any more.")
        return paper

    def _of_stored(self, item: Item, stored: Paper, owner: Paper | None) -> Paper:
        if owner is None or owner is stored or self._is_apart(owner, stored):
            return stored
        if self._arxiv_ids.get(id(stored)):
            reason = f"arXiv {item.work.arxiv_id} is already {owner.public_id}, not {stored.public_id}."
            self._hold(owner, stored, reason)
            raise Refused(reason)
        # Known by title alone until now, it turns out to be a paper that has its arXiv id.
        self._merge(owner, stored)
        return owner

    def _by_other_names(self, item: Item) -> tuple[list[Paper], list[Paper]]:
        """Papers of the item's identifiers; apart, those of another arXiv id: a DOI can be printed on two."""
        found = {id(paper): paper for paper in map(self._named, item.names) if paper is not None}
        mine = item.work.arxiv_id
        theirs = self._arxiv_ids
        named = [paper for paper in found.values() if not mine or theirs.get(id(paper)) in (None, mine)]
        return named, [paper for paper in found.values() if paper not in named]

    def _one_of_title(self, work: Work) -> Paper | None:
        """The one paper of this title that is the same work; None when there is none, or doubt between several.

        What could be about several preprints, and about one paper that has no arXiv id either, is about that.
        """
        same = self._same_works(replace(work, arxiv_id=None))
        preprints = [paper for paper in same if self._arxiv_ids.get(id(paper))]
        nameless = [paper for paper in same if paper not in preprints]
        if work.arxiv_id:
            return nameless[0] if len(nameless) == 1 and not preprints else None
        if len(same) == 1:
            return same[0]
        return nameless[0] if len(nameless) == 1 and len(preprints) > 1 else None

    def _join_nameless(self, work: Work, paper: Paper) -> None:
        """Merge the one paper known by title alone into this one, unless another could claim it as well."""
        if not self._arxiv_ids.get(id(paper)):
            return
        others = self._same_works(replace(work, arxiv_id=None), besides=paper)
        if len(others) == 1 and not self._arxiv_ids.get(id(others[0])):
            self._join(paper, others[0])

    def _loosen(self, work: Work, paper: Paper) -> None:
        """Take from other preprints' papers what joined them by title alone and could be about this one as well.

        Without this the first of two preprints of one title would own a nameless record, if it came before the other.
        """
        if not work.arxiv_id:
            return
        for other in self._same_works(replace(work, arxiv_id=None), besides=paper):
            if not self._arxiv_ids.get(id(other)):
                continue
            items = [item for item in self.items if item.paper and self._current(item.paper) is other]
            merged = [gone for kept, gone in self.mergers if self._current(kept) is other]
            loose = loose_records(other, merged, items, work)
            if loose is None:
                continue
            for item in loose.items:
                item.paper = loose.paper
            for name in loose.names:
                self._by_name[name] = loose.paper
            self._arxiv_ids[id(loose.paper)] = None
            self.loosened.append(loose)
            for loosened in loose.works:
                self._by_title[loosened.title_key] = [
                    (known, loose.paper if known is loosened else place)
                    for known, place in self._by_title[loosened.title_key]
                ]
                if loosened not in (known for known, _ in self._by_title[loosened.title_key]):
                    self._put(loosened, loose.paper)
                self._hold_rivals(loosened, loose.paper)

    def _hold_rivals(self, work: Work, paper: Paper) -> None:
        """Hold the pairs of this paper and each other that may be the same work."""
        paper = self._current(paper)
        work = replace(work, arxiv_id=self._arxiv_ids.get(id(paper)))
        for judgement, other in self._judged(work, besides=paper)[:_MOST_HELD]:
            self._hold(paper, other, judgement.reason or "The same title and authors as more than one paper.")

    def _same_works(self, work: Work, besides: Paper | None = None) -> list[Paper]:
        return [paper for judgement, paper in self._judged(work, besides) if judgement.is_same]

    def _judged(self, work: Work, besides: Paper | None = None) -> list[tuple[Judgement, Paper]]:
        """Every paper but `besides` that may be the work, each with what speaks the most for it."""
        known = [*self._by_title.get(work.title_key, ()), *self._by_head.get(work.title_key, ())]
        for head in title_heads(work.title) if work.authors else ():
            known += [*self._by_title.get(head, ()), *self._by_head.get(head, ())]
        found: dict[int, tuple[Judgement, Paper]] = {}
        for other, paper in known:
            current = self._current(paper)
            if current is besides:
                continue
            judgement = judge(replace(other, arxiv_id=self._arxiv_ids.get(id(current))), work)
            before = found.get(id(current))
            if judgement.is_same or (judgement.is_doubt and before is None):
                found[id(current)] = (judgement, current)
        return list(found.values())

    def _put(self, work: Work, paper: Paper) -> None:
        if work.title_key:
            self._by_title[work.title_key].append((work, paper))
            for head in title_heads(work.title) if work.authors else ():
                self._by_head[head].append((work, paper))

    def _hold(self, one: Paper, other: Paper, reason: str) -> None:
        one, other = self._current(one), self._current(other)
        if one is not other:
            self.held.setdefault(frozenset((id(one), id(other))), Held(one, other, reason))

    def _is_apart(self, one: Paper, other: Paper) -> bool:
        return frozenset((one.pk, other.pk)) in self._apart

    def _named(self, name: Name) -> Paper | None:
        paper = self._by_name.get(name)
        return self._current(paper) if paper is not None else None

    def _join(self, kept: Paper, gone: Paper) -> None:
        if kept is not gone and not self._is_apart(kept, gone):
            self._merge(kept, gone)

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


def _list(papers: Iterable[Paper]) -> str:
    return ", ".join(sorted(paper.public_id if paper.pk else "a new one" for paper in papers)) + "."


def _list_names(names: Iterable[Name]) -> str:
    return ", ".join(f"{scheme} {value}" for scheme, value in names)
