"""Asking arXiv politely: its rates, its habits when it fails, and XML read from its answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup, Tag

from papers.ingest.errors import SourceError
from papers.ingest.http import Answer, Limits, PoliteSession, TryAgain
from papers.ingest.sources.arxiv_facts import HOST, known_categories
from papers.ingest.xml import BadXml, parse_xml

T = TypeVar("T")
_CODE = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")

# One request in three seconds over one connection, for all of arXiv's services together, is arXiv's own rule; its
# refusals last from seconds to hours, and deep pages of the query API take long.
LIMITS = Limits(interval=3, read=60, answer=300, attempts=6, first_pause=3, longest_pause=120, longest_retry_after=900)


# A page for people has some hundred kilobytes, and reading HTML is slow.
PAGE_LIMITS = replace(LIMITS, answer_bytes=10_000_000)


def polite_session(options: dict[str, Any], limits: Limits = LIMITS) -> PoliteSession:
    """A session for a source's options; `contact` and `memory` are the command's, not the operator's."""
    return PoliteSession(
        contact=str(options.get("contact") or ""), limits=limits, home=HOST, memory=options.get("memory")
    )


def read_xml(
    session: PoliteSession,
    address: str,
    params: Mapping[str, str] | None,
    reader: Callable[[Element], T],
    *,
    also: Collection[int] = (),
    kept: bool = False,
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

    accept = "application/xml, application/atom+xml, text/xml"
    return session.read(address, params, read, accept=accept, also=also, kept=kept)


def read_html(
    session: PoliteSession,
    address: str,
    params: Mapping[str, str] | None,
    reader: Callable[[BeautifulSoup, int], T],
    *,
    also: Collection[int] = (),
) -> T:
    """Fetch and parse a page; `reader` gets its status too, and raises TryAgain for a page of another kind."""

    def read(answer: Answer) -> T:
        try:
            return reader(BeautifulSoup(answer.body.decode("utf-8", errors="replace"), "html.parser"), answer.status)
        except RecursionError:
            raise SourceError(f"{answer.address} answered with a page nested too deep to be read.") from None

    return session.read(address, params, read, accept="text/html", also=also, kept=True)


def element_text(element: Tag | None) -> str:
    """An element's text without its label ("Title:"), as BeautifulSoup gives it; empty when there is none."""
    if element is None:
        return ""
    labels = element.select(".descriptor")
    return "".join(text for text in element.strings if not any(label in text.parents for label in labels))


def subject_codes(text: str) -> tuple[str, ...]:
    """`Machine Learning (cs.LG); Optimization and Control (math.OC)`, the primary first."""
    return known_categories(_CODE.findall(text))
