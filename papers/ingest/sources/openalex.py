"""OpenAlex: venue, citations, open-access PDF and fields of papers, by their DOIs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from papers.identifiers import ARXIV, DOI, parse_doi
from papers.ingest.errors import SourceError
from papers.ingest.sources.answers import count_of, doi_of, title_of, venue_of, within, words_of
from papers.ingest.sources.enriching import Enricher, Name, Told
from papers.ingest.text import web_address

_SELECT = "id,doi,title,primary_location,best_oa_location,cited_by_count,topics"
# What a filter would take for the beginning of another one.
_UNASKABLE = re.compile(r"[|,\s\"]")
_REPOSITORY = "repository"


class OpenAlexSource(Enricher):
    """A preprint and its publication are two works there, or one: both DOIs are asked, the publication's counts."""

    name = "openalex"
    title = "OpenAlex"
    description = "OpenAlex on papers that are here: venue, citations, open-access PDF, fields."
    service = "https://api.openalex.org"
    schemes = (DOI, ARXIV)
    key_param = "api_key"

    def entries(self, names: Sequence[Name]) -> dict[Name, object]:
        wanted = {_doi(name): name for name in names if not _UNASKABLE.search(name[1])}
        if not wanted:
            return {}
        params = {"filter": f"doi:{'|'.join(wanted)}", "per-page": "100", "select": _SELECT}
        answer = self.ask("/works", params | ({"mailto": self.contact} if self.contact else {}))
        works = within(answer, "results")
        if not isinstance(works, list):
            raise SourceError("OpenAlex did not answer with a list of works.")
        found: dict[Name, object] = {}
        for work in works:
            doi = within(work, "doi")
            name = wanted.get(parse_doi(doi) or "") if isinstance(doi, str) else None
            # Of doubles the first is the most relevant.
            if name is not None:
                found.setdefault(name, work)
        return found

    @classmethod
    def told(cls, entry: dict[str, Any]) -> Told:
        source = within(entry, "primary_location", "source")
        topics = entry.get("topics")
        address = entry.get("id")
        return Told(
            title=title_of(entry.get("title")),
            names=doi_of(entry.get("doi")),
            venue="" if within(source, "type") == _REPOSITORY else venue_of(within(source, "display_name")),
            citation_count=count_of(entry.get("cited_by_count")),
            open_access_url=web_address(within(entry, "best_oa_location", "pdf_url")),
            fields_of_study=(
                words_of(within(topic, "field", "display_name") for topic in topics) if isinstance(topics, list) else ()
            ),
            address=web_address(address),
        )


def _doi(name: Name) -> str:
    """arXiv gives every paper a DOI of its own."""
    scheme, value = name
    return f"10.48550/arxiv.{value.lower()}" if scheme == ARXIV else value
