"""What other services add to a paper: on its page, each with who said so and when, and in its citation."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from papers.citations import bibtex
from papers.formats import host
from papers.ingest.text import plain_markup
from papers.models import Identifier, Paper, SourceRecord
from papers.titles import same_title
from tests.factories import make_paper, make_source_record

DAY = date(2026, 11, 3)
FACTS: dict[str, Any] = {
    "venue": "Journal of Small Sums",
    "citation_count": 1234,
    "open_access_url": "https://www.papers.example.org/lamp.pdf",
    "fields_of_study": ["Physics", "Engineering"],
}


def added(**facts: Any) -> Paper:
    paper = make_paper("Lamplight", arxiv_id="2512.00042", **facts)
    make_source_record(paper, "arxiv", identifiers=[["arxiv", "2512.00042"]])
    record = make_source_record(paper, "openalex", asked="arxiv:2512.00042", **facts)
    SourceRecord.objects.filter(pk=record.pk).update(as_of=DAY)
    return paper


def facts_on(page: str) -> dict[str, str]:
    table = BeautifulSoup(page, "html.parser").select_one(".facts-table")
    assert table is not None
    names = [found.get_text(" ", strip=True) for found in table.select("dt")]
    values = [" ".join(found.get_text().split()) for found in table.select("dd")]
    return dict(zip(names, values, strict=False))


@pytest.mark.django_db
def test_each_added_fact_is_told_with_its_source_and_day(client: Client) -> None:
    page = client.get(added(**FACTS).get_absolute_url()).text
    told = facts_on(page)
    assert told["Venue"] == "Journal of Small Sums (OpenAlex, 3 Nov 2026)"
    assert told["Cited by"] == "1,234 (OpenAlex, 3 Nov 2026)"
    assert told["Open access"] == "PDF at papers.example.org (OpenAlex, 3 Nov 2026)"
    assert told["Fields"] == "Physics, Engineering (OpenAlex, 3 Nov 2026)"
    link = BeautifulSoup(page, "html.parser").select_one('a[href="https://www.papers.example.org/lamp.pdf"]')
    assert link is not None
    assert "noopener" in link["rel"]
    assert "Venue, citations, open-access PDF and fields." in page


@pytest.mark.django_db
def test_a_learnt_doi_says_who_told_it(client: Client) -> None:
    paper = added()
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/lamp")
    Identifier.objects.create(paper=paper, scheme="s2", value="0" * 40)
    names = [["arxiv", "2512.00042"], ["doi", "10.1000/lamp"], ["s2", "0" * 40]]
    record = make_source_record(paper, "s2", asked="arxiv:2512.00042", identifiers=names)
    SourceRecord.objects.filter(pk=record.pk).update(as_of=DAY)
    # Who was asked by it only repeats it.
    make_source_record(paper, "crossref", asked="doi:10.1000/lamp", identifiers=[["doi", "10.1000/lamp"]])
    page = client.get(paper.get_absolute_url()).text
    told = facts_on(page)
    assert told["DOI"] == "10.1000/lamp (Semantic Scholar, 3 Nov 2026)"
    # Its forty digits say nothing to people: there is a button.
    assert "Semantic Scholar" not in told
    assert f'href="https://www.semanticscholar.org/paper/{"0" * 40}"' in page
    assert "DOI." in page


@pytest.mark.django_db
def test_what_nobody_knows_is_not_told_and_none_is_a_number(client: Client) -> None:
    told = facts_on(client.get(added().get_absolute_url()).text)
    assert not {"Venue", "Cited by", "Open access", "Fields"} & told.keys()
    Paper.objects.update(citation_count=0)
    assert facts_on(client.get("/papers/2512.00042").text)["Cited by"].startswith("0")


@pytest.mark.django_db
def test_a_paper_that_is_not_arxivs_offers_the_open_pdf_first(client: Client) -> None:
    paper = make_paper("Open", arxiv_id=None, open_access_url="https://papers.example.org/open.pdf")
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/open")
    actions = BeautifulSoup(client.get(paper.get_absolute_url()).text, "html.parser").select_one(".actions")
    assert actions is not None
    assert [link.get_text() for link in actions.select("a")][:2] == ["PDF", "DOI"]


@pytest.mark.django_db
def test_added_facts_cost_a_page_no_query(client: Client, count_queries: Any) -> None:
    paper = added()
    before = count_queries(client.get, paper.get_absolute_url())
    Paper.objects.update(**FACTS)
    assert count_queries(client.get, paper.get_absolute_url()) == before


class Rows(list[Any]):
    def all(self) -> list[Any]:
        return self


@pytest.mark.parametrize(
    ("reference", "venue", "first", "line"),
    [
        ("", "", "@misc{", ""),
        ("", "Sums & Lamps", "@article{", "journal = {Sums \\& Lamps}"),
        ("", "Proceedings of Lamplight", "@inproceedings{", "booktitle = {Proceedings of Lamplight}"),
        ("", "International Conference on Lamps", "@inproceedings{", "booktitle = {International"),
        ("Sums 1 (2025) 2", "Proceedings of Lamplight", "@article{", "journal = {Sums 1 (2025) 2}"),
    ],
)
def test_a_citation_says_where_the_paper_appeared(reference: str, venue: str, first: str, line: str) -> None:
    paper = SimpleNamespace(
        title="Lamps",
        authorships=Rows(),
        identifiers=Rows(),
        journal_reference=reference,
        venue=venue,
        primary_category_id=None,
        submitted_at=None,
        dated_on=DAY,
    )
    text = bibtex(cast(Paper, paper))
    assert text.startswith(first)
    assert line in text
    assert text.count("journal =") + text.count("booktitle =") == bool(line)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Weighing Small Planets", "Weighing small planets.", True),
        ("Weighing $n^2$ Small Planets", "Weighing small planets", True),
        ("On the Weighing of Planets", "On the weighing of planets: A lamp’s view", True),
        ("Reply", "Reply to Byron", False),
        ("Weighing Small Planets", "Lamps and their Shadows", False),
        ("Weighing", "Weighing Small Planets", False),
        ("…", "…", True),
        ("", "", False),
        ("…", "?!", False),
    ],
)
def test_titles_of_one_work_may_differ_a_little(one: str, other: str, is_same: bool) -> None:
    assert same_title(one, other) is same_title(other, one) is is_same


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<i>Planets</i> &amp; lamps", "Planets & lamps"),
        ("H<sub>2</sub>O", "H2O"),
        ("Lamps &amp;amp; shadows", "Lamps & shadows"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math> lamps", "x lamps"),
        ('<jats:italic toggle="yes">Lamps</jats:italic>', "Lamps"),
        ("If a<b and c>d", "If a<b and c>d"),
        ("&lt;script&gt;lamps", "<script>lamps"),
        ("<b" * 5_000, "<b" * 5_000),
    ],
)
def test_markup_is_taken_out_of_titles(marked: str, plain: str) -> None:
    assert plain_markup(marked) == plain


@pytest.mark.parametrize(
    ("url", "told"),
    [("https://www.a.example/x.pdf", "a.example"), ("http://b.example:80", "b.example"), ("http://[", "")],
)
def test_a_link_shows_its_host(url: str, told: str) -> None:
    assert host(url) == told
