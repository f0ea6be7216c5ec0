"""What the two sources answer, all of it invented."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from tests.papers.ingest.server import Request, Respond, Server

BOATS = "2509.00001"
TITLE = "Paper Boats on Still Ponds"
DOI = "10.1000/boats.7"


def entry(arxiv_id: str = BOATS, title: str = TITLE, *, comment: str = "12 pages", doi: str = "") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{arxiv_id}v2</id><title>{title}</title>"
        "<published>2025-09-01T07:30:15Z</published><updated>2025-09-20T08:00:00Z</updated>"
        "<summary>We fold boats of paper and float them.</summary>"
        f"<comment>{comment}</comment><doi>{doi}</doi><primary_category term='cs.NA'/><category term='cs.LG'/>"
        "<author><name>Ada Alder</name></author><author><name>Bo Birch</name></author></entry>"
    )


def feed(*entries: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{len(entries)}</o:totalResults>{''.join(entries)}</feed>"
    )


def work(**facts: Any) -> dict[str, Any]:
    return {
        "DOI": "10.1000/Boats.7",
        "type": "journal-article",
        "title": ["Boats of <i>Paper</i> &amp; Wood"],
        "author": [
            {"given": "Ada", "family": "Alder", "affiliation": [{"name": "Pond Lab"}]},
            {"name": "The Boat Group"},
        ],
        "container-title": ["Journal of Boats"],
        "volume": "7",
        "issue": "2",
        "page": "1-12",
        "issued": {"date-parts": [[2025, 3]]},
        "abstract": "<jats:title>Abstract</jats:title>"
        "<jats:p>They float for <jats:italic>n</jats:italic> &gt; 1.</jats:p>",
        "indexed": {"date-time": "2025-12-01T10:00:00Z"},
        **facts,
    }


class Sources:
    """Answers both by what it knows; `instead` answers everything when it is set."""

    server: Server

    def __init__(self) -> None:
        self.entries = {BOATS: entry()}
        self.works: dict[str, Any] = {DOI: work()}
        self.instead: Respond | None = None

    def __call__(self, request: Request) -> None:
        if self.instead is not None:
            self.instead(request)
        elif request.path.startswith("/api/query?"):
            found = self.entries.get(request.query["id_list"])
            request.answer(feed(found) if found else feed(), 200, "application/atom+xml")
        elif (doi := unquote(request.path.partition("?")[0].removeprefix("/works/"))) in self.works:
            request.answer_json({"status": "ok", "message-type": "work", "message": self.works[doi]})
        else:
            request.answer("Resource not found.", 404, "text/plain")

    @property
    def asked(self) -> list[str]:
        """The paths of all requests so far, with their queries."""
        return [path for path, _ in self.server.requests]
