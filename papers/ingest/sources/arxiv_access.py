"""Asking arXiv politely: its rates, its habits when it fails, and XML read from its answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar
from xml.etree.ElementTree import Element

from papers.ingest.errors import SourceError
from papers.ingest.http import Answer, Limits, PoliteSession, TryAgain
from papers.ingest.sources.arxiv_facts import HOST
from papers.ingest.xml import BadXml, parse_xml

T = TypeVar("T")

# One request in three seconds over one connection, for all of arXiv's services together, is arXiv's own rule; its
# refusals last from seconds to hours, and deep pages of the query API take long.
LIMITS = Limits(interval=3, read=60, answer=300, attempts=6, first_pause=3, longest_pause=120, longest_retry_after=900)


def polite_session(contact: object) -> PoliteSession:
    return PoliteSession(contact=str(contact or ""), limits=LIMITS, home=HOST)


def read_xml(
    session: PoliteSession,
    address: str,
    params: Mapping[str, str] | None,
    reader: Callable[[Element], T],
    *,
    also: Collection[int] = (),
) -> T:
    """Fetch and parse. What is no whole XML is asked for again: a busy page, or an answer that broke off.

    Answers with a status of `also` count only where they are XML; else they are the failure they say.
    """

    def read(answer: Answer) -> T:
        try:
            root = parse_xml(answer.body)
        except BadXml as error:
            if answer.status != 200:
                raise SourceError(f"{answer.address} answered {answer.status}.") from None
            raise TryAgain(f"answered with what is {error}") from None
        return reader(root)

    return session.read(address, params, read, accept="application/xml, application/atom+xml, text/xml", also=also)
