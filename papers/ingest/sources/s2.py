"""Semantic Scholar: DOI, venue, citations, open-access PDF and fields of papers, many to a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from papers.identifiers import ACL, ARXIV, DOI, S2
from papers.ingest.errors import SourceError
from papers.ingest.http import Limits
from papers.ingest.sources.answers import count_of, doi_of, title_of, venue_of, within, words_of
from papers.ingest.sources.enriching import Enricher, Name, Told
from papers.ingest.text import web_address

_PREFIXES = {ARXIV: "ARXIV", DOI: "DOI", ACL: "ACL"}
_FIELDS = "title,externalIds,venue,publicationVenue,citationCount,openAccessPdf,s2FieldsOfStudy"
_NUMBER = re.compile(r"[0-9a-f]{40}")


class SemanticScholarSource(Enricher):
    """Answers come in the order of the question, with null for what is not known."""

    name = "s2"
    title = "Semantic Scholar"
    description = "Semantic Scholar on papers that are here: DOI, venue, citations, open-access PDF, fields."
    service = "https://api.semanticscholar.org"
    schemes = (ARXIV, DOI, ACL)
    most = 400  # 500 are allowed
    # Who has no key shares one request a second with everybody, and is often told to wait.
    limits = Limits(interval=1.1, attempts=7, first_pause=2)
    key_header = "x-api-key"

    def entries(self, names: Sequence[Name]) -> dict[Name, object]:
        ids = [f"{_PREFIXES[scheme]}:{value}" for scheme, value in names]
        answer = self.ask("/graph/v1/paper/batch", {"fields": _FIELDS}, body={"ids": ids}, also=(400,))
        reason = within(answer, "error")
        # So it says where it knows none of them.
        if isinstance(reason, str) and "no valid paper ids" in reason.lower():
            return {}
        if not isinstance(answer, list):
            why = f": {reason[:200]}" if isinstance(reason, str) else ""
            raise SourceError(f"Semantic Scholar did not answer with a list{why}.")
        if len(answer) != len(names):
            raise SourceError(f"Semantic Scholar was asked about {len(names)} papers and answered on {len(answer)}.")
        return {name: entry for name, entry in zip(names, answer, strict=True) if entry is not None}

    @classmethod
    def told(cls, entry: dict[str, Any]) -> Told:
        number = entry.get("paperId")
        is_number = isinstance(number, str) and _NUMBER.fullmatch(number)
        fields = entry.get("s2FieldsOfStudy")
        return Told(
            title=title_of(entry.get("title")),
            names=(*doi_of(within(entry, "externalIds", "DOI")), *([(S2, str(number))] if is_number else [])),
            venue=venue_of(within(entry, "publicationVenue", "name")) or venue_of(entry.get("venue")),
            citation_count=count_of(entry.get("citationCount")),
            open_access_url=web_address(within(entry, "openAccessPdf", "url")),
            fields_of_study=words_of(within(field, "category") for field in fields) if isinstance(fields, list) else (),
            address=f"https://www.semanticscholar.org/paper/{number}" if is_number else "",
        )
