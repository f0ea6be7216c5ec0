"""Sources that are asked about papers which are known, and add facts to them: what they have in common.

The runner hands them the names of papers (papers.ingest.enriching); of each paper exactly one item comes back.
"""

from __future__ import annotations

import argparse
import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from papers.identifiers import ARXIV, DOI, parse_arxiv_id
from papers.ingest.errors import SourceError
from papers.ingest.http import Answer, Limits, PoliteSession, TryAgain, http_address
from papers.ingest.records import InvalidRecord, PaperRecord, RejectedItem
from papers.ingest.sources.base import Source
from papers.titles import same_title

Name = tuple[str, str]  # an identifier: scheme, value
OLDER_THAN = 30  # days
_MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """A paper that a source is asked about: its number, its title, and the names by which it may be asked for."""

    paper: int
    title: str
    names: tuple[Name, ...]  # in the order of the source's `schemes`


@dataclass(frozen=True, slots=True)
class Unknown:
    """A paper that the source does not know."""

    key: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer says of a paper, as the source reads it; `names` are further identifiers that it learnt."""

    title: str
    names: Sequence[Name] = ()
    venue: str = ""
    citation_count: int | None = None
    open_access_url: str = ""
    fields_of_study: Sequence[str] = ()
    address: str = ""


Enrichment = PaperRecord | RejectedItem | Unknown


@dataclass(frozen=True, slots=True)
class Enricher(Source):
    """A source that says more of papers that are known and never brings new ones.

    A subclass states its service and its names for papers, asks in `entries` and reads in `told`.
    """

    service: ClassVar[str]  # the address of its API
    schemes: ClassVar[tuple[str, ...]]  # by which identifiers it can be asked, the best first
    most: ClassVar[int] = 50  # names in one request
    limits: ClassVar[Limits] = Limits()
    key_header: ClassVar[str] = ""  # where INGEST_KEY_<name> goes, if the service has keys
    key_param: ClassVar[str] = ""

    endpoint: str = ""
    older_than: int = OLDER_THAN
    contact: str = ""
    day: date = field(default_factory=lambda: datetime.now(UTC).date(), compare=False)
    session: PoliteSession = field(default_factory=PoliteSession, compare=False, repr=False)

    @abstractmethod
    def entries(self, names: Sequence[Name]) -> dict[Name, object]:
        """Ask for at most `most` papers in one request; what is not known there is left out."""

    @classmethod
    @abstractmethod
    def told(cls, entry: dict[str, Any]) -> Told:
        """Read one entry; raises InvalidRecord. Broken ornaments, such as a negative count, are left out alone."""

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        add_age(parser)
        parser.add_argument("--endpoint", help="another address of the API, which gets no key")

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Enricher:
        """`contact` and `keys`, when among the options, are the command's, not the operator's."""
        older_than = options.get("older_than")
        contact, endpoint = str(options.get("contact") or ""), http_address(options.get("endpoint") or cls.service)
        # A key is for the service that gave it out, and for no other address.
        key = str((options.get("keys") or {}).get(cls.name, "")) if endpoint == cls.service else ""
        return cls(
            endpoint=endpoint,
            older_than=OLDER_THAN if older_than is None else older_than,
            contact=contact,
            session=PoliteSession(
                contact,
                cls.limits,
                headers={cls.key_header: key} if key and cls.key_header else None,
                secrets={cls.key_param: key} if key and cls.key_param else None,
            ),
        )

    def arguments(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "older_than": self.older_than}

    def items(self) -> Iterator[PaperRecord | RejectedItem]:
        """Asked about nothing, it says nothing."""
        return iter(())

    def about(self, papers: Iterable[Sequence[Known]]) -> Iterator[Enrichment]:
        """One item for each paper of each group, in order."""
        for group in papers:
            names = [name for known in group for name in known.names]
            found: dict[Name, object] = {}
            for start in range(0, len(names), self.most):
                found |= self.entries(names[start : start + self.most])
            for known in group:
                yield self._item(known, {name: found[name] for name in known.names if name in found})

    @classmethod
    def reread(cls, raw: str, context: dict[str, Any]) -> Iterator[PaperRecord | RejectedItem]:
        try:
            entry = json.loads(raw)
            names = tuple((str(scheme), str(value)) for scheme, value in context["names"])
            known = Known(context["paper"], context["title"], names)
            asked, day = tuple(context["asked"]), date.fromisoformat(context["day"])
        except (ValueError, KeyError, TypeError, RecursionError):
            yield RejectedItem(raw, "It can’t be read by itself: run the source again.", "", context)
            return
        yield cls._read(known, asked, entry, day)

    def ask(self, path: str, params: dict[str, str], *, body: Any = None, also: Sequence[int] = ()) -> Any:
        """The JSON that the service answers; what is no whole JSON is asked for again."""

        def read(answer: Answer) -> Any:
            try:
                return json.loads(answer.body)
            except (ValueError, RecursionError):
                if answer.status != 200:
                    raise SourceError(f"{answer.address} answered {answer.status}.") from None
                raise TryAgain("answered with what is not whole JSON") from None

        return self.session.read(
            f"{self.endpoint}{path}", params, read, accept="application/json", also=also, body=body
        )

    def _item(self, known: Known, found: dict[Name, object]) -> Enrichment:
        if not found:
            return Unknown(_key(known.names), {"paper": known.paper})
        items = [self._read(known, name, entry, self.day) for name, entry in found.items()]
        return next((item for item in items if isinstance(item, PaperRecord)), items[0])

    @classmethod
    def _read(cls, known: Known, asked: Name, entry: object, day: date) -> PaperRecord | RejectedItem:
        raw = json.dumps(entry, ensure_ascii=False)
        context = {
            "paper": known.paper,
            "title": known.title,
            "names": [list(name) for name in known.names],
            "asked": list(asked),
            "day": day.isoformat(),
        }
        key = _key(known.names)
        try:
            if not isinstance(entry, dict):
                raise InvalidRecord("It is not a JSON object.")
            return _record(cls.told(entry), known, asked, key=key, as_of=day, raw=raw, context=context)
        except InvalidRecord as error:
            return RejectedItem(raw, str(error), key, context)


def add_age(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--older-than",
        type=_days,
        default=OLDER_THAN,
        metavar="DAYS",
        help=f"ask again what was asked so many days ago or earlier, {OLDER_THAN} when left out",
    )


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of days")
    return int(text)


def _key(names: Sequence[Name]) -> str:
    """The paper's name among the source's records: its arXiv id, else the first other."""
    return next((value for scheme, value in names if scheme == ARXIV), names[0][1])


def _record(told: Told, known: Known, asked: Name, **rest: Any) -> PaperRecord:
    """What is taken of an answer.

    Another title means another work where a DOI led to it, since DOIs are mistyped. An arXiv id isn't, and titles
    change between versions: there the facts stand, and only further identifiers are not believed.
    """
    if not told.title:
        raise InvalidRecord("It has no title.")
    is_same = same_title(told.title, known.title)
    if not is_same and asked[0] == DOI:
        raise InvalidRecord(f"Its title is “{told.title[:200]}”, and the paper’s “{known.title[:200]}”.")
    learnt = [name for name in told.names if name != asked] if is_same else []
    # Where everybody finds arXiv's own PDF, it is no news.
    is_arxivs = asked[0] == ARXIV and parse_arxiv_id(told.open_access_url) is not None
    return PaperRecord(
        title=told.title,
        identifiers=tuple(dict.fromkeys([asked, *learnt])),
        venue=told.venue,
        citation_count=told.citation_count,
        open_access_url="" if is_arxivs else told.open_access_url,
        fields_of_study=tuple(dict.fromkeys(told.fields_of_study))[:_MOST_FIELDS],
        asked=":".join(asked),
        address=told.address,
        **rest,
    )
