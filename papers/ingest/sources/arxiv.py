"""arXiv's query API: by category, query, ids or days."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from papers.ingest.http import PoliteSession, TryAgain, http_address
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources.arxiv_access import polite_session, read_xml
from papers.ingest.sources.arxiv_atom import AtomPage, entry_id, entry_submitted_at, read_entry, read_page
from papers.ingest.sources.arxiv_facts import HOST, TITLE, category_codes, midnight, read_ids
from papers.ingest.sources.base import Bookmark, Source, SourceError, day_span

ENDPOINT = "https://export.arxiv.org"
_PAGE_SIZE = 500
# arXiv answers nothing past 30,000 results and is slow long before; a longer list goes on in a new window of time.
_DEEPEST = 10_000
_IDS_AT_ONCE = 100
_BEGINNING = datetime(1991, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
_PATIENCE = 2  # empty pages that say they are the end, before they are believed


@dataclass(frozen=True, slots=True)
class ArxivSource(Source):
    """Newest first, or with --backfill oldest first: then a run that stopped goes on where it was."""

    name = "arxiv"
    title = TITLE
    turn = HOST
    can_resume = True
    description = "arXiv's query API: papers by category, query, days or ids, newest first or as a backfill."
    examples = ("--category cs.LG --from 2025-12-01", "--query 'au:lovelace AND cat:cs.LG'")

    categories: tuple[str, ...] = ()
    query: str = ""
    ids: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    is_backfill: bool = False
    endpoint: str = ENDPOINT
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)
    bookmark: Bookmark = field(default_factory=Bookmark, compare=False, repr=False)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--category", action="append", metavar="CODE", help="cs.LG; may be given several times")
        parser.add_argument("--query", help="""a query in arXiv's grammar, as 'ti:"neural nets" ANDNOT au:smith'""")
        parser.add_argument("--id", nargs="+", metavar="ID", help="arXiv ids or addresses; nothing else beside them")
        parser.add_argument("--from", dest="from", help="first day of submission, as 2025-12-25")
        parser.add_argument("--to", help="last day of submission; today when left out")
        parser.add_argument("--backfill", action="store_true", help="oldest first; goes on where it stopped")
        parser.add_argument("--endpoint", help=f"address of the API, {ENDPOINT} when left out")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> ArxivSource:
        first, last = day_span(options)
        source = cls(
            categories=category_codes(options.get("category") or ()),
            query=" ".join(str(options.get("query") or "").split()),
            ids=read_ids(options.get("id") or ()),
            first=first,
            last=last,
            is_backfill=bool(options.get("backfill")),
            endpoint=http_address(options.get("endpoint") or ENDPOINT),
            session=polite_session(options),
        )
        searched = bool(source.categories or source.query or first)
        if source.ids and (searched or source.is_backfill):
            raise SourceError("--id names the papers already: leave out the other options.")
        if not source.ids and not searched:
            raise SourceError("Say what to fetch: --category, --query, --from, or --id.")
        return source

    def arguments(self) -> dict[str, Any]:
        told = {
            "category": list(self.categories),
            "query": self.query,
            "id": list(self.ids),
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "backfill": self.is_backfill,
        }
        return {name: value for name, value in told.items() if value} | {"endpoint": self.endpoint}

    def position(self) -> str:
        return self.bookmark.position if self.is_backfill else ""

    def resumed(self, position: str) -> ArxivSource:
        return replace(self, bookmark=Bookmark(position)) if self.is_backfill else self

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        return self._named_items() if self.ids else self._searched_items()

    def _named_items(self) -> Iterator[PaperRecord | RejectedItem]:
        """The papers asked for; the reply leaves out without a word what it does not know."""
        left = iter(self.ids)
        while ids := list(islice(left, _IDS_AT_ONCE)):
            params = {"id_list": ",".join(ids), "max_results": str(len(ids))}
            found = set()
            for entry in self._page(params, start=0).entries:
                found.add(entry_id(entry))
                yield read_entry(entry)
            for name in ids:
                if name not in found:
                    yield RejectedItem(name, f"arXiv knows no paper {name}.", key=name)

    def _searched_items(self) -> Iterator[PaperRecord | RejectedItem]:
        """Page by page through one window of submission times after the other.

        Papers move to other pages while we read, so pages and windows overlap and what was just given
        is not given again.
        """
        reached = date.fromisoformat(self.bookmark.position) if self.bookmark.position else self.first
        first = midnight(reached) or _BEGINNING
        last = datetime.combine(self.last, time(23, 59), UTC) if self.last else _END
        seen: set[str] = set()
        while True:
            before, seen, edge = seen, set(), None
            start, total = 0, 1
            while start < min(total, _DEEPEST):
                page = self._page(self._search(first, last, start), start)
                if not page.entries:
                    break
                start, total = start + len(page.entries), page.total
                for entry in page.entries:
                    edge = entry_submitted_at(entry) or edge
                    if (name := entry_id(entry)) not in before and name not in seen:
                        seen |= {name} if name else set()
                        self.bookmark.position = edge.date().isoformat() if edge else self.bookmark.position
                        yield read_entry(entry)
            if start < _DEEPEST or start >= total or edge is None:
                return
            window = first, last
            first, last = (edge, last) if self.is_backfill else (first, edge + timedelta(minutes=1))
            if _minutes(first, last) == _minutes(*window):
                raise SourceError("arXiv's list can't be cut further: too many papers within one minute.")

    def _search(self, first: datetime, last: datetime, start: int) -> dict[str, str]:
        parts = [" OR ".join(f"cat:{code}" for code in self.categories), self.query]
        if (first, last) != (_BEGINNING, _END):
            parts.append(f"submittedDate:{_minutes(first, last)}")
        parts = [part for part in parts if part]
        return {
            "search_query": f"({') AND ('.join(parts)})" if len(parts) > 1 else parts[0],
            "start": str(start),
            "max_results": str(_PAGE_SIZE),
            "sortBy": "submittedDate",
            "sortOrder": "ascending" if self.is_backfill else "descending",
        }

    def _page(self, params: dict[str, str], start: int) -> AtomPage:
        """One page. An empty one where more is due is asked for again: it does not mean the end."""
        empty = 0

        def check(page: AtomPage) -> AtomPage:
            nonlocal empty
            if page.error:
                raise SourceError(f"arXiv refused the query: {page.error}.")
            if self.ids and page.total > len(page.entries):
                raise TryAgain("answered with fewer papers than it counted")
            if not page.entries and (page.total > start or start):
                empty += 1
                # The last page may have emptied because a paper went, but the count on an empty page is often wrong.
                if page.total > start or empty <= _PATIENCE:
                    raise TryAgain("answered with an empty page where more was due")
            return page

        return read_xml(
            self.session, f"{self.endpoint}/api/query", params, lambda feed: check(read_page(feed)), also={400}
        )


def _minutes(first: datetime, last: datetime) -> str:
    return f"[{first:%Y%m%d%H%M} TO {last:%Y%m%d%H%M}]"
