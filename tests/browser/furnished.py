"""A portal with something of everything, for tests that look at every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from papers.ingest.announced import DayList
from papers.models import Comment, Paper
from papers.services.announcements import keep_announced
from papers.services.maps import draw_map
from papers.services.result_maps import draw_result_map, result_key
from papers.services.votes import cast_upvote
from tests.factories import DAY, NOON, make_comment, make_paper, make_user
from tests.papers.maps.themes import make_fields

EDITION = "/papers/date/2025-12-25"
MAP = "/papers/date/2025-12-18/map"
RESULT_MAP = "/search/map?q=notes&year=2025"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
FORMULA = "$$" + " + ".join(rf"\frac{{\alpha_{{{n}}}}}{{\beta_{{{n}}}}}" for n in range(60)) + "$$"
INLINE = r"$f(x) = \sum_{i=1}^{n} a_i x^i + \int_0^\infty e^{-t^2} dt + \alpha + \beta + \gamma + \delta$"


@dataclass(frozen=True)
class Place:
    name: str
    address: str
    status: int = 200
    signed_in: bool = False


def make_portal() -> Paper:
    """An edition, and the paper in it that has everything a paper may have."""
    paper = make_paper(
        r"On $E = mc^2$ and other short sums",
        authors=tuple(f"Ada Byron {number}" for number in range(40)),
        categories=("cs.LG", "stat.ML"),
        abstract=f"Of $n^2$ planets, one is {INLINE} away. {FORMULA} Words. {'More words follow. ' * 30}",
        author_note="12 pages",
        organisation="An institute",
        journal_reference="Journal of Sums 1 (2025)",
        code_url="https://code.example.org/sums",
        code_stars=1234,
        project_url="https://project.example.org",
        venue="Journal of Small Sums",
        citation_count=1234,
        open_access_url="https://papers.example.org/sums.pdf",
        fields_of_study=["Physics and Astronomy", "Computer Science"],
        source_score=12,
        source_summary="A summary.",
        source_keywords=["sums", "planets"],
        upvote_count=12,
        submitted_at=NOON,
        picked_at=NOON,
    )
    make_thread(paper, depth=7)
    mary = make_user(username="mary", about="I count planets.", link="https://mary.example.org/")
    cast_upvote(paper, mary)
    make_comment(paper, mary, source="Twelve, I think.")
    make_paper("A paper without anything", categories=("cs.LG",), abstract="One line.")
    make_paper("A withdrawn one", withdrawn_at=NOON, author_note="An error in lemma 2.")
    make_paper("Another day’s", listed_on=NOON.date().replace(day=24))
    mapped = make_fields(4, listed_on=NOON.date().replace(day=18))
    draw_map("day", "2025-12-18", NOON)
    draw_result_map(result_key(RESULT_MAP.partition("?")[2]), [paper.pk for paper in mapped], NOON)
    keep_announced("hf", [DayList(DAY, "", (("arxiv", paper.public_id), ("arxiv", "2512.99999")))], NOON)
    return paper


def make_thread(paper: Paper, depth: int, source: str = "Well put.") -> None:
    parent: Comment | None = None
    for _ in range(depth):
        parent = make_comment(paper, parent=parent, source=source)
    make_comment(paper, source=source, deleted_at=NOON)
    Paper.objects.filter(pk=paper.pk).update(comment_count=depth)


def places(paper: Paper, person: str = "mary", reader: str = "rosalind") -> Iterable[Place]:
    """Every kind of page that there is: a new kind is one line more. `reader` is who is signed in."""
    return (
        Place("front", "/"),
        Place("edition", EDITION),
        Place("empty edition", "/papers/date/2025-12-23"),
        Place("filtered", "/papers/new?category=cs.LG&code=on&since=2025-01-01&until=2025-12-31"),
        Place("no paper matches", "/papers/new?category=cs.LG&upvotes=999"),
        Place("a filter that can’t be read", "/papers/new?since=nonsense", status=400),
        Place("paper", paper.get_absolute_url()),
        Place("paper, signed in", paper.get_absolute_url(), signed_in=True),
        Place("for you", "/for-you", signed_in=True),
        Place("category", "/categories/cs.LG"),
        Place("search", "/search"),
        Place("what was searched", "/search?q=planets+sums&category=cs.LG"),
        Place("nothing found", "/search?q=zzzz&upvotes=999"),
        Place("nothing found by its conditions", "/search?q=planets+year%3A1901+-moons"),
        Place("a search that is too long", f"/search?q={'planets+' * 300}", status=400),
        Place("search, signed in", "/search", signed_in=True),
        Place("saved searches", "/searches", signed_in=True),
        Place("categories", "/categories"),
        Place("map", MAP),
        Place("map that is being drawn", "/papers/week/2025-W51/map"),
        Place("map of too few papers", f"{EDITION}/map"),
        Place("map of a result", RESULT_MAP),
        Place("map of nothing found", "/search/map?q=zzzz"),
        Place("author", "/authors/ada-byron-0"),
        Place("submit", "/papers/submit"),
        Place("submit, signed in", "/papers/submit?paper=2512.00042", signed_in=True),
        Place("about the ranking", "/about/ranking"),
        Place("about the API", "/about/api"),
        Place("status", "/status?until=2025-12-25"),
        Place("status, nothing known", "/status?until=2001-01-01"),
        Place("keyboard", "/about/keyboard"),
        Place("appearance", "/appearance"),
        Place("sign up", "/accounts/signup/"),
        Place("sign in", "/accounts/login/"),
        Place("password reset", "/accounts/password/reset/"),
        Place("profile", f"/users/{person}"),
        Place("profile without anything, one’s own", f"/users/{reader}", signed_in=True),
        Place("profile’s upvotes", f"/users/{person}/upvotes"),
        Place("profile’s comments", f"/users/{person}/comments"),
        *(
            Place(f"account, {path}", f"/accounts/{path}/", signed_in=True)
            for path in (
                "profile",
                "email",
                "password/change",
                "2fa",
                "2fa/totp/activate",
                "sessions",
                "data",
                "delete",
            )
        ),
        Place("no such page", "/no/such/page", status=404),
    )
