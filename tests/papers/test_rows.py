"""A listing's row: never an old one, cheap addresses that are the real ones, and selects that are Django's own."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.urls import reverse, set_script_prefix

from papers.addresses import address_of
from papers.models import Author, Paper
from papers.rows import row
from papers.widgets import PlainSelect
from tests.factories import NOON, make_paper


def printed(paper: Paper) -> str:
    return str(row(Paper.objects.for_listing(AnonymousUser()).get(pk=paper.pk)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "Another title", "Another title"),
        ("abstract", "We count $n$ stars.", "We count"),
        ("author_count", 9, "and 8 more"),
        ("organisation", "Observatory of Nowhere", "Observatory of Nowhere"),
        ("upvote_count", 41, ">41<"),
        ("comment_count", 12, "12 comments"),
        ("source_score", 17, "17 upvotes at the source"),
        ("picked_at", NOON, "Editors’ pick"),
        ("withdrawn_at", NOON, "Withdrawn"),
        ("submitted_at", NOON.replace(year=1999), "25 Dec 1999"),
        ("code_url", "https://code.example.org/here", "https://code.example.org/here"),
        ("project_url", "https://project.example.org/", "https://project.example.org/"),
        ("arxiv_id", "0704.0001", "/papers/0704.0001/upvote"),
    ],
)
def test_a_row_says_what_its_paper_says_now(field: str, value: Any, words: str) -> None:
    paper = make_paper("First title", authors=("Ada Byron",), categories=("cs.LG",))
    assert words not in printed(paper)
    Paper.objects.filter(pk=paper.pk).update(**{field: value})
    assert words in printed(paper)


@pytest.mark.django_db
def test_a_row_says_who_wrote_it_and_what_it_is_about_now() -> None:
    paper = make_paper(authors=("Ada Byron", "Mary Somerville"), categories=("cs.LG", "math.CO"))
    assert "Ada Byron</a>, <a" in printed(paper)
    paper.authorships.filter(position=1).update(name="A. Byron")
    Author.objects.filter(name="Mary Somerville").update(slug="somerville")
    paper.classifications.filter(position=1).update(category_id="hep-th")
    html = printed(paper)
    assert ">A. Byron</a>" in html
    assert 'href="/authors/somerville"' in html
    assert [link.text for link in BeautifulSoup(html, "html.parser").select(".facts > a")] == ["cs.LG", "hep-th"]


@pytest.mark.django_db
def test_a_row_is_anothers_whose_reader_upvoted_it() -> None:
    paper = make_paper()
    listed = Paper.objects.for_listing(AnonymousUser()).get(pk=paper.pk)
    assert 'aria-pressed="false"' in row(listed)
    listed.viewer_upvoted = True
    assert 'aria-pressed="true"' in row(listed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paper", "1706.03762"),
        ("paper", "math/0309136"),
        ("paper", "math.GT/0309136"),
        ("paper", "bs-12"),
        ("author", "ada-byron"),
        ("author", "王芳"),
        ("author", "erdős-pál"),
        ("author", "o'neill & sons?"),
        ("author", "a+b@c"),
        ("category", "cs.LG"),
    ],
)
def test_an_address_is_what_reverse_says(name: str, value: str) -> None:
    assert address_of(name, value) == reverse(name, args=[value])
    try:
        set_script_prefix("/daily/")
        assert address_of(name, value) == reverse(name, args=[value])
        assert address_of(name, value).startswith("/daily/")
    finally:
        set_script_prefix("/")


def test_an_address_follows_the_urls_in_force() -> None:
    with override_settings(ROOT_URLCONF="papers.benchmarks.bare"):
        assert address_of("paper", "1706.03762") == "/papers/1706.03762"


CHOICES: list[list[Any]] = [
    [("", "Any"), ("a", "A"), ("b", "B & <b>")],
    [("", "Any"), ("Group & more", [("a", "A"), ("b", '"B"')]), ("Other", [("c", "C")])],
    [],
]


@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("value", ["", "b", "unknown", None])
def test_a_plain_select_is_djangos(choices: list[Any], value: str | None) -> None:
    attrs = {"id": "id_x", "disabled": True, "title": 'He said "no"'}

    def made_by(widget: type[forms.Select]) -> Any:
        select = BeautifulSoup(widget(choices=choices).render("x", value, attrs), "html.parser").select_one("select")
        assert select
        return [
            [(name, sorted(tag.attrs.items()), tag.find(string=True, recursive=False) if name == "option" else "")]
            for tag in [select, *select.find_all(True)]
            for name in [tag.name]
        ]

    assert made_by(PlainSelect) == made_by(forms.Select)
