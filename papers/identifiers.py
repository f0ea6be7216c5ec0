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


# Our own number of a paper, as its address has it, on whatever host this portal is.
OWN = "own"
_OWN = re.compile(r"(?:https?://[^\s/]+/papers/)?bs-([1-9]\d{0,17})(?:[/?#]\S*)?", re.IGNORECASE)
_OWN_PAGE = re.compile(r"https?://[^\s/]+/papers/(\S+)")


def parse_own_address(text: str) -> tuple[str, str] | None:
    """Read bs-<number>, or the address of a paper's page on a portal like this one: (scheme, value), else None."""
    text = text.strip()
    if match := _OWN.fullmatch(text):
        return OWN, match[1]
    if (match := _OWN_PAGE.fullmatch(text)) and (arxiv := parse_arxiv_id(match[1])):
        return ARXIV, arxiv[0]
    return None


# Addresses that name a paper, beside arXiv's and doi.org's.
_ADDRESSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (ACL, re.compile(r"(?:https?://)?(?:www\.)?aclanthology\.org/([\w.-]+?)(?:\.pdf)?/?", re.IGNORECASE)),
    (
        OPENREVIEW,
        re.compile(r"(?:https?://)?(?:www\.)?openreview\.net/(?:forum|pdf)\?id=([\w-]+)(?:[&#].*)?", re.IGNORECASE),
    ),
    (S2, re.compile(r"(?:https?://)?(?:www\.)?semanticscholar\.org/paper/(?:[^/]+/)?([0-9a-f]{40})/?", re.IGNORECASE)),
    (HF, re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/([A-Za-z0-9][\w.-]{0,99})/?")),
)


def parse_identifier(text: str) -> tuple[str, str] | None:
    """Read an identifier that says by itself what it is, or its address: (scheme, value), else None.

    An arXiv id comes before all: arXiv's own DOIs and Hugging Face's addresses of arXiv papers name that.
    """
    text = text.strip()
    if arxiv := parse_arxiv_id(text):
        return ARXIV, arxiv[0]
    if doi := parse_doi(text):
        return DOI, doi
    return next(((scheme, match[1]) for scheme, form in _ADDRESSES if (match := form.fullmatch(text))), None)


def normalised(scheme: str, value: str) -> str:
    """An identifier's value as it is kept, or "" for one that its scheme can't have."""
    value = value.strip()
    if scheme == ARXIV:
        return (parse_arxiv_id(value) or ("", None))[0]
    if scheme == DOI:
        return parse_doi(value) or ""
    found = parse_identifier(value)
    if found and found[0] == scheme:
        return found[1]
    return value if re.fullmatch(r"[\w./:-]{1,300}", value) and "//" not in value else ""


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
