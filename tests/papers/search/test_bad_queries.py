"""Whatever is typed: an answer or a sentence, soon."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.models import Paper
from papers.search.completion import complete
from papers.search.parser import parse_query
from papers.search.query import holding_all, search
from papers.search.timeout import SearchTooSlow, time_limit
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

BAD = {
    "nothing": "",
    "long": "a" * 10_000,
    "many words": " ".join(f"word{number}" for number in range(1_000)),
    "many phrases": '"a b" ' * 500,
    "many alternatives": " OR ".join(f"w{number}" for number in range(500)),
    "many exclusions": "trees " + " ".join(f"-w{number}" for number in range(500)),
    "many conditions": "cat:cs.LG year:2020 " * 300,
    "quotes": '"' * 9_999,
    "a quote left open": 'trees "in',
    "operators": "OR AND NOT - | & ! <-> :* ( ) ''",
    "tsquery": "trees & !winter | (a <-> b):*A",
    "NUL": "tre\0es \0",
    "emoji": "trees 👍🏽 🧪",
    "half a pair": "trees \ud83d",
    "regex": "^(a+)+$ [x-y]{99} \\",
    "SQL": "'; DROP TABLE papers_paper; -- %s %(x)s {0}",
    "percent": "100% %d %% ti:% au:%",
    "right to left": "שלום עולם trees \u202e",
    "Chinese": "神经网络",
    "backslashes": "\\\\ \\' au:\\ \"\\'\"",
    "only stop words": 'the of "of the" ti:the',
    "huge numbers": "votes:>99999999999 year:9999..0001 id:bs-9999999999999999 bs-1 year:0",
    "fields": "ti: au: abs: cat: id: doi: org: year: has: votes:",
    "nested fields": "ti:au:abs:x -ti:-au:x",
    "accents alone": "\u0301\u0302",
    "a caret": "^trees",
    "fewer than no votes": "trees votes:<0",
    "fewer than no votes alone": "votes:<0",
    "not at least no votes": "trees -votes:>=0",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_anything_is_answered(text: str) -> None:
    make_paper("Trees in winter", authors=("Ada Byron",))
    query = parse_query(text)
    results = search(query, Paper.objects.listed())
    results.page(Paper.objects.listed())
    list(holding_all(query, Paper.objects.listed()).newest_first())
    complete(text)


def test_a_search_that_takes_too_long_is_stopped_and_says_so() -> None:
    with pytest.raises(SearchTooSlow, match=r"took too long"), time_limit(20), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(10)")
    # The connection goes on, without the limit.
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_the_limit_ends_with_the_search() -> None:
    make_paper("Trees in winter")
    search(parse_query("trees"), Paper.objects.listed())
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("text", ["trees in winter", "au:byron trees -summer year:2025", '"trees in winter"'])
def test_a_search_costs_no_more_queries_on_more_papers(text: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            search(parse_query(text), Paper.objects.listed()).page(Paper.objects.listed())
        return len(captured)

    make_paper("Trees in winter", authors=("Ada Byron",))
    few = queries()
    for number in range(20):
        make_paper(f"Trees in winter, part {number}", authors=("Ada Byron",))
    # Fewer, even: where little is found, other spellings are looked for.
    assert queries() <= few
