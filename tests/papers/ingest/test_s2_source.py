"""Semantic Scholar on a known paper."""

from __future__ import annotations

import json
from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.sources.enriching import Unknown
from tests.papers.ingest.enriched import answer, ask, enricher, known_to, record, rejected, told
from tests.papers.ingest.server import Request, serving

SHA = "00000000000000000000000000000000000000a1"


def test_all_facts_are_read_and_further_identifiers_learnt() -> None:
    item = record("s2", answer("s2"))
    assert (item.key, item.asked) == ("2512.00042", "arxiv:2512.00042")
    assert item.identifiers == (("arxiv", "2512.00042"), ("doi", "10.1000/lamp"), ("s2", SHA))
    assert (item.venue, item.citation_count) == ("Journal of Small Sums", 14)
    assert item.open_access_url == "https://papers.sums.example.org/lamp.pdf"
    assert item.fields_of_study == ("Physics", "Engineering")
    assert item.address == f"https://www.semanticscholar.org/paper/{SHA}"


def test_papers_are_posted_by_their_names_with_the_key_in_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Any] = []

    def respond(request: Request) -> None:
        posted.append(json.loads(request.body))
        request.answer_json(answer("s2"))

    with serving(respond) as server:
        source = enricher("s2", server.address)
        monkeypatch.setattr(type(source), "service", server.address)
        keyed = type(source).from_options({"endpoint": server.address, "keys": {"s2": "hush"}})
        list(keyed.about([[known_to(source)]]))
    ((path, headers),) = server.requests
    assert posted == [{"ids": ["ARXIV:2512.00042", "DOI:10.1000/lamp"]}]
    assert path.startswith("/graph/v1/paper/batch?fields=title%2C")
    assert headers["x-api-key"] == "hush"
    assert "hush" not in path


def test_a_paper_that_it_does_not_know_is_unknown() -> None:
    assert isinstance(told("s2", [None, None]), Unknown)


def test_none_known_at_all_is_no_failure() -> None:
    none = '{"error": "No valid paper ids given"}'
    (item,) = ask("s2", lambda request: request.answer(none, 400))
    assert isinstance(item, Unknown)


@pytest.mark.parametrize(
    ("status", "answered", "sentence"),
    [
        (400, '{"error": "Unrecognized fields"}', "a list: Unrecognized fields"),
        (400, "<html>", "answered 400"),
        (200, '{"message": "Too many"}', "did not answer with a list"),
        (200, "[null]", "asked about 2 papers and answered on 1"),
        (403, '{"message": "Forbidden"}', "answered 403"),
    ],
)
def test_an_answer_of_another_shape_ends_the_run_with_a_sentence(status: int, answered: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        ask("s2", lambda request: request.answer(answered, status))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"externalIds": None, "paperId": "no number"},
        {"citationCount": -1},
        {"venue": None, "publicationVenue": None},
        {"venue": "arXiv.org", "publicationVenue": {"name": "arXiv.org"}},
        {"openAccessPdf": {"url": ""}},
        {"openAccessPdf": {"url": "https://arxiv.org/pdf/2512.00042v2"}},
        {"openAccessPdf": None},
        {"s2FieldsOfStudy": None},
    ],
)
def test_a_broken_ornament_is_left_out_alone(spoilt: dict[str, Any]) -> None:
    good, _ = answer("s2")
    item = record("s2", [good | spoilt, None])
    (fact, empty) = {
        "externalIds": (item.identifiers, (("arxiv", "2512.00042"),)),
        "citationCount": (item.citation_count, None),
        "venue": (item.venue, ""),
        "openAccessPdf": (item.open_access_url, ""),
        "s2FieldsOfStudy": (item.fields_of_study, ()),
    }[next(iter(spoilt))]
    assert fact == empty


def test_arxivs_own_doi_is_not_learnt() -> None:
    good, _ = answer("s2")
    item = record("s2", [good | {"externalIds": {"DOI": "10.48550/arXiv.2512.00042"}}, None])
    assert item.identifiers == (("arxiv", "2512.00042"), ("s2", SHA))


@pytest.mark.parametrize("entry", [3, "text", [], {"title": ""}, {"title": None}, {}])
def test_an_entry_that_is_no_paper_is_rejected(entry: Any) -> None:
    assert rejected("s2", [entry, None]) in ("It is not a JSON object.", "It has no title.")
