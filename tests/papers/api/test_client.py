"""The client that others have made for Hugging Face's papers, pointed at this portal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError
from pytest_django.live_server_helper import LiveServer

from papers.models import Paper
from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal(live_server: LiveServer) -> HfApi:
    return HfApi(endpoint=live_server.url, token=False)


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper(
        "Lattices in the cold",
        authors=("Ada Byron", "Mary Somerville"),
        abstract="Cold lattices are weighed.",
        submitted_at=datetime(2025, 12, 23, 17, 59, 58, tzinfo=UTC),
        arxiv_id="2512.01234",
        submitter="Rosalind",
        source_summary="They weigh little.",
        source_keywords=["cold"],
        code_url="https://code.example.org/cold",
        code_stars=12,
        project_url="https://cold.example.org",
        organisation="An institute",
        comment_count=3,
        categories=("cs.LG",),
    )


def assert_complete(info: Any, paper: Paper) -> None:
    """Each of the contract's traps, as the client's user meets it."""
    assert (info.id, info.title, info.summary) == (paper.arxiv_id, paper.title, paper.abstract)
    assert info.upvotes == 0
    assert info.comments == 3
    assert info.published_at == datetime(2025, 12, 23, 17, 59, 58, tzinfo=UTC)
    assert info.submitted_at == datetime(2025, 12, 25, tzinfo=UTC)
    assert (info.submitted_by.username, info.submitted_by.fullname) == ("Rosalind", "Rosalind")
    assert [author.name for author in info.authors] == ["Ada Byron", "Mary Somerville"]
    assert (info.ai_summary, info.ai_keywords) == ("They weigh little.", ["cold"])
    assert (info.github_repo, info.github_stars) == ("https://code.example.org/cold", 12)
    assert info.project_page == "https://cold.example.org"
    assert info.organization.name == "An institute"


def test_it_searches(portal: HfApi, paper: Paper) -> None:
    make_paper("Warm bread")
    [info] = portal.list_papers(query="cold lattices", limit=20)
    assert_complete(info, paper)
    # Our own fields are kept as they are called.
    assert info.url.endswith("/papers/2512.01234")  # type: ignore[attr-defined]
    assert info.categories == ["cs.LG"]  # type: ignore[attr-defined]
    assert list(portal.list_papers(query="elephants")) == []
    assert list(portal.list_papers()) == []


def test_it_lists_editions(portal: HfApi, paper: Paper) -> None:
    make_paper("A later one", listed_on=date(2025, 12, 26))
    [info] = portal.list_daily_papers(date="2025-12-25")
    assert_complete(info, paper)
    every = list(portal.list_daily_papers(week="2025-W52", sort="publishedAt", limit=1))
    assert [info.title for info in every] == ["A later one"]
    rest = list(portal.list_daily_papers(month="2025-12", p=1, limit=1))
    assert [info.title for info in rest] == [paper.title]
    assert len(list(portal.list_daily_papers(submitter="Rosalind", sort="trending"))) == 1
    assert list(portal.list_daily_papers(date="2025-12-01")) == []
    assert list(portal.list_daily_papers(p=999)) == []


def test_it_reads_a_paper(portal: HfApi, paper: Paper) -> None:
    assert_complete(portal.paper_info("2512.01234"), paper)
    assert portal.paper_info("2512.01234v1").id == "2512.01234"
    assert portal.read_paper("2512.01234").startswith("# Lattices in the cold\n\nAda Byron, Mary Somerville\n")


def test_it_is_told_what_is_wrong_in_our_sentences(portal: HfApi, paper: Paper, settings: Any) -> None:
    with pytest.raises(BadRequestError, match="“date” can’t be read: there is no such day"):
        list(portal.list_daily_papers(date="2025-13-40"))
    with pytest.raises(BadRequestError, match="“limit” can’t be read"):
        list(portal.list_papers(query="cold", limit=500))
    for call in (portal.paper_info, portal.read_paper):
        with pytest.raises(HfHubHTTPError, match="No paper here has this id") as unknown:
            call("2512.99999")
        assert type(unknown.value) is HfHubHTTPError
        assert unknown.value.response.status_code == 404
    settings.SEARCHES_PER_MINUTE = 0
    with pytest.raises(HfHubHTTPError, match=r"(?s)429.*search"):
        list(portal.list_papers(query="cold"))
