"""A paper's page: found by every name it has, all that is known of it, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from papers.models import Identifier, Paper, PaperRedirect, PaperVersion
from tests.factories import DAY, make_comment, make_paper, make_source_record, make_user

pytestmark = pytest.mark.django_db


def html(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/papers/1706.03762v5", "/papers/1706.03762v1", "/papers/1706.03762/", "/papers/bs-{number}"],
)
def test_other_names_lead_to_the_papers_own_address(address: str, client: Client) -> None:
    paper = make_paper(arxiv_id="1706.03762")
    response = client.get(address.format(number=paper.pk))
    assert (response.status_code, response["Location"]) == (301, "/papers/1706.03762")


@pytest.mark.parametrize("arxiv_id", ["1706.03762", "hep-th/9711200", "0704.0001", "astro-ph/0601001"])
def test_a_paper_is_at_its_arxiv_id(arxiv_id: str, client: Client) -> None:
    make_paper("Lamplight", arxiv_id=arxiv_id)
    assert "<h1>Lamplight</h1>" in html(client, f"/papers/{arxiv_id}")


def test_a_version_of_an_old_identifier_leads_to_the_paper(client: Client) -> None:
    make_paper(arxiv_id="hep-th/9711200")
    assert client.get("/papers/hep-th/9711200v3")["Location"] == "/papers/hep-th/9711200"


def test_a_paper_without_arxiv_id_has_a_number(client: Client) -> None:
    paper = make_paper("Unnamed", arxiv_id=None)
    assert "<h1>Unnamed</h1>" in html(client, f"/papers/bs-{paper.pk}")


def test_the_address_of_a_merged_paper_leads_on(client: Client) -> None:
    paper = make_paper(arxiv_id="1706.03762")
    PaperRedirect.objects.create(public_id="bs-424242", paper=paper)
    assert client.get("/papers/bs-424242")["Location"] == "/papers/1706.03762"


def test_all_that_is_known_is_told_with_its_source(client: Client) -> None:
    paper = make_paper(
        "Weighing $n^2$ planets",
        arxiv_id="2512.00042",
        authors=("Ada Byron", "Émilie du Châtelet"),
        categories=("astro-ph.EP", "cs.LG"),
        abstract="With $\\alpha_1 < 3$ & a lamp.",
        code_url="https://code.example.org/lamp",
        submitted_at=datetime(2025, 12, 22, tzinfo=UTC),
        source_score=17,
        source_summary="A lamp suffices.",
        source_keywords=["lamps"],
        submitter="Mary Somerville",
    )
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/lamp")
    PaperVersion.objects.create(paper=paper, number=1, submitted_at=datetime(2025, 12, 22, tzinfo=UTC))
    make_source_record(
        paper,
        "hf",
        source_summary="A lamp suffices.",
        source_score=17,
        submitter="Mary Somerville",
        address="https://huggingface.co/papers/2512.00042",
    )
    make_source_record(paper, "snapshot", title="Weighing", abstract="With")
    page = html(client, "/papers/2512.00042")
    for part in (
        "<math",
        'href="/authors/emilie-du-chatelet"',
        'href="/categories/astro-ph.EP"',
        'href="https://arxiv.org/abs/2512.00042"',
        'href="https://arxiv.org/pdf/2512.00042"',
        'href="https://doi.org/10.1000/lamp"',
        'href="https://code.example.org/lamp"',
        'href="https://huggingface.co/papers/2512.00042"',
        'href="/papers/date/2025-12-25"',
        "In short, says Hugging Face",
        "17 (Hugging Face)",
        "Title and abstract.",
        "eprint = {2512.00042}",
        "author = {Ada Byron and Émilie du Châtelet}",
    ):
        assert part in page, part
    assert "$n^2$</h1>" not in page


def test_hostile_metadata_is_only_text(client: Client) -> None:
    hostile = "<script>alert(1)</script> $\\text{<script>alert(2)</script>}$"
    make_paper(
        hostile,
        arxiv_id="2512.00066",
        abstract=hostile,
        authors=("<img src=x onerror=alert(3)>",),
        organisation=hostile,
        source_summary=hostile,
        source_keywords=[hostile],
        author_note=hostile,
    )
    for address in ("/papers/2512.00066", "/papers/date/2025-12-25"):
        page = html(client, address)
        assert "<script>alert" not in page
        assert "<img" not in page


def test_neighbours_follow_the_editions_order(client: Client) -> None:
    first, second, third = (make_paper(f"No. {n}", upvote_count=9 - n) for n in (1, 2, 3))
    page = html(client, second.get_absolute_url())
    assert f'<a href="{first.get_absolute_url()}" rel="prev">' in page
    assert f'<a class="next" href="{third.get_absolute_url()}" rel="next">' in page
    assert "no. 2 that day" in page
    assert 'rel="prev"' not in html(client, first.get_absolute_url())


def test_the_thread_reads_in_order_to_any_depth(client: Client) -> None:
    paper = make_paper()
    parent = make_comment(paper, source="Level 0")
    make_comment(paper, source="Another thread", created_at=datetime(2025, 12, 26, tzinfo=UTC))
    for level in range(1, 300):
        parent = make_comment(paper, make_user(username=f"deep{level}"), f"Level {level}", parent=parent)
    page = html(client, paper.get_absolute_url())
    places = [page.index(f"Level {level}<") for level in range(300)]
    assert places == sorted(places)
    assert page.index("Another thread") > places[-1]
    assert page.count('<article class="comment') == page.count("</article>") == 301


def test_a_deleted_comment_keeps_its_place_without_its_words(client: Client) -> None:
    paper = make_paper()
    gone = make_comment(paper, source="Regretted", deleted_at=datetime(2025, 12, 26, tzinfo=UTC))
    make_comment(paper, source="An answer", parent=gone)
    page = html(client, paper.get_absolute_url())
    assert "Regretted" not in page
    assert page.index("This comment was deleted.") < page.index("An answer")


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_a_paper_that_is_not_listed_is_for_staff_only(state: str, client: Client, staff: Any) -> None:
    paper = make_paper(state=state)
    assert client.get(paper.get_absolute_url()).status_code == 404
    client.force_login(staff)
    assert "only" in html(client, paper.get_absolute_url())


def test_a_page_costs_no_more_with_more_on_it(client: Client, count_queries: Callable[..., int]) -> None:
    small = make_paper(authors=("Ada Byron",), categories=("cs.LG",))
    make_source_record(small)
    make_comment(small)
    large = make_paper(authors=tuple(f"Author {n}" for n in range(60)), categories=("cs.LG", "cs.AI", "stat.ML"))
    for _ in range(5):
        make_source_record(large)
        make_comment(large)
    for number in range(1, 9):
        PaperVersion.objects.create(paper=large, number=number)
    few = count_queries(client.get, small.get_absolute_url())
    assert count_queries(client.get, large.get_absolute_url()) == few


def test_opening_a_page_is_remembered_once_and_only_for_readers(
    client: Client, reader_client: Client, reader: Any
) -> None:
    paper = make_paper(listed_on=DAY)
    for _ in range(2):
        reader_client.get(paper.get_absolute_url())
    client.get(paper.get_absolute_url())
    reader_client.head(paper.get_absolute_url())
    assert list(Paper.objects.get().sightings.values_list("user", flat=True)) == [reader.pk]


def test_days_are_days_by_the_portals_clock(client: Client, settings: Any) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    paper = make_paper(submitted_at=datetime(2025, 12, 24, 20, tzinfo=UTC))
    page = html(client, paper.get_absolute_url())
    assert '<dt>Submitted</dt><dd><time datetime="2025-12-25">25 Dec 2025</time></dd>' in page
    # A date without a time is that date everywhere.
    assert '<time datetime="2025-12-25">25 Dec 2025</time></a>' in page


def test_a_withdrawn_papers_note_prints_its_formulas(client: Client) -> None:
    paper = make_paper(author_note="Lemma 2 fails for $n^2$", withdrawn_at=datetime(2025, 12, 26, tzinfo=UTC))
    assert "Withdrawn by its authors: Lemma 2 fails for <math" in html(client, paper.get_absolute_url())
