"""The registry of sources: a source is one file here and one line in SOURCES."""

from __future__ import annotations

from papers.ingest.sources.acl import AclSource
from papers.ingest.sources.arxiv import ArxivSource
from papers.ingest.sources.arxiv_abs import ArxivAbsSource
from papers.ingest.sources.arxiv_listing import ArxivListingSource
from papers.ingest.sources.arxiv_oai import ArxivOaiSource
from papers.ingest.sources.arxiv_rss import ArxivRssSource
from papers.ingest.sources.base import Source
from papers.ingest.sources.bibtex import BibtexSource
from papers.ingest.sources.crossref import CrossrefSource
from papers.ingest.sources.enriching import Enricher
from papers.ingest.sources.hf import HuggingFaceSource
from papers.ingest.sources.openalex import OpenAlexSource
from papers.ingest.sources.page import PageSource
from papers.ingest.sources.s2 import SemanticScholarSource
from papers.ingest.sources.sample import SampleSource
from papers.ingest.sources.snapshot import SnapshotSource

SOURCES: dict[str, type[Source]] = {
    source.name: source
    for source in (
        ArxivSource,
        ArxivOaiSource,
        ArxivRssSource,
        ArxivListingSource,
        ArxivAbsSource,
        SnapshotSource,
        HuggingFaceSource,
        PageSource,
        AclSource,
        BibtexSource,
        SampleSource,
        # Asked in this order by `ingest enrich`: one may learn a DOI by which the next can be asked.
        SemanticScholarSource,
        OpenAlexSource,
        CrossrefSource,
    )
}
ENRICHERS: dict[str, type[Enricher]] = {
    name: source for name, source in SOURCES.items() if issubclass(source, Enricher)
}
