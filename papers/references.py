"""How a reader names a paper: an arXiv id, a DOI, or an address that holds one of them. Pure.

An address is only read. Nothing is ever fetched from it: what it names is asked of arXiv or Crossref.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from papers.identifiers import ARXIV, DOI, parse_arxiv_id, parse_doi

LONGEST = 300  # what an identifier's column holds; no real one comes near

_BARE_DOI = re.compile(r"(?:doi:)?10\.", re.IGNORECASE)
# Sites that call arXiv's papers by arXiv's ids.
_ABOUT_ARXIV = re.compile(
    r"(?:https?://)?(?:www\.)?"
    r"(?:alphaxiv\.org/(?:[a-z]{2}/)?(?:abs|pdf|html|overview)|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)|scirate\.com/arxiv)/",
    re.IGNORECASE,
)
# The stamp on a PDF's first page: arXiv:2512.00001v1 [cs.LG] 1 Dec 2025
_AFTER_ID = re.compile(r"\s+[\[(][A-Za-z.-]+[\])].*$", re.DOTALL)
_DOI_IN_ADDRESS = re.compile(r"/(10\.\d{4,9}/[^?#\s]+)")
# What publishers print behind a DOI in an address: the way in which the paper is shown.
_VIEW = re.compile(r"(?:/(?:full|fulltext|pdf|epdf|abstract|html|meta)|(?:\.full|\.abstract)?\.pdf|\.full|\.abstract)$")
_PREPRINT_VERSION = re.compile(r"^(10\.(?:1101|64898)/[\d.]+)v\d+$")


def read_reference(text: str) -> tuple[str, str] | None:
    """(scheme, value) of the paper that the text names, its version left out; None where it names none.

    arXiv's own DOIs are arXiv ids.
    """
    bare = text.strip().strip("\"'“”‘’").strip()
    bare = _AFTER_ID.sub("", bare[1:-1].strip() if bare[:1] + bare[-1:] == "<>" else bare)
    bare = re.sub(r"^(arxiv|doi)\s*:\s*", r"\1:", bare, flags=re.IGNORECASE)
    bare = _ABOUT_ARXIV.sub("arXiv:", bare)
    if arxiv := parse_arxiv_id(bare):
        return ARXIV, arxiv[0]
    doi = parse_doi(bare) if _BARE_DOI.match(bare) else _doi_of_address(bare)
    # What an address encodes may be any byte.
    if doi is None or len(doi) > LONGEST or not doi.isprintable():
        return None
    if arxiv := parse_arxiv_id(doi):
        return ARXIV, arxiv[0]
    return DOI, doi


def _doi_of_address(address: str) -> str | None:
    """The DOI in an address's path: doi.org's, or a publisher's own."""
    match = _DOI_IN_ADDRESS.search(re.split(r"[?#]", unquote(address), maxsplit=1)[0])
    if match is None:
        return None
    value = match[1].rstrip("/")
    if not re.match(r"(?:https?://)?(?:dx\.)?doi\.org/", address, re.IGNORECASE):
        value = _VIEW.sub("", value)
        value = _PREPRINT_VERSION.sub(r"\1", value)
    return parse_doi(value)
