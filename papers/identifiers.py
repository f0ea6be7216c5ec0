"""Identifiers of papers: what they look like, how they are normalised, where they lead. Pure."""

from __future__ import annotations

import re
from datetime import date

ARXIV, DOI, OPENREVIEW, ACL, S2, HF = "arxiv", "doi", "openreview", "acl", "s2", "hf"

# The order in which identifiers are shown and trusted; arXiv ids give a paper its address.
SCHEMES: dict[str, str] = {
    ARXIV: "arXiv",
    DOI: "DOI",
    ACL: "ACL Anthology",
    OPENREVIEW: "OpenReview",
    S2: "Semantic Scholar",
    HF: "Hugging Face",
}

_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"
_ARXIV = re.compile(rf"(?P<base>{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d*))?")
_PREFIX = re.compile(
    r"^(?:arxiv:|oai:arxiv\.org:|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)/"
    r"|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/|(?:doi:|https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\.)",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/\S+")


def parse_arxiv_id(text: str) -> tuple[str, int | None] | None:
    """Read an arXiv id or address: (id without version, version or None), or None when it is neither.

    Rules: arXiv's "Understanding the arXiv identifier". Ids have five digits from January 2015 and
    four before; a subject class inside an old id is dropped (math.GT/0309136 is math/0309136).
    """
    bare = _PREFIX.sub("", text.strip())
    bare = re.split(r"[?#]", bare, maxsplit=1)[0].removesuffix(".pdf").rstrip("/")
    match = _ARXIV.fullmatch(bare)
    if match is None:
        return None
    base = match["base"]
    if "/" in base:
        archive, number = base.split("/")
        base = f"{archive.split('.')[0]}/{number}"
    elif len(base) != (10 if base[:4] >= "1501" else 9):
        return None
    return base, int(match["version"]) if match["version"] else None


def arxiv_month(arxiv_id: str) -> date:
    """The first day of the month in which an id (without version) was given out."""
    digits = arxiv_id.rsplit("/", 1)[-1]
    year = int(digits[:2])
    return date(1900 + year if year >= 91 else 2000 + year, int(digits[2:4]), 1)


def parse_doi(text: str) -> str | None:
    """Read a DOI or its address: lower case, as DOIs ignore case; None when it is not one."""
    bare = re.sub(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)", "", text.strip(), flags=re.IGNORECASE)
    match = _DOI.fullmatch(bare.rstrip(".,;"))
    return match[0].lower() if match else None


def address(scheme: str, value: str) -> str:
    """Where an identifier leads, or an empty string for a scheme that has no pages."""
    pattern = {
        ARXIV: "https://arxiv.org/abs/{}",
        DOI: "https://doi.org/{}",
        ACL: "https://aclanthology.org/{}/",
        OPENREVIEW: "https://openreview.net/forum?id={}",
        S2: "https://www.semanticscholar.org/paper/{}",
        HF: "https://huggingface.co/papers/{}",
    }.get(scheme)
    return pattern.format(value) if pattern else ""


def pdf_address(arxiv_id: str) -> str:
    return f"https://arxiv.org/pdf/{arxiv_id}"
