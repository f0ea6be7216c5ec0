"""Citations of a paper as text. Pure: they read a loaded paper and its prefetched authorships."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from papers.identifiers import ARXIV, DOI

if TYPE_CHECKING:
    from papers.models import Paper

# What a name of a conference's proceedings has in it; any other venue is a journal.
_PROCEEDINGS = re.compile(
    r"\b(?:proceedings|conference|workshop|symposium|meeting|congress|advances in)\b", re.IGNORECASE
)
# Characters that mean something to LaTeX outside mathematics; $, \, { and } stay, since titles carry TeX.
_SPECIAL = re.compile(r"(?<!\\)([&%#_])")


def bibtex(paper: Paper) -> str:
    """One BibTeX entry: an article or a paper in proceedings once it is known where it appeared, else a preprint.

    The authors' own journal reference goes before the venue's name, since it has volume and pages.

    Needs the paper's authorships, identifiers and classifications prefetched to cost no query.
    """
    identifiers = {identifier.scheme: identifier.value for identifier in paper.identifiers.all()}
    authors = [authorship.name for authorship in paper.authorships.all()]
    is_proceedings = not paper.journal_reference and bool(_PROCEEDINGS.search(paper.venue))
    journal = paper.journal_reference or ("" if is_proceedings else paper.venue)
    proceedings = paper.venue if is_proceedings else ""
    fields = {
        "title": f"{{{_escape(paper.title)}}}",
        "author": " and ".join(_escape(_whole(name)) for name in authors),
        "year": str((paper.submitted_at or paper.dated_on).year),
        "journal": _escape(journal),
        "booktitle": _escape(proceedings),
        "eprint": identifiers.get(ARXIV, ""),
        "archivePrefix": "arXiv" if ARXIV in identifiers else "",
        "primaryClass": (paper.primary_category_id or "") if ARXIV in identifiers else "",
        "doi": identifiers.get(DOI, ""),
        "url": f"https://arxiv.org/abs/{identifiers[ARXIV]}" if ARXIV in identifiers else "",
    }
    kind = "article" if journal else "inproceedings" if proceedings else "misc"
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{kind}{{{_key(paper, authors)},\n" + ",\n".join(lines) + "\n}"


def _key(paper: Paper, authors: list[str]) -> str:
    """vaswani2017attention: first author's last name, year, first long word of the title."""
    first = authors[0] if authors else ""
    family = _plain(first if _whole(first) != first else first.split()[-1] if first.split() else "")[:24]
    words = [word for word in map(_plain, paper.title.split()) if len(word) > 3]
    year = (paper.submitted_at or paper.dated_on).year
    return f"{family or 'paper'}{year}{words[0] if words else ''}"


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def _whole(name: str) -> str:
    """A collaboration's or company's name in braces, or BibTeX would take its last word for a surname."""
    return f"{{{name}}}" if re.search(r"\b(collaboration|team|consortium|group)\b", name, re.IGNORECASE) else name


def _escape(text: str) -> str:
    parts = re.split(r"(\$[^$]*\$)", text)
    return "".join(part if part.startswith("$") else _SPECIAL.sub(r"\\\1", part) for part in parts)
