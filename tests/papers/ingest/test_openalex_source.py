"""OpenAlex on a known paper."""

from __future__ import annotations

from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.sources.enriching import Unknown
from tests.papers.ingest.enriched import answer, ask, enricher, known_to, record, rejected, told
from tests.papers.ingest.server import Request, serving


def test_the_publications_facts_are_read() -> None:
    item = record("openalex", answer("openalex"))
    assert item.title == "On the Weighing of Small Planets by Lamplight & Shadow"
    assert (item.key, item.asked, item.identifiers) == ("2512.00042", "doi:10.1000/lamp", (("doi", "10.1000/lamp"),))
    assert (item.venue, item.citation_count) == ("Journal of Small Sums", 12)
    assert item.open_access_url == "https://papers.sums.example.org/lamp.pdf"
    assert item.fields_of_study == ("Physics and Astronomy", "Engineering")
    assert item.address == "https://openalex.org/W42"


def test_a_preprint_alone_has_no_venue_and_arxivs_own_pdf_is_no_news() -> None:
    item = record("openalex", answer("openalex"), names=(("arxiv", "2512.00042"),))
    assert (item.asked, item.identifiers) == ("arxiv:2512.00042", (("arxiv", "2512.00042"),))
    assert (item.venue, item.open_access_url, item.citation_count) == ("", "", 3)


def test_both_dois_are_asked_in_one_request_with_contact_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda request: request.answer_json(answer("openalex"))) as server:
        source = enricher("openalex", server.address, contact="ops@portal.example")
        list(source.about([[known_to(source)]]))
        monkeypatch.setattr(type(source), "service", server.address)
        # The key stands in the session that the options make.
        keyed = type(source).from_options({"endpoint": server.address, "keys": {"openalex": "hush"}})
        list(keyed.about([[known_to(source)]]))
    (first, _), (second, _) = server.requests
    assert "filter=doi%3A10.1000%2Flamp%7C10.48550%2Farxiv.2512.00042" in first
    assert "mailto=ops%40portal.example" in first
    assert "api_key=hush" in second


@pytest.mark.parametrize("doi", ["10.1000/a,b", "10.1000/a|b", '10.1000/a"b'])
def test_a_doi_that_would_break_the_filter_is_not_asked(doi: str) -> None:
    def never(request: Request) -> None:
        raise AssertionError(request.path)

    (item,) = ask("openalex", never, names=(("doi", doi),))
    assert isinstance(item, Unknown)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"cited_by_count": -3},
        {"cited_by_count": "12"},
        {"cited_by_count": True},
        {"cited_by_count": 2**40},
        {"primary_location": None},
        {"primary_location": {"source": {"display_name": None}}},
        {"best_oa_location": {"pdf_url": "javascript:alert(1)"}},
        {"best_oa_location": "none"},
        {"topics": {"field": 1}},
        {"topics": [None, {"field": "x"}]},
        {"id": 12},
    ],
)
def test_a_broken_ornament_is_left_out_alone(spoilt: dict[str, Any]) -> None:
    good = answer("openalex")["results"][0]
    item, whole = record("openalex", {"results": [good | spoilt]}), record("openalex", {"results": [good]})
    (name,) = spoilt
    fact = {
        "cited_by_count": "citation_count",
        "primary_location": "venue",
        "best_oa_location": "open_access_url",
        "topics": "fields_of_study",
        "id": "address",
    }[name]
    assert not getattr(item, fact)
    kept = {"venue", "citation_count", "open_access_url", "fields_of_study", "address"} - {fact}
    assert all(getattr(item, one) == getattr(whole, one) for one in kept)


def test_works_without_a_title_or_of_another_shape_are_rejected_or_not_known() -> None:
    good = answer("openalex")["results"][0]
    assert rejected("openalex", {"results": [good | {"title": None}]}) == "It has no title."
    assert isinstance(told("openalex", {"results": [None, 3, {"doi": 4}]}), Unknown)


@pytest.mark.parametrize("answered", [[], {"results": None}, {"error": "Invalid query"}, "busy", None])
def test_an_answer_of_another_shape_ends_the_run_with_a_sentence(answered: Any) -> None:
    with pytest.raises(SourceError, match=r"did not answer with a list of works\.$"):
        told("openalex", answered)
