"""What staff type into the papers' search box: an identifier or an address, pasted whole, or words."""

from __future__ import annotations

import re

from papers.identifiers import SCHEMES, parse_identifier
from papers.querysets.papers import PaperQuerySet

HELP = "Words of the title or the authors’ names; an arXiv id, a DOI, or the address of either or of our page."

_OUR_PAGE = re.compile(r"(?:https?://[^/\s]+)?/?papers/(?P<public_id>[^?#\s]+?)(?:\.(?:md|bib|ris|json))?(?:[?#].*)?")
_NUMBER = re.compile(r"bs-([1-9]\d{0,17})")
_LONGEST = 300


def find_papers(papers: PaperQuerySet, text: str) -> PaperQuerySet:
    """The papers that a search means; all for none. What names one paper is never taken for words."""
    text = text.replace("\x00", "").strip()[:_LONGEST]
    if not text:
        return papers
    named = parse_identifier(text)
    if named is None and (page := _OUR_PAGE.fullmatch(text)):
        text = page["public_id"]
        named = parse_identifier(text)
    if named is not None:
        return _else_redirected(papers, papers.with_identifier(named[1], [named[0]]), named[1])
    if number := _NUMBER.fullmatch(text):
        return _else_redirected(papers, papers.filter(pk=int(number[1])), text)
    if " " not in text and (found := papers.with_identifier(text, SCHEMES)).exists():
        return found
    return papers.with_words(text)


def _else_redirected(papers: PaperQuerySet, found: PaperQuerySet, name: str) -> PaperQuerySet:
    # Not one query with OR, which no index answers.
    return found if found.exists() else papers.redirected_from(name)
