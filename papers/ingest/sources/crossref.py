"""Crossref: venue, citations and open-access PDF of published papers, as their publishers registered them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from papers.identifiers import DOI, parse_doi
from papers.ingest.errors import SourceError
from papers.ingest.sources.answers import count_of, doi_of, title_of, venue_of, within
from papers.ingest.sources.enriching import Enricher, Name, Told
from papers.ingest.text import web_address

_SELECT = "DOI,title,container-title,is-referenced-by-count,license,link"


class CrossrefSource(Enricher):
    """arXiv's own DOIs are not registered there, so only published papers are asked about."""

    name = "crossref"
    title = "Crossref"
    description = "Crossref on papers that are here and have a DOI: venue, citations, open-access PDF."
    service = "https://api.crossref.org"
    schemes = (DOI,)

    def entries(self, names: Sequence[Name]) -> dict[Name, object]:
        # A comma would begin another filter.
        wanted = {doi: (scheme, doi) for scheme, doi in names if "," not in doi}
        if not wanted:
            return {}
        params = {"filter": ",".join(f"doi:{doi}" for doi in wanted), "rows": str(len(wanted)), "select": _SELECT}
        answer = self.ask("/works", params | ({"mailto": self.contact} if self.contact else {}))
        works = within(answer, "message", "items")
        if not isinstance(works, list):
            raise SourceError("Crossref did not answer with a list of works.")
        dois = [(parse_doi(str(within(work, "DOI"))), work) for work in works]
        return {wanted[doi]: work for doi, work in dois if doi in wanted}

    @classmethod
    def told(cls, entry: dict[str, Any]) -> Told:
        names = doi_of(entry.get("DOI"))
        return Told(
            title=title_of(within(entry, "title", 0)),
            names=names,
            venue=venue_of(within(entry, "container-title", 0)),
            citation_count=count_of(entry.get("is-referenced-by-count")),
            open_access_url=_open_pdf(entry),
            address=f"https://doi.org/{names[0][1]}" if names else "",
        )


def _open_pdf(entry: dict[str, Any]) -> str:
    """The publisher's PDF where its licence is an open one; a link alone may lead to a payment."""
    licences, links = entry.get("license"), entry.get("link")
    if not isinstance(licences, list) or not isinstance(links, list):
        return ""
    if not any("creativecommons.org/" in str(within(licence, "URL")) for licence in licences):
        return ""
    pdfs = [within(link, "URL") for link in links if within(link, "content-type") == "application/pdf"]
    return next((address for address in map(web_address, pdfs) if address), "")
