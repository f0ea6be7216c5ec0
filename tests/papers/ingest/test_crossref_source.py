"""Crossref on a known paper."""

from __future__ import annotations

from typing import Any

import pytest

from papers.ingest.errors import SourceError
from papers.ingest.sources.enriching import Unknown
from tests.papers.ingest.enriched import answer, enricher, known_to, record, rejected, told
from tests.papers.ingest.server import serving


def changed(**facts: Any) -> dict[str, Any]:
    (work,) = answer("crossref")["message"]["items"]
    return {"message": {"items": [work | {name.replace("_", "-"): fact for name, fact in facts.items()}]}}


def test_the_publishers_facts_are_read() -> None:
    item = record("crossref", answer("crossref"))
    assert item.title == "On the Weighing of Small Planets by Lamplight"
    assert (item.asked, item.identifiers) == ("doi:10.1000/lamp", (("doi", "10.1000/lamp"),))
    assert (item.venue, item.citation_count) == ("Journal of Small Sums & Planets", 9)
    assert item.open_access_url == "https://sums.example.org/lamp.pdf"
    assert item.address == "https://doi.org/10.1000/lamp"


def test_dois_are_asked_together_with_the_contact() -> None:
    with serving(lambda request: request.answer_json(answer("crossref"))) as server:
        source = enricher("crossref", server.address, contact="ops@portal.example")
        names = (("doi", "10.1000/lamp"), ("doi", "10.1000/a,b"), ("doi", "10.1000/shade"))
        list(source.about([[known_to(source, names=names)]]))
    ((path, _),) = server.requests
    assert "filter=doi%3A10.1000%2Flamp%2Cdoi%3A10.1000%2Fshade&rows=2&" in path
    assert path.endswith("&mailto=ops%40portal.example")


@pytest.mark.parametrize(
    ("spoilt", "fact", "empty"),
    [
        ({"is_referenced_by_count": -1}, "citation_count", None),
        ({"container_title": None}, "venue", ""),
        ({"container_title": []}, "venue", ""),
        ({"license": [{"URL": "https://sums.example.org/terms"}]}, "open_access_url", ""),
        ({"license": None}, "open_access_url", ""),
        ({"link": [{"URL": "javascript:alert(1)", "content-type": "application/pdf"}, 3]}, "open_access_url", ""),
    ],
)
def test_a_broken_ornament_is_left_out_alone(spoilt: dict[str, Any], fact: str, empty: Any) -> None:
    item = record("crossref", changed(**spoilt))
    assert getattr(item, fact) == empty
    assert sum(bool(getattr(item, name)) for name in ("citation_count", "venue", "open_access_url")) == 2


def test_what_has_no_title_is_rejected_and_what_has_no_doi_is_nobodys() -> None:
    assert rejected("crossref", changed(title=[])) == "It has no title."
    assert isinstance(told("crossref", {"message": {"items": [None, {"DOI": 3}]}}), Unknown)


@pytest.mark.parametrize("answered", [[], {"message": {"items": None}}, {"status": "failed", "message": "no"}])
def test_an_answer_of_another_shape_ends_the_run_with_a_sentence(answered: Any) -> None:
    with pytest.raises(SourceError, match=r"did not answer with a list of works\.$"):
        told("crossref", answered)
