"""The database itself refuses what must never be, whatever the code above it does: each rule is broken in raw SQL."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from papers.models import IngestRun
from tests.factories import NOON, make_comment, make_paper, make_source_record, make_user

pytestmark = pytest.mark.django_db


def refuse(constraint: str, sql: str, *values: str | int | bytes) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_reader_votes_once_for_a_paper() -> None:
    paper, reader = make_paper(), make_user()
    vote = "INSERT INTO papers_vote (paper_id, user_id, created_at) VALUES (%s, %s, now())"
    with connection.cursor() as cursor:
        cursor.execute(vote, [paper.pk, reader.pk])
    refuse("vote_once", vote, paper.pk, reader.pk)


def test_an_identifier_belongs_to_one_paper() -> None:
    known, other = make_paper(arxiv_id="1706.03762"), make_paper()
    assert known.identifiers.get().value == "1706.03762"
    refuse(
        "identifier_unique",
        "INSERT INTO papers_identifier (paper_id, scheme, value) VALUES (%s, 'arxiv', '1706.03762')",
        other.pk,
    )


def test_a_pair_of_papers_is_held_once_and_in_order() -> None:
    first, second = make_paper(), make_paper()
    insert = (
        "INSERT INTO papers_possibleduplicate (first_id, second_id, reason, found_by, first_seen_at, decision)"
        " VALUES (%s, %s, 'Alike.', 'hf', now(), %s)"
    )
    refuse("possible_duplicate_in_order", insert, second.pk, first.pk, "waiting")
    refuse("possible_duplicate_in_order", insert, first.pk, first.pk, "waiting")
    refuse("possible_duplicate_deci", insert, first.pk, second.pk, "perhaps")
    refuse("possible_duplicate_decided_when", insert, first.pk, second.pk, "different")
    with connection.cursor() as cursor:
        cursor.execute(insert, [first.pk, second.pk, "waiting"])
    refuse("possible_duplicate_once", insert, first.pk, second.pk, "waiting")


def test_a_paper_has_one_arxiv_id() -> None:
    refuse(
        "identifier_one_arxiv_id_per_paper",
        "INSERT INTO papers_identifier (paper_id, scheme, value) VALUES (%s, 'arxiv', '9999.99999')",
        make_paper().pk,
    )


@pytest.mark.parametrize(("value", "constraint"), [("", "identifier_not_empty"), ("10.1/ABC", "identifier_doi_lower")])
def test_identifiers_are_not_empty_and_dois_have_one_case(value: str, constraint: str) -> None:
    insert = "INSERT INTO papers_identifier (paper_id, scheme, value) VALUES (%s, 'doi', %s)"
    refuse(constraint, insert, make_paper().pk, value)


@pytest.mark.parametrize("arxiv_id", ["1706.03762"])
def test_an_arxiv_id_is_one_papers_address(arxiv_id: str) -> None:
    make_paper(arxiv_id=arxiv_id)
    refuse("arxiv_id", "UPDATE papers_paper SET arxiv_id = %s WHERE id = %s", arxiv_id, make_paper().pk)


def test_two_authors_do_not_share_a_place() -> None:
    paper = make_paper(authors=("Ada Byron", "Mary Somerville"))
    refuse(
        "authorship_position_unique",
        "UPDATE papers_authorship SET position = 1 WHERE paper_id = %s AND position = 2",
        paper.pk,
    )


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE papers_authorship SET position = 0 WHERE paper_id = %s", "authorship_position_positive"),
        ("UPDATE papers_authorship SET name = '' WHERE paper_id = %s", "authorship_name_not_empty"),
    ],
)
def test_an_authorship_has_a_place_and_a_name(sql: str, constraint: str) -> None:
    refuse(constraint, sql, make_paper(authors=("Ada Byron",)).pk)


@pytest.mark.parametrize("title", ["", "   ", "\n\t"])
def test_a_title_is_not_empty(title: str) -> None:
    refuse("paper_title_not_empty", "UPDATE papers_paper SET title = %s WHERE id = %s", title, make_paper().pk)


@pytest.mark.parametrize("column", ["upvote_count", "comment_count", "source_score", "source_comment_count"])
def test_a_count_is_never_negative(column: str) -> None:
    refuse(f"papers_paper_{column}_check", f"UPDATE papers_paper SET {column} = -1 WHERE id = %s", make_paper().pk)


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE papers_paper SET state = 'lost' WHERE id = %s", "paper_state_known"),
        ("UPDATE papers_paper SET listed_on = '2020-01-01' WHERE id = %s", "paper_dated_by_its_edition"),
    ],
)
def test_a_paper_has_a_known_state_and_is_dated_by_its_edition(sql: str, constraint: str) -> None:
    refuse(constraint, sql, make_paper().pk)


def test_a_paper_is_in_a_category_once_and_has_one_primary() -> None:
    paper = make_paper(categories=("cs.LG", "stat.ML"))
    refuse(
        "classification_position_unique",
        "UPDATE papers_classification SET position = 0 WHERE paper_id = %s AND position = 1",
        paper.pk,
    )
    refuse(
        "classification_unique",
        "UPDATE papers_classification SET category_id = 'cs.LG' WHERE paper_id = %s AND position = 1",
        paper.pk,
    )


def test_a_source_says_a_thing_once() -> None:
    first, second = make_source_record(make_paper()), make_source_record(make_paper())
    refuse("source_record_unique", "UPDATE papers_sourcerecord SET key = %s WHERE id = %s", first.key, second.pk)


def test_versions_are_numbered_from_one_and_once() -> None:
    paper = make_paper()
    insert = "INSERT INTO papers_paperversion (paper_id, number, source_type) VALUES (%s, %s, '')"
    with connection.cursor() as cursor:
        cursor.execute(insert, [paper.pk, 1])
    refuse("version_unique", insert, paper.pk, 1)
    refuse("version_number_positive", insert, paper.pk, 0)


def test_a_comment_says_something_and_does_not_answer_itself() -> None:
    comment = make_comment(make_paper())
    refuse("comment_not_empty", "UPDATE papers_comment SET source = ' ' WHERE id = %s", comment.pk)
    refuse("comment_not_its_own_parent", "UPDATE papers_comment SET parent_id = id WHERE id = %s", comment.pk)


@pytest.mark.parametrize(("column", "value"), [("name", ""), ("slug", "")])
def test_an_author_has_a_name_and_an_address(column: str, value: str) -> None:
    paper = make_paper(authors=("Ada Byron",))
    author = paper.authorships.get().author
    refuse(f"author_{column}_not_empty", f"UPDATE papers_author SET {column} = %s WHERE id = %s", value, author.pk)


def test_user_names_are_unique_whatever_their_case() -> None:
    make_user(username="Rosalind")
    other = make_user()
    refuse("user_username_unique", "UPDATE accounts_user SET username = 'ROSALIND' WHERE id = %s", other.pk)
    refuse("user_username_not_empty", "UPDATE accounts_user SET username = '' WHERE id = %s", other.pk)


def test_the_taxonomy_is_whole() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM papers_category GROUP BY status")
        assert dict(cursor.fetchall()) == {"active": 149, "alias": 6, "archived": 21}
        cursor.execute("SELECT canonical_id FROM papers_category WHERE code = 'cs.NA'")
        assert cursor.fetchone() == ("math.NA",)


def _run() -> int:
    return IngestRun.objects.create(source="hf", started_at=NOON, heartbeat_at=NOON).pk


def test_a_run_has_a_known_state() -> None:
    refuse("run_state_known", "UPDATE papers_ingestrun SET state = 'lost' WHERE id = %s", _run())


def test_a_rejected_item_is_kept_once_and_with_a_reason() -> None:
    insert = (
        "INSERT INTO papers_rejectedrecord (run_id, source, key, raw, context, fingerprint, reason, created_at) "
        "VALUES (%s, 'hf', '', 'x', '{}', %s, %s, now())"
    )
    run = _run()
    with connection.cursor() as cursor:
        cursor.execute(insert, [run, b"1", "Broken."])
    refuse("rejected_once", insert, run, b"1", "Broken again.")
    refuse("rejected_with_a_reason", insert, run, b"2", "")


def test_a_paper_is_seen_once_by_a_reader() -> None:
    paper, reader = make_paper(), make_user()
    insert = "INSERT INTO papers_sighting (paper_id, user_id, created_at) VALUES (%s, %s, now())"
    with connection.cursor() as cursor:
        cursor.execute(insert, [paper.pk, reader.pk])
    refuse("sighting_once", insert, paper.pk, reader.pk)


def test_an_orcid_is_one_persons() -> None:
    paper = make_paper(authors=("Ada Byron", "Mary Somerville"))
    one, other = (authorship.author for authorship in paper.authorships.all())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE papers_author SET orcid = '0000-0001' WHERE id = %s", [one.pk])
    refuse("author_orcid_unique", "UPDATE papers_author SET orcid = '0000-0001' WHERE id = %s", other.pk)


def test_a_category_has_a_name() -> None:
    refuse("category_named", "UPDATE papers_category SET name = '' WHERE code = %s", "cs.LG")


def test_an_address_is_one_accounts_whatever_its_case() -> None:
    make_user(email="rosalind@example.org")
    other = make_user(email="other@example.org")
    refuse("user_email_unique", "UPDATE accounts_user SET email = 'Rosalind@Example.org' WHERE id = %s", other.pk)
