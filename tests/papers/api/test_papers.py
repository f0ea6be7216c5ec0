"""One paper for programs: as JSON, and as Markdown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from papers.models import Identifier, Paper, PaperRedirect
from tests.factories import NOON, make_paper
from tests.papers.api.test_search import error

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(db: None) -> Paper:
    paper = make_paper(
        "Lattices in the cold",
        authors=tuple(f"Ada Byron {number}" for number in range(130)),
        categories=("cs.LG", "stat.ML"),
        abstract="Of $a_b$ lattices,\none is *cold*.",
        arxiv_id="2512.01234",
        submitted_at=NOON,
        code_url="https://code.example.org/cold",
        submitter="Mary",
        venue="Journal of Cold",
    )
    Identifier.objects.create(paper=paper, scheme="doi", value="10.1000/cold")
    return paper


def test_a_paper_is_told_flat_with_all_its_authors(client: Client, paper: Paper) -> None:
    told = client.get("/api/papers/2512.01234").json()
    assert "paper" not in told
    assert (told["id"], told["title"], told["upvotes"]) == ("2512.01234", "Lattices in the cold", 0)
    assert (told["publishedAt"], told["submittedOnDailyAt"]) == ("2025-12-25T12:00:00Z", "2025-12-25T00:00:00Z")
    assert told["submittedOnDailyBy"] == {"user": "Mary", "name": "Mary", "fullname": "Mary"}
    assert len(told["authors"]) == told["authorCount"] == 130


@pytest.mark.parametrize("public_id", ["2512.01234", "2512.01234v2", "bs-{pk}"])
@pytest.mark.parametrize("address", ["/api/papers/{}", "/papers/{}.md"])
def test_any_id_of_a_paper_leads_to_it(client: Client, paper: Paper, address: str, public_id: str) -> None:
    response = client.get(address.format(public_id.format(pk=paper.pk)))
    assert response.status_code == 200
    assert b"Lattices in the cold" in response.content


@pytest.mark.parametrize("address", ["/api/papers/{}", "/papers/{}.md"])
def test_an_old_id_with_its_slash_and_one_that_was_merged_away_lead_there_too(client: Client, address: str) -> None:
    paper = make_paper("Old", arxiv_id="math/0309136")
    PaperRedirect.objects.create(public_id="2512.00042", paper=paper)
    for public_id in ("math/0309136", "math/0309136v1", "2512.00042"):
        assert client.get(address.format(public_id)).status_code == 200


def test_a_paper_of_no_edition_was_put_on_no_list(client: Client) -> None:
    make_paper("Lattices", listed_on=None, arxiv_id="2512.01234", submitter="Mary")
    told = client.get("/api/papers/2512.01234").json()
    assert not {"submittedOnDailyAt", "submittedOnDailyBy"} & told.keys()


@pytest.mark.parametrize("public_id", ["2512.99999", "bs-999999", "bs-0", "nothing", "x" * 3_000, "cs/9901001", "..."])
def test_an_unknown_paper_is_a_404_that_clients_can_read(client: Client, public_id: str) -> None:
    response = client.get(f"/api/papers/{public_id}")
    assert (response.status_code, error(response)) == (404, "No paper here has this id.")
    response = client.get(f"/papers/{public_id}.md")
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_listed_is_told_to_nobody(client: Client, staff: object, state: str) -> None:
    make_paper("Secret", arxiv_id="2512.01234", state=state)
    client.force_login(staff)  # type: ignore[arg-type]
    assert client.get("/api/papers/2512.01234").status_code == 404
    assert client.get("/papers/2512.01234.md").status_code == 404


def test_markdown_has_title_authors_links_and_abstract(client: Client, paper: Paper) -> None:
    response = client.get("/papers/2512.01234.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Link"] == '<http://127.0.0.1:8000/papers/2512.01234>; rel="canonical"'
    text = response.content.decode()
    lines = text.splitlines()
    assert lines[0] == "# Lattices in the cold"
    assert lines[2].startswith("Ada Byron 0, Ada Byron 1, ")
    assert lines[2].endswith("Ada Byron 129")
    assert lines[4:13] == [
        "- Page: <http://127.0.0.1:8000/papers/2512.01234>",
        "- arXiv: <https://arxiv.org/abs/2512.01234>",
        "- DOI: <https://doi.org/10.1000/cold>",
        "- PDF: <https://arxiv.org/pdf/2512.01234>",
        "- Code: <https://code.example.org/cold>",
        "- Categories: cs.LG, stat.ML",
        "- Submitted: 2025-12-25",
        "- Published in: Journal of Cold",
        "",
    ]
    assert text.endswith("## Abstract\n\nOf $a_b$ lattices,\none is *cold*.\n")


def test_a_papers_page_names_its_markdown(client: Client, paper: Paper) -> None:
    page = client.get(paper.get_absolute_url()).content.decode()
    assert '<link rel="alternate" type="text/markdown" href="/papers/2512.01234.md">' in page


def test_a_paper_of_which_little_is_known_has_no_empty_parts(client: Client) -> None:
    paper = make_paper("Lattices", arxiv_id=None)
    text = client.get(f"/papers/bs-{paper.pk}.md").content.decode()
    page = f"http://127.0.0.1:8000/papers/bs-{paper.pk}"
    assert text == f"# Lattices\n\n- Page: <{page}>\n- Dated: 2025-12-25\n"


@pytest.mark.parametrize(
    ("accept", "is_markdown"),
    [
        ("text/markdown", True),
        ("text/markdown, text/html;q=0.5", True),
        ("text/html, text/markdown;q=0.5", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("application/pdf", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_the_page_gives_markdown_to_who_prefers_it(
    client: Client, paper: Paper, accept: str, is_markdown: bool
) -> None:
    response = client.get(paper.get_absolute_url(), headers={"Accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/markdown" if is_markdown else "text/html")
    assert "Accept" in [name.strip() for name in response["Vary"].split(",")]


@pytest.mark.parametrize("accept", ["text/html", "text/markdown"])
def test_that_there_is_no_paper_is_said_in_the_same_form(client: Client, accept: str) -> None:
    response = client.get("/papers/2512.99999", headers={"Accept": accept})
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html" if accept == "text/html" else "text/plain")
    assert "Accept" in [name.strip() for name in response["Vary"].split(",")]


def test_more_of_everything_costs_no_more_queries(client: Client, count_queries: Callable[..., int]) -> None:
    make_paper(authors=("Ada Byron",), categories=("cs.LG",), arxiv_id="2512.01111")
    make_paper(authors=tuple(f"Ada {n}" for n in range(40)), categories=("cs.LG", "stat.ML"), arxiv_id="2512.02222")
    for address in ("/api/papers/{}", "/papers/{}.md"):
        small, large = (count_queries(client.get, address.format(name)) for name in ("2512.01111", "2512.02222"))
        assert small == large
    assert count_queries(client.get, "/api/papers/2512.01111") == 1
