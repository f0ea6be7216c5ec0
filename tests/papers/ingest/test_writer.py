"""Writing what sources say: one paper a work, whatever the order, and nothing twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from papers.ingest.records import AuthorRecord, InvalidRecord, PaperRecord, RejectedItem, VersionRecord
from papers.ingest.runner import run_source
from papers.ingest.sources.sample import SampleSource
from papers.ingest.writer import Counts, write_batch
from papers.models import Author, IngestRun, Paper, RejectedRecord, SourceRecord

pytestmark = pytest.mark.django_db

TITLE = "On the Weighing of Small Planets by Lamplight"
ABSTRACT = "We weigh seven small planets by the light of one lamp and find that none is heavier than its shadow."
NAMES = (AuthorRecord("Ada Byron"), AuthorRecord("Mary Somerville"))

PAGE = PaperRecord(
    key="lamplight@2025-12-25",
    title=TITLE,
    abstract=ABSTRACT,
    author_count=2,
    submitted_at=datetime(2025, 12, 22, tzinfo=UTC),
    listed_on=date(2025, 12, 25),
    as_of=date(2025, 12, 25),
    source_comment_count=3,
)
HF = PaperRecord(
    key="2512.00042@2025-12-24",
    title=TITLE,
    identifiers=(("arxiv", "2512.00042"),),
    abstract=ABSTRACT,
    authors=NAMES,
    submitted_at=datetime(2025, 12, 22, 9, 30, tzinfo=UTC),
    listed_on=date(2025, 12, 24),
    as_of=date(2025, 12, 24),
    source_score=17,
    organisation="Observatory of Nowhere",
    code_url="https://code.example.org/lamp",
)
SNAPSHOT = PaperRecord(
    key="2512.00042",
    title=TITLE + " and Candle",
    identifiers=(("arxiv", "2512.00042"), ("doi", "10.1000/LAMP")),
    abstract=ABSTRACT + " A candle does as well.",
    authors=NAMES,
    categories=("astro-ph.EP", "math.MP", "nonsense"),
    versions=(VersionRecord(1, datetime(2025, 12, 22, 9, 30, tzinfo=UTC)),),
    submitted_at=datetime(2025, 12, 22, 9, 30, tzinfo=UTC),
    updated_at=datetime(2025, 12, 30, tzinfo=UTC),
    journal_reference="J. Small Planets 1 (2026) 1",
    as_of=date(2026, 1, 2),
)


def write(source: str, *records: PaperRecord | RejectedItem) -> Counts:
    now = timezone.now()
    run = IngestRun.objects.create(source=source, started_at=now, heartbeat_at=now)
    return write_batch(source, records, run, now)


def facts_of(paper: Paper) -> dict[str, Any]:
    """All that a reader could tell of the paper, without ids and times of writing."""
    fields = {
        field.name: getattr(paper, field.attname)
        for field in Paper._meta.concrete_fields
        if field.name not in ("id", "created_at")
    }
    return fields | {
        "authors": list(paper.authorships.values_list("position", "name", "author__slug")),
        "codes": list(paper.classifications.values_list("position", "category")),
        "names": sorted(paper.identifiers.values_list("scheme", "value")),
        "versions": list(paper.versions.values_list("number", "submitted_at")),
        "said": sorted(paper.source_records.values_list("source", "key")),
    }


def test_a_paper_is_the_same_in_whatever_order_its_sources_come() -> None:
    told = []
    for order in permutations([("page", PAGE), ("hf", HF), ("snapshot", SNAPSHOT)]):
        Paper.objects.all().delete()
        # The page and the snapshot share neither identifier nor title: where the list, which shares
        # both, comes last, it joins two papers.
        for source, record in order:
            write(source, record)
        told.append(facts_of(Paper.objects.get()))
    assert len(told) == 6
    assert all(facts == told[0] for facts in told)


def test_the_better_field_wins_and_nothing_known_is_lost() -> None:
    for source, record in (("page", PAGE), ("hf", HF), ("snapshot", SNAPSHOT)):
        write(source, record)
    paper = Paper.objects.get()
    assert paper.title == TITLE + " and Candle"  # bibliography: the snapshot
    assert paper.organisation == "Observatory of Nowhere"  # only the list says so
    assert paper.code_url == "https://code.example.org/lamp"
    assert (paper.source_score, paper.source_comment_count) == (17, 3)
    assert paper.listed_on == paper.dated_on == date(2025, 12, 24)  # the first curated listing
    assert paper.primary_category_id == "astro-ph.EP"
    assert [c.category_id for c in paper.classifications.all()] == ["astro-ph.EP", "math-ph"]  # alias shown once
    assert {str(i) for i in paper.identifiers.all()} == {"arXiv 2512.00042", "DOI 10.1000/lamp"}
    assert paper.author_count == 2
    assert SourceRecord.objects.get(source="page").facts["title"] == TITLE


def test_what_did_not_change_costs_no_write(django_assert_num_queries: Any) -> None:
    write("hf", HF)
    run = IngestRun.objects.create(source="hf", started_at=timezone.now(), heartbeat_at=timezone.now())
    # A savepoint and its release, the writer's lock, and one look at the known records.
    with django_assert_num_queries(4):
        counts = write_batch("hf", [HF], run, timezone.now())
    assert str(counts) == "created=0 updated=0 unchanged=1 rejected=0"


def test_a_changed_record_updates_its_paper_and_leaves_votes_alone() -> None:
    write("hf", HF)
    Paper.objects.update(upvote_count=5)
    rank = Paper.objects.get().hot_rank
    counts = write("hf", PaperRecord(**{name: getattr(HF, name) for name in HF.__slots__} | {"source_score": 40}))
    paper = Paper.objects.get()
    assert (counts.updated, counts.created) == (1, 0)
    assert (paper.source_score, paper.upvote_count) == (40, 5)
    assert paper.hot_rank > rank


def test_a_paper_known_by_title_gains_its_arxiv_id_and_keeps_its_row() -> None:
    write("page", PAGE)
    known = Paper.objects.get()
    assert known.public_id == f"bs-{known.pk}"
    write("hf", HF)
    assert Paper.objects.get().pk == known.pk
    assert Paper.objects.get().public_id == "2512.00042"


def test_one_title_by_other_authors_is_another_paper() -> None:
    write("hf", HF)
    other = PaperRecord(key="x", title=TITLE, authors=(AuthorRecord("Caroline Herschel"),), abstract=ABSTRACT)
    assert write("page", other).created == 1


def test_two_arxiv_ids_are_two_papers_even_with_one_title() -> None:
    write("hf", HF)
    twin = PaperRecord(key="y", title=TITLE, authors=NAMES, identifiers=(("arxiv", "2512.00043"),))
    assert write("hf", twin).created == 1


def test_one_batch_may_hold_the_same_paper_twice() -> None:
    again = PaperRecord(
        **{name: getattr(HF, name) for name in HF.__slots__}
        | {"key": "2512.00042@2025-12-26", "listed_on": date(2025, 12, 26), "source_score": 20}
    )
    counts = write("hf", HF, again)
    assert (counts.created, counts.updated) == (1, 1)
    paper = Paper.objects.get()
    assert (paper.listed_on, paper.source_score, paper.source_records.count()) == (date(2025, 12, 24), 20, 2)


def test_a_broken_item_is_kept_with_its_reason_once() -> None:
    broken = RejectedItem(raw='{"id": \x00', reason="It is not JSON.", key="17")
    assert write("hf", broken, HF).rejected == 1
    write("hf", broken)
    kept = RejectedRecord.objects.get()
    assert (kept.raw, kept.reason, kept.key) == ('{"id": \ufffd', "It is not JSON.", "17")
    assert kept.run == IngestRun.objects.latest("pk")
    assert Paper.objects.count() == 1


def test_an_identifier_that_contradicts_is_rejected_and_the_rest_goes_on() -> None:
    write("acl", PaperRecord(key="a", title="One work", identifiers=(("doi", "10.1/a"),)))
    write("acl", PaperRecord(key="b", title="Another work", identifiers=(("acl", "2024.b"),)))
    both = PaperRecord(key="c", title="Which one?", identifiers=(("doi", "10.1/A"), ("acl", "2024.b")))
    counts = write("acl", both, HF)
    assert (counts.rejected, counts.created) == (1, 1)
    assert "belong to different papers" in RejectedRecord.objects.get().reason


def test_a_doi_printed_on_two_preprints_stays_with_the_first() -> None:
    write("snapshot", SNAPSHOT)
    second = PaperRecord(
        key="2512.00099",
        title="A sequel",
        identifiers=(("arxiv", "2512.00099"), ("doi", "10.1000/lamp")),
        recorded_on=date(2025, 12, 28),
    )
    assert write("snapshot", second).created == 1
    assert Paper.objects.get(arxiv_id="2512.00099").identifiers.count() == 1


@pytest.mark.parametrize(
    ("recorded_on", "listed_on", "dated_on"),
    [
        (date(2025, 12, 28), date(2025, 12, 28), date(2025, 12, 28)),
        (date(2026, 1, 3), None, date(2025, 12, 1)),  # not in the id's month: in no edition
    ],
)
def test_a_bare_day_of_record_counts_in_the_month_of_the_id(
    recorded_on: date, listed_on: date | None, dated_on: date
) -> None:
    record = PaperRecord(key="k", title="A title", identifiers=(("arxiv", "2512.00050"),), recorded_on=recorded_on)
    write("snapshot", record)
    paper = Paper.objects.get()
    assert (paper.listed_on, paper.dated_on) == (listed_on, dated_on)


def test_version_one_is_listed_on_its_announcement_day() -> None:
    record = PaperRecord(
        key="k",
        title="A title",
        identifiers=(("arxiv", "2503.00050"),),
        # Thursday 13 March 2025, 15:00 in New York: past the cut-off, so Friday's, announced for Monday.
        submitted_at=datetime(2025, 3, 13, 19, tzinfo=UTC),
        versions=(VersionRecord(1, datetime(2025, 3, 13, 19, tzinfo=UTC)),),
        recorded_on=date(2025, 3, 20),
    )
    write("snapshot", record)
    assert Paper.objects.get().listed_on == date(2025, 3, 17)


def test_people_who_print_one_name_share_a_page_and_names_stay_as_printed() -> None:
    write("hf", HF)
    write(
        "hf",
        PaperRecord(key="z", title="More lamps", authors=(AuthorRecord("ada byron", "Nowhere"),), identifiers=()),
    )
    author = Author.objects.get(slug="ada-byron")
    assert [a.name for a in author.authorships.order_by("paper")] == ["Ada Byron", "ada byron"]


# What a careful reviewer broke once


def changed(record: PaperRecord, **fields: Any) -> PaperRecord:
    return PaperRecord(**{name: getattr(record, name) for name in record.__slots__} | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"versions": (VersionRecord(99_999),)},
        {"versions": (VersionRecord(0),)},
        {"submitted_at": datetime(9999, 12, 31, tzinfo=UTC)},
        {"source_score": -4},
        {"code_stars": 2**40},
        {"abstract": "nul \x00"},
        {"authors": (AuthorRecord("half \ud800"),)},
    ],
)
def test_what_no_column_holds_is_no_record(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        changed(HF, **fields)


def test_what_the_database_refuses_is_rejected_alone() -> None:
    too_wide = changed(HF, key="wide", identifiers=(("arxiv", "x" * 60),))  # the column of arXiv ids holds 32
    counts = write("hf", HF, too_wide, changed(PAGE, key="page", title="Something else"))
    assert str(counts) == "created=2 updated=0 unchanged=0 rejected=1"
    assert "refused" in RejectedRecord.objects.get().reason


def test_what_is_too_much_for_an_index_is_rejected_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION too_much() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN RAISE program_limit_exceeded USING MESSAGE = $$string is too long$$; END';
            CREATE TRIGGER too_much BEFORE INSERT ON papers_paper
            FOR EACH ROW WHEN (NEW.title = 'Something else') EXECUTE FUNCTION too_much();
        """)
    too_much = changed(HF, key="much", title="Something else", identifiers=())
    assert str(write("hf", HF, too_much)) == "created=1 updated=0 unchanged=0 rejected=1"
    assert "refused" in RejectedRecord.objects.get().reason


def test_what_is_nobodys_fault_rejects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise OperationalError("The connection was lost.")

    monkeypatch.setattr("papers.ingest.rows.insert_papers", break_off)
    with pytest.raises(OperationalError):
        write("hf", HF)
    assert not RejectedRecord.objects.exists()


def test_an_abstract_as_long_as_a_book_is_taken() -> None:
    words = " ".join(f"a{n}-b{n}" for n in range(120_000))
    assert write("snapshot", changed(SNAPSHOT, abstract=words)).created == 1
    assert Paper.objects.get().abstract == words


def test_an_arxiv_id_learned_later_becomes_the_papers_address() -> None:
    write("page", PAGE)
    counts = write("page", changed(PAGE, identifiers=(("arxiv", "2512.00042"),)))
    assert counts.updated == 1
    assert Paper.objects.get().arxiv_id == "2512.00042"


def test_a_nameless_paper_that_turns_out_to_be_a_known_one_is_merged_into_it() -> None:
    write("hf", HF)
    write("page", changed(PAGE, title="By quite another title"))
    assert Paper.objects.count() == 2
    counts = write("page", changed(PAGE, title="By quite another title", identifiers=(("arxiv", "2512.00042"),)))
    assert (counts.updated, counts.rejected) == (1, 0)
    assert Paper.objects.get().arxiv_id == "2512.00042"


def test_records_that_join_several_papers_at_once_join_them_all() -> None:
    titles = ("On the First of Three Lamps", "On the Second of Three Lamps", "On the Third of Three Lamps")
    for number, title in enumerate(titles):
        write("page", changed(PAGE, key=f"lamp{number}", title=title))
    write("acl", changed(HF, key="acl", title="A title of its own here", identifiers=(("arxiv", "2512.00042"),)))
    assert Paper.objects.count() == 4
    counts = write("hf", *(changed(HF, key=f"lamp{number}", title=title) for number, title in enumerate(titles)))
    assert (counts.updated, counts.rejected) == (3, 0)
    assert Paper.objects.get().source_records.count() == 7


def test_an_old_file_read_late_changes_nothing() -> None:
    write("snapshot", SNAPSHOT)
    old = changed(SNAPSHOT, title="An earlier title", journal_reference="", as_of=date(2025, 12, 24))
    assert write("snapshot", old).unchanged == 1
    assert Paper.objects.get().journal_reference == "J. Small Planets 1 (2026) 1"


def test_a_lower_count_is_an_earlier_look() -> None:
    write("hf", HF)
    assert write("hf", changed(HF, source_score=5)).unchanged == 1
    assert Paper.objects.get().source_score == 17


def test_titles_of_signs_alone_join_nothing() -> None:
    write("page", changed(PAGE, key="a", title="???"), changed(PAGE, key="b", title="!!!"))
    assert Paper.objects.count() == 2


def test_a_run_marks_what_was_killed_before_it() -> None:
    moment = timezone.now()
    killed = IngestRun.objects.create(source="sample", started_at=moment, heartbeat_at=moment)
    run_source(SampleSource.from_options({}), limit=1, report=lambda *_: None)
    killed.refresh_from_db()
    assert (killed.state, killed.error) == ("failed", "It ended without a word.")
