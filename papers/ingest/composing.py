"""One paper out of what several sources said of it. Pure; the one place that states which fact wins.

1. Sources are asked in the order of PREFERENCE; within one source the newest statement is asked
   first. The first that says anything about a field gives the field.
2. Counts seen at a source (upvotes, comments, stars) and the date of the latest version are the
   greatest that any source said, since they only grow.
3. Identifiers and versions are gathered from all sources.
4. The edition is the one that staff say; else the first curated listing; else the announcement day
   of version 1; else a bare day of record, where it falls in the month of the arXiv id; else none.
5. Where staff say that there is none, or that an identifier is another paper's, so it is, whatever a source says.
6. The sample catalogue is asked last and counts only where no real source speaks.
7. A source that was asked about a known paper speaks of identifiers, venue, citations, open access and fields alone,
   and not at all once staff say that the identifier by which it was asked is another paper's.

Nothing that a source said is dropped: what loses here stays in its source record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from papers.identifiers import ARXIV, DOI, arxiv_month, parse_doi
from papers.ingest.announcements import announced_on
from papers.taxonomy import CATEGORIES, canonical_code

SAMPLE, STAFF = "sample", "staff"
SUBMISSION = "submission"  # a reader suggested the paper: says in which edition it stands
DENIED = "denied"  # in staff's facts: the fields that are to stay empty
DENIED_NAMES = "denied_identifiers"  # likewise: [scheme, value] of identifiers that are not this paper's
ASKED = "asked"  # in the facts of a source that was asked about a known paper: by which identifier
OTHERS = "others"  # in PREFERENCE: all sources that it does not name, by their names
PREFERENCE = (
    *(STAFF, "arxiv-oai", "arxiv", "snapshot", "arxiv-abs", "arxiv-listing", "arxiv-rss"),
    *("hf", "acl", "page", "bibtex", "doi", OTHERS, SUBMISSION, SAMPLE),
)

_FIRST = (
    "title",
    "abstract",
    "author_note",
    "journal_reference",
    "report_number",
    "licence",
    "organisation",
    "submitter",
    "source_summary",
    "source_keywords",
    "code_url",
    "project_url",
    "thumbnail_url",
    "venue",
    "open_access_url",
    "fields_of_study",
    "authors",
    "categories",
    "submitted_at",
    "withdrawn_at",
)
COUNTED = ("source_score", "source_comment_count", "code_stars", "citation_count")
# Of these a source that was asked about the paper may speak, too.
_ADDED = {"venue", "open_access_url", "fields_of_study", "citation_count"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source record says: PaperRecord.facts() with its source and day."""

    source: str
    key: str
    facts: dict[str, Any]
    as_of: date | None = None


@dataclass(slots=True)
class Composition:
    """The fields of a paper as models.Paper has them, its related rows, and which source gave what."""

    fields: dict[str, Any] = field(default_factory=dict)
    identifiers: dict[tuple[str, str], Statement] = field(default_factory=dict)  # each with who told it
    authors: list[dict[str, str]] = field(default_factory=list)  # name, affiliation
    categories: list[str] = field(default_factory=list)  # codes, the primary first
    versions: list[dict[str, Any]] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)  # field -> source
    days: dict[str, date | None] = field(default_factory=dict)  # field -> the day on which its source said so


def compose(statements: Iterable[Statement], arrived_on: date, holidays: Collection[date] = ()) -> Composition:
    """Apply the rule; `arrived_on` dates a paper of which no day at all is known, `holidays` are arXiv's."""
    everything = _in_order(statements)
    ordered = [s for s in everything if ASKED not in s.facts]
    added = [s for s in everything if ASKED not in s.facts or not _is_misled(s, everything)]
    paper = Composition()
    chosen: dict[str, Any] = {}
    denied = {name for s in ordered if s.source == STAFF for name in s.facts.get(DENIED, [])}
    for name in _FIRST:
        if name in denied:
            paper.origins[name] = STAFF
            continue
        for statement in added if name in _ADDED else ordered:
            if value := statement.facts.get(name):
                chosen[name], paper.origins[name], paper.days[name] = value, statement.source, statement.as_of
                break
    for name in COUNTED:
        heard = _real(added if name in _ADDED else ordered)
        if counting := [s for s in heard if s.facts.get(name) is not None]:
            highest = max(counting, key=lambda s: int(s.facts[name]))
            chosen[name], paper.origins[name], paper.days[name] = highest.facts[name], highest.source, highest.as_of
    paper.authors = [{"affiliation": "", **author} for author in chosen.pop("authors", [])]
    paper.categories = _known_categories(chosen.pop("categories", []))
    paper.identifiers = _identifiers(added)
    if doi := next((told for (scheme, _), told in paper.identifiers.items() if scheme == DOI), None):
        paper.origins["doi"], paper.days["doi"] = doi.source, doi.as_of
    paper.versions = _versions(ordered)
    paper.fields = _defaults() | chosen
    for name in ("submitted_at", "withdrawn_at"):
        paper.fields[name] = _moment(chosen.get(name))
    if "updated_at" not in denied:
        _date_update(paper, ordered)
    _count_authors(paper, ordered)
    _date(paper, ordered, arrived_on, denied, holidays)
    return paper


def _in_order(statements: Iterable[Statement]) -> list[Statement]:
    def place(statement: Statement) -> tuple[int, str, int, str]:
        rank = PREFERENCE.index(statement.source if statement.source in PREFERENCE else OTHERS)
        return rank, statement.source, -(statement.as_of or date.min).toordinal(), statement.key

    return sorted(statements, key=place)


def _is_misled(statement: Statement, statements: Sequence[Statement]) -> bool:
    """Whether staff say that the identifier by which a source was asked is not this paper's."""
    name = str(statement.facts[ASKED]).split(":", 1)
    return any(name in s.facts.get(DENIED_NAMES, []) for s in statements if s.source == STAFF)


def _real(ordered: Sequence[Statement]) -> Sequence[Statement]:
    """The statements without the sample's, where a source beside staff speaks."""
    if len(ordered) == 1:
        return ordered
    if any(s.source not in (SAMPLE, STAFF) for s in ordered):
        return [s for s in ordered if s.source != SAMPLE]
    return ordered


def _defaults() -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(
        ("abstract", "author_note", "journal_reference", "report_number", "licence", "organisation"), ""
    )
    blank |= dict.fromkeys(("submitter", "source_summary", "code_url", "project_url", "thumbnail_url"), "")
    blank |= dict.fromkeys(("venue", "open_access_url"), "")
    return blank | {
        "updated_at": None,
        "source_keywords": [],
        "source_score": 0,
        "source_comment_count": 0,
        "code_stars": None,
        "fields_of_study": [],
        "citation_count": None,
    }


def _identifiers(ordered: Sequence[Statement]) -> dict[tuple[str, str], Statement]:
    found: dict[tuple[str, str], Statement] = {}
    denied = {tuple(name) for s in ordered if s.source == STAFF for name in s.facts.get(DENIED_NAMES, [])}
    for statement in ordered:
        for scheme, value in statement.facts.get("identifiers", []):
            bare = (parse_doi(value) or value.lower()) if scheme == DOI else value
            if (scheme, bare) in denied:
                continue
            if scheme == ARXIV and any(known == ARXIV for known, _ in found):
                continue
            # Who was asked by an identifier repeats it; another told it.
            if (known := found.get((scheme, bare))) is None or known.facts.get(ASKED) == f"{scheme}:{bare}":
                found[(scheme, bare)] = statement
    return found


def _known_categories(codes: Iterable[str]) -> list[str]:
    shown = (canonical_code(code) for code in codes if code in CATEGORIES)
    return list(dict.fromkeys(shown))


def _versions(ordered: Sequence[Statement]) -> list[dict[str, Any]]:
    by_number: dict[int, dict[str, Any]] = {}
    for statement in ordered:
        for version in statement.facts.get("versions", []):
            by_number.setdefault(version["number"], version)
    return [
        {
            "number": number,
            "submitted_at": _moment(version.get("submitted_at")),
            "size_kb": version.get("size_kb"),
            "source_type": version.get("source_type", ""),
        }
        for number, version in sorted(by_number.items())
    ]


def _count_authors(paper: Composition, ordered: Sequence[Statement]) -> None:
    paper.fields["authors_text"] = ", ".join(author["name"] for author in paper.authors)
    if paper.authors:
        paper.fields["author_count"] = len(paper.authors)
        return
    counts = [(s.facts["author_count"], s.source) for s in ordered if s.facts.get("author_count") is not None]
    paper.fields["author_count"] = counts[0][0] if counts else None
    if counts:
        paper.origins["author_count"] = counts[0][1]


def _date_update(paper: Composition, ordered: Sequence[Statement]) -> None:
    """The latest version's time: staff's word, else the latest that anybody saw."""
    told = [(moment, s.source) for s in _real(ordered) if (moment := _moment(s.facts.get("updated_at")))]
    staffs = [pair for pair in told if pair[1] == STAFF]
    if told:
        paper.fields["updated_at"], paper.origins["updated_at"] = staffs[0] if staffs else max(told)


def _date(
    paper: Composition,
    ordered: Sequence[Statement],
    arrived_on: date,
    denied: set[str],
    holidays: Collection[date],
) -> None:
    arxiv_id = next((value for scheme, value in paper.identifiers if scheme == ARXIV), None)
    listed_on, origin = (None, STAFF) if "listed_on" in denied else _listing(paper, ordered, arxiv_id, holidays)
    submitted_at = paper.fields["submitted_at"]
    paper.fields["arxiv_id"] = arxiv_id
    paper.fields["listed_on"] = listed_on
    if listed_on:
        paper.origins["listed_on"] = origin
        paper.fields["dated_on"] = listed_on
    elif submitted_at:
        paper.fields["dated_on"] = submitted_at.date()
    elif arxiv_id:
        paper.fields["dated_on"] = arxiv_month(arxiv_id)
    else:
        recorded = [date.fromisoformat(s.facts["recorded_on"]) for s in ordered if "recorded_on" in s.facts]
        paper.fields["dated_on"] = min(recorded, default=arrived_on)


def _listing(
    paper: Composition, ordered: Sequence[Statement], arxiv_id: str | None, holidays: Collection[date]
) -> tuple[date | None, str]:
    curated = [(s.facts["listed_on"], s.source) for s in _real(ordered) if "listed_on" in s.facts]
    if staffs := [listing for listing in curated if listing[1] == STAFF]:
        curated = staffs
    if curated:
        day, source = min(curated)
        return date.fromisoformat(day), source
    # A sample's listing day is invented, so it yields to any real day but not to none.
    invented = [(s.facts["listed_on"], s.source) for s in ordered if "listed_on" in s.facts]
    if paper.fields["submitted_at"] and paper.versions and paper.origins["submitted_at"] != SAMPLE:
        return announced_on(paper.fields["submitted_at"], holidays), paper.origins["submitted_at"]
    # Of sources that speak of the preprint: a volume's month is no day of arXiv's.
    recorded = [(s.facts["recorded_on"], s.source) for s in ordered if "recorded_on" in s.facts and _names_arxiv(s)]
    if recorded and arxiv_id:
        text, source = min(recorded)
        day = date.fromisoformat(text)
        if day.replace(day=1) == arxiv_month(arxiv_id):
            return day, source
    if invented:
        day, source = min(invented)
        return date.fromisoformat(day), source
    return None, ""


def _names_arxiv(statement: Statement) -> bool:
    return any(scheme == ARXIV for scheme, _ in statement.facts.get("identifiers", []))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
