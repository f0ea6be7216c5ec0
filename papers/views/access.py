"""How a paper is found by the name that an address gives it."""

from __future__ import annotations

import re

from papers.identifiers import parse_arxiv_id
from papers.models import Paper
from papers.querysets.papers import PaperQuerySet

_NUMBER = re.compile(r"bs-([1-9]\d{0,17})")


def find_paper(papers: PaperQuerySet, public_id: str) -> Paper | None:
    """The paper of an arXiv id, with or without version, or of bs-<number>; None when there is none.

    The caller redirects when the paper's own `public_id` is another.
    """
    if match := _NUMBER.fullmatch(public_id):
        return papers.filter(pk=int(match[1])).first()
    if parsed := parse_arxiv_id(public_id):
        return papers.filter(arxiv_id=parsed[0]).first()
    return None
