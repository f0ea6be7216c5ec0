"""The pure rules: ranking, periods, titles, names, identifiers, citations, formats."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from papers.citations import bibtex
from papers.formats import compact_count, licence_name
from papers.identifiers import arxiv_month, parse_arxiv_id, parse_doi
from papers.names import author_slug
from papers.periods import parse_period, period_of
from papers.ranking import DAYS_PER_DOUBLING, hot_rank
from papers.taxonomy import CATEGORIES, canonical_code

DAY = date(2025, 12, 25)


def test_the_hot_rank_grows_with_votes_and_with_the_day() -> None:
    assert hot_rank(1, 0, DAY) > hot_rank(0, 0, DAY)
    assert hot_rank(0, 1, DAY) > hot_rank(0, 0, DAY)
    assert hot_rank(1, 0, DAY) > hot_rank(0, 3, DAY), "an upvote here outweighs three seen elsewhere"
    assert hot_rank(0, 0, DAY + timedelta(days=1)) > hot_rank(0, 0, DAY)
    assert hot_rank(99, 99, None) == 0


def test_twice_the_votes_are_worth_the_days_that_the_page_about_it_says() -> None:
    older = hot_rank(2 * 16 - 1, 0, DAY)
    assert older - hot_rank(16 - 1, 0, DAY) == pytest.approx(1)
    assert hot_rank(15, 0, DAY + timedelta(days=3)) - hot_rank(15, 0, DAY) == pytest.approx(3 / DAYS_PER_DOUBLING)


@pytest.mark.parametrize(
    ("kind", "code", "first", "last", "title"),
    [
        ("day", "2025-12-25", "2025-12-25", "2025-12-25", "Thursday 25 December 2025"),
        ("week", "2025-W52", "2025-12-22", "2025-12-28", "Week 52, 22 to 28 December 2025"),
        ("week", "2026-W01", "2025-12-29", "2026-01-04", "Week 1, 29 December 2025 to 4 January 2026"),
        ("week", "2020-W53", "2020-12-28", "2021-01-03", "Week 53, 28 December 2020 to 3 January 2021"),
        ("month", "2024-02", "2024-02-01", "2024-02-29", "February 2024"),
    ],
)
def test_periods(kind: Any, code: str, first: str, last: str, title: str) -> None:
    period = parse_period(kind, code)
    assert (period.first.isoformat(), period.last.isoformat(), period.title) == (first, last, title)
    assert period.code == code
    assert period_of(kind, period.last) == period


@pytest.mark.parametrize(
    ("kind", "code"),
    [("day", "2025-02-29"), ("week", "2025-W53"), ("week", "2025-W00"), ("month", "2025-00"), ("day", "20251225")],
)
def test_periods_that_never_were(kind: Any, code: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|day|week|month|Invalid"):
        parse_period(kind, code)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("1706.03762", ("1706.03762", None)),
        ("arXiv:1706.03762v5", ("1706.03762", 5)),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", ("1706.03762", 2)),
        ("http://www.arxiv.org/abs/hep-th/9711200", ("hep-th/9711200", None)),
        ("math.GT/0309136v1", ("math/0309136", 1)),
        ("https://huggingface.co/papers/2512.00042?x=1", ("2512.00042", None)),
        ("10.48550/arXiv.2512.00042", ("2512.00042", None)),
        ("0704.0001", ("0704.0001", None)),
        ("1501.00001", ("1501.00001", None)),
        ("1501.0001", None),  # five digits from January 2015
        ("0808.05394", None),  # four before
        ("1713.00001", None),
        ("1706.03762v0", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_arxiv_ids(text: str, parsed: tuple[str, int | None] | None) -> None:
    assert parse_arxiv_id(text) == parsed


@pytest.mark.parametrize(
    ("arxiv_id", "month"), [("9108001", "1991-08"), ("hep-th/9711200", "1997-11"), ("2512.00042", "2025-12")]
)
def test_the_month_of_an_id(arxiv_id: str, month: str) -> None:
    assert f"{arxiv_month(arxiv_id):%Y-%m}" == month


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/ABC", "10.1000/abc"),
        ("https://doi.org/10.1000/x(1)2", "10.1000/x(1)2"),
        ("doi: 10.1000/x.", "10.1000/x"),
        ("11.1000/x", None),
        ("10.1000/", None),
    ],
)
def test_dois(text: str, doi: str | None) -> None:
    assert parse_doi(text) == doi


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Émilie du Châtelet", "emilie-du-chatelet"),
        ("Edward J. Hu", "edward-j-hu"),
        ("王伟", "王伟"),
        ("O'Neil", "o-neil"),
    ],
)
def test_names_in_addresses(name: str, slug: str) -> None:
    assert author_slug(name) == slug


def test_a_name_without_letters_still_has_an_address() -> None:
    assert author_slug(":") != author_slug("?!")
    assert author_slug(":").startswith("name-")


def test_aliases_point_to_categories_that_stand_for_themselves() -> None:
    assert canonical_code("cs.NA") == "math.NA"
    assert canonical_code("cs.LG") == "cs.LG"
    assert canonical_code("alg-geom") == "alg-geom"
    for fact in CATEGORIES.values():
        assert not fact.canonical or CATEGORIES[fact.canonical].status == "active"


class _Rows(list[Any]):
    def all(self) -> _Rows:
        return self


def test_bibtex_escapes_text_and_leaves_mathematics() -> None:
    paper: Any = SimpleNamespace(
        title="Lamps & $x_1$: 5% of A_B",
        authorships=_Rows([SimpleNamespace(name="Ada Byron"), SimpleNamespace(name="The LAMP Collaboration")]),
        identifiers=_Rows([SimpleNamespace(scheme="arxiv", value="2512.00042")]),
        journal_reference="",
        venue="",
        primary_category_id="cs.LG",
        submitted_at=None,
        dated_on=DAY,
    )
    text = bibtex(paper)
    assert text.startswith("@misc{byron2025lamps,\n")
    assert r"title = {{Lamps \& $x_1$: 5\% of A\_B}}" in text
    assert "author = {Ada Byron and {The LAMP Collaboration}}" in text
    assert "primaryClass = {cs.LG}" in text
    assert text.count("{") == text.count("}")


def test_formats() -> None:
    assert [compact_count(n) for n in (0, 999, 1204, 9949, 9950, 15_200)] == ["0", "999", "1.2k", "9.9k", "10k", "15k"]
    assert licence_name("http://creativecommons.org/licenses/by-nc-sa/4.0/") == "CC BY-NC-SA 4.0"
    assert licence_name("http://creativecommons.org/publicdomain/zero/1.0/") == "CC0 1.0"
