"""Facts added to papers that are known: what is believed, who is asked and how often, and how a service fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from papers.ingest.enriching import due, remember
from papers.ingest.errors import SourceError
from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.retrying import retry_records
from papers.ingest.runner import run_source
from papers.ingest.sources import ENRICHERS
from papers.ingest.writer import write_batch
from papers.models import Enquiry, IngestRun, Paper, RejectedRecord
from papers.services.corrections import correct_paper
from papers.services.identifiers import remove_identifier
from papers.services.rejections import dismiss_records
from papers.services.sample import remove_sample
from tests.factories import make_paper
from tests.papers.ingest.enriched import TITLE, answer, ask, enricher, known_to, record
from tests.papers.ingest.patience import Clock
from tests.papers.ingest.server import Request, Server, in_turn, serving
from tests.papers.ingest.test_misbehaviour import FINAL, HEALING

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ARXIVS = PaperRecord(
    key="2512.00042",
    title=TITLE,
    identifiers=(("arxiv", "2512.00042"),),
    abstract="We weigh seven small planets by the light of one lamp.",
    submitted_at=datetime(2025, 12, 22, 9, 30, tzinfo=UTC),
    as_of=date(2025, 12, 23),
)


def write(source: str, *records: PaperRecord) -> Paper:
    run = IngestRun.objects.create(source=source, started_at=NOW, heartbeat_at=NOW)
    write_batch(source, records, run, NOW)
    return Paper.objects.get()


def known_paper(**facts: Any) -> Paper:
    changed = {name: getattr(ARXIVS, name) for name in PaperRecord.__slots__} | facts
    return write("arxiv", PaperRecord(**changed))


def asked_ids(request: Request) -> list[str]:
    return list(json.loads(request.body)["ids"])


def entry(title: str = TITLE, **facts: Any) -> dict[str, Any]:
    return {"paperId": "0" * 40, "title": title, "citationCount": 3} | facts


@pytest.fixture
def s2() -> Iterator[Server]:
    """Semantic Scholar, which knows every paper until it is told otherwise."""

    def respond(request: Request) -> None:
        request.answer_json([entry(f"Paper {one.rpartition('.')[2]}", paperId=None) for one in asked_ids(request)])

    with serving(respond) as server:
        yield server


def run_s2(server: Server, **options: Any) -> IngestRun:
    return run_source(enricher("s2", server.address, **options), report=lambda *_: None)


# What is added


def test_facts_are_added_and_nothing_that_arxiv_says_is_replaced() -> None:
    paper = known_paper()
    before = paper.title, paper.abstract, paper.authors_text, paper.submitted_at, paper.arxiv_id
    write("s2", record("s2", answer("s2")))
    paper = write("openalex", record("openalex", answer("openalex")))
    assert (paper.title, paper.abstract, paper.authors_text, paper.submitted_at, paper.arxiv_id) == before
    # The greatest count; the rest from the first that says it.
    assert (paper.venue, paper.citation_count) == ("Journal of Small Sums", 14)
    assert paper.open_access_url == "https://papers.sums.example.org/lamp.pdf"
    assert paper.fields_of_study == ["Physics and Astronomy", "Engineering"]
    assert {"arXiv 2512.00042", "DOI 10.1000/lamp"} <= {str(name) for name in paper.identifiers.all()}


def test_a_sample_paper_keeps_its_sample_facts() -> None:
    sample = {"source_score": 40, "listed_on": date(2025, 12, 25)}
    changed = {name: getattr(ARXIVS, name) for name in PaperRecord.__slots__} | sample
    write("sample", PaperRecord(**changed))
    paper = write("s2", record("s2", answer("s2")))
    assert (paper.title, paper.source_score, paper.listed_on) == (TITLE, 40, date(2025, 12, 25))
    assert paper.citation_count == 14


def test_the_sample_goes_whole_although_others_were_asked_about_it() -> None:
    write("sample", ARXIVS)
    write("s2", record("s2", answer("s2")))
    assert remove_sample(NOW).papers == 1
    assert not Paper.objects.exists()


def test_no_paper_is_made_where_the_one_that_was_asked_about_is_gone() -> None:
    item = record("s2", answer("s2"))
    run = IngestRun.objects.create(source="s2", started_at=NOW, heartbeat_at=NOW)
    counts = write_batch("s2", [item], run, NOW)
    assert (counts.created, counts.rejected, Paper.objects.count()) == (0, 1, 0)
    assert RejectedRecord.objects.get().reason == "No paper is known by arXiv 2512.00042 any more."
    # The same title does not make it another paper's either.
    other = known_paper(identifiers=(("arxiv", "2512.00077"),), key="2512.00077")
    assert write_batch("s2", [item], run, NOW).rejected == 1
    other.refresh_from_db()
    assert other.citation_count is None


def test_a_learnt_doi_that_is_another_papers_stays_there() -> None:
    known_paper()
    other = make_paper("Other", arxiv_id="2512.00099")
    other.identifiers.create(scheme="doi", value="10.1000/lamp")
    run = IngestRun.objects.create(source="s2", started_at=NOW, heartbeat_at=NOW)
    assert write_batch("s2", [record("s2", answer("s2"))], run, NOW).updated == 1
    assert other.identifiers.filter(scheme="doi").exists()
    assert Paper.objects.get(arxiv_id="2512.00042").citation_count == 14


def test_a_later_lower_count_is_an_earlier_look() -> None:
    known_paper()
    write("s2", record("s2", answer("s2")))
    good, _ = answer("s2")
    assert write("s2", record("s2", [good | {"citationCount": 2}, None])).citation_count == 14


def test_staffs_word_stands_and_a_name_that_they_deny_takes_its_facts_along() -> None:
    paper = known_paper(identifiers=(*ARXIVS.identifiers, ("doi", "10.1000/lamp")))
    write("openalex", record("openalex", answer("openalex")))
    correct_paper(paper, {"venue": "Sums, Small"}, NOW)
    paper.refresh_from_db()
    assert (paper.venue, paper.citation_count) == ("Sums, Small", 12)
    remove_identifier(paper, "doi", "10.1000/lamp", NOW)
    paper.refresh_from_db()
    assert (paper.venue, paper.citation_count, paper.open_access_url) == ("Sums, Small", None, "")


# What is believed


@pytest.mark.parametrize("title", ["Lamps: a Catalogue", "Small Planets", "On the Weighing"])
def test_a_doi_that_leads_to_another_title_is_rejected_with_both(title: str) -> None:
    (item,) = ask(
        "openalex",
        lambda request: request.answer_json({"results": [answer("openalex")["results"][0] | {"title": title}]}),
        names=(("doi", "10.1000/lamp"),),
    )
    assert isinstance(item, RejectedItem)
    assert item.reason == f"Its title is “{title}”, and the paper’s “{TITLE}”."


@pytest.mark.parametrize(
    "title",
    [
        "ON THE WEIGHING OF SMALL PLANETS BY LAMPLIGHT",
        "On the weighing of small planets by lamplight: a second look",
        "On the <sub>Weighing</sub> of small planets by &amp;#233;lan of lamplight",
        "On the Weighing of Planets by Lamplight",
    ],
)
def test_the_same_title_may_differ_a_little(title: str) -> None:
    work = answer("openalex")["results"][0] | {"title": title}
    assert record("openalex", {"results": [work]}, names=(("doi", "10.1000/lamp"),)).citation_count == 12


def test_a_new_title_of_the_same_arxiv_id_keeps_the_facts_but_not_a_learnt_doi() -> None:
    good, _ = answer("s2")
    item = record("s2", [good | {"title": "Lamps and What They Weigh"}, None])
    assert (item.citation_count, item.identifiers) == (14, (("arxiv", "2512.00042"),))
    assert known_paper().title == TITLE
    assert write("s2", item).title == TITLE


def test_a_doi_that_misleads_does_not_hide_what_the_arxiv_id_tells() -> None:
    first, second, _ = answer("openalex")["results"]
    item = record("openalex", {"results": [first | {"title": "Lamps: a Catalogue"}, second]})
    assert (item.asked, item.citation_count) == ("arxiv:2512.00042", 3)


def test_a_rejected_answer_is_taken_once_the_title_agrees() -> None:
    paper = known_paper(identifiers=(("doi", "10.1000/lamp"),), title="Lamps: a Catalogue", key="lamps")
    with serving(lambda request: request.answer_json(answer("openalex"))) as server:
        run = run_source(enricher("openalex", server.address), report=lambda *_: None)
    assert (run.updated, run.rejected) == (0, 1)
    waiting = RejectedRecord.objects.get()
    assert (waiting.key, Enquiry.objects.get().answer) == ("10.1000/lamp", "rejected")
    assert retry_records([waiting.pk], NOW).still
    RejectedRecord.objects.update(context=waiting.context | {"title": TITLE})
    assert retry_records([waiting.pk], NOW).taken
    paper.refresh_from_db()
    assert paper.citation_count == 12


def test_a_new_answer_takes_the_place_of_one_that_was_rejected_and_what_is_aside_stays_aside() -> None:
    known_paper(identifiers=(("doi", "10.1000/lamp"),), title="Lamps: a Catalogue", key="lamps")
    work = answer("openalex")["results"][0]
    with serving(lambda request: request.answer_json({"results": [work]})) as server:

        def run_again() -> IngestRun:
            return run_source(enricher("openalex", server.address, older_than=0), report=lambda *_: None)

        run_again()
        dismiss_records(list(RejectedRecord.objects.values_list("pk", flat=True)), NOW)
        # Another count is another item as it came.
        work["cited_by_count"] = 13
        assert run_again().rejected == 1
        assert RejectedRecord.objects.get().raw.count("13") == 1
        assert not RejectedRecord.objects.waiting().exists()
        work["title"] = "Lamps: a Catalogue"
        assert run_again().updated == 1
    assert not RejectedRecord.objects.exists()


# Who is asked


def test_the_newest_are_asked_first_and_the_longest_ago_last() -> None:
    source = ENRICHERS["s2"].from_options({})
    for number in range(1, 5):
        make_paper(f"Paper {number}", arxiv_id=f"2512.0000{number}", listed_on=date(2025, 12, number))
    make_paper("Hidden", arxiv_id="2512.00050", state="hidden")
    make_paper("Nameless", arxiv_id=None)
    asked = {2: 40, 4: 90, 1: 3}  # days ago
    for number, days in asked.items():
        Enquiry.objects.create(
            paper=Paper.objects.get(title=f"Paper {number}"),
            source="s2",
            answer="unknown",
            asked_at=NOW - timedelta(days=days),
        )
    assert [known.title for group in due(source, NOW) for known in group] == ["Paper 3", "Paper 4", "Paper 2"]


@pytest.mark.parametrize("most", [1, 2, 100])
def test_every_paper_is_asked_about_once_in_groups_of_any_size(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(ENRICHERS["s2"], "most", most)
    source = ENRICHERS["s2"].from_options({})
    papers = {make_paper().pk for _ in range(5)}
    for pk in list(papers)[:3]:
        Enquiry.objects.create(paper_id=pk, source="s2", answer="told", asked_at=NOW - timedelta(days=50))
    found = [known.paper for group in due(source, NOW) for known in group]
    assert sorted(found) == sorted(papers)


def test_what_was_asked_is_not_asked_again_until_it_is_old(s2: Server) -> None:
    for number in (1, 2, 3):
        make_paper(f"Paper 0000{number}", arxiv_id=f"2512.0000{number}")
    s2.respond = lambda request: request.answer_json([entry("Paper 00003"), None, None])
    run = run_s2(s2)
    # What is not known there is no failure.
    assert (run.state, run.created, run.updated, run.unchanged, run.rejected, run.cursor) == ("done", 0, 1, 2, 0, 3)
    assert sorted(Enquiry.objects.values_list("answer", flat=True)) == ["told", "unknown", "unknown"]
    assert run_s2(s2).cursor == 0
    assert len(s2.requests) == 1
    Enquiry.objects.filter(answer="unknown").update(asked_at=NOW - timedelta(days=31))
    s2.respond = lambda request: request.answer_json([None] * len(asked_ids(request)))
    assert run_s2(s2).cursor == 2
    assert run_s2(s2, older_than=0).cursor == 3


def test_a_run_that_breaks_off_goes_on_with_the_rest(monkeypatch: pytest.MonkeyPatch, s2: Server) -> None:
    monkeypatch.setattr(ENRICHERS["s2"], "most", 2)
    monkeypatch.setattr("papers.ingest.runner.BATCH_SIZE", 2)
    for number in range(1, 6):
        make_paper(f"Paper 0000{number}", arxiv_id=f"2512.0000{number}")
    s2.respond = in_turn(s2.respond, lambda request: request.answer("Forbidden", 403))
    with pytest.raises(SourceError, match="403"):
        run_s2(s2)
    assert Enquiry.objects.count() == 2
    s2.respond = lambda request: request.answer_json([None] * len(asked_ids(request)))
    assert run_s2(s2).cursor == 3
    assert Enquiry.objects.count() == 5


def test_a_paper_that_is_deleted_meanwhile_does_no_harm(s2: Server) -> None:
    make_paper("Paper 00001", arxiv_id="2512.00001")
    make_paper("Paper 00002", arxiv_id="2512.00002")

    def respond(request: Request) -> None:
        request.answer_json([None] * len(asked_ids(request)))

    s2.respond = respond
    source = enricher("s2", s2.address)
    items = list(source.about(due(source, NOW)))
    Paper.objects.filter(arxiv_id="2512.00001").delete()
    run = IngestRun.objects.create(source="s2", started_at=NOW, heartbeat_at=NOW)
    assert remember(run, items, NOW) == 2
    assert Enquiry.objects.get().paper.arxiv_id == "2512.00002"


# How a service fails


@pytest.mark.parametrize("name", ENRICHERS)
@pytest.mark.parametrize("failure", HEALING)
def test_what_time_may_heal_is_tried_again_and_then_complete(name: str, failure: str) -> None:
    bad, _, sentence = HEALING[failure]
    clock = Clock()
    whole = ask(name, lambda request: request.answer_json(answer(name)))
    assert isinstance(whole[0], PaperRecord)
    assert ask(name, in_turn(bad, lambda request: request.answer_json(answer(name))), clock) == whole
    assert clock.sleeps
    with pytest.raises(SourceError, match=rf"{sentence}.* \(3 attempts\)\.$"):
        ask(name, bad)


@pytest.mark.parametrize("name", ENRICHERS)
@pytest.mark.parametrize("failure", FINAL)
def test_what_asking_again_would_make_worse_ends_the_run_at_once(name: str, failure: str) -> None:
    bad, sentence = FINAL[failure]
    clock = Clock()
    with pytest.raises(SourceError, match=sentence.replace("2,000,000", "100,000")):
        ask(name, bad, clock)
    assert clock.sleeps == []


@pytest.mark.parametrize("name", ENRICHERS)
def test_json_that_breaks_off_is_asked_for_again(name: str) -> None:
    whole = json.dumps(answer(name))
    cut = in_turn(lambda request: request.answer(whole[: len(whole) // 2]), lambda request: request.answer(whole))
    assert isinstance(ask(name, cut)[0], PaperRecord)


@pytest.mark.parametrize("name", ENRICHERS)
def test_a_key_goes_to_no_other_address_than_the_services_own(name: str) -> None:
    with serving(lambda request: request.answer_json(answer(name))) as server:
        source = ENRICHERS[name].from_options({"endpoint": server.address, "keys": {name: "hushhush"}})
        list(source.about([[known_to(source)]]))
    assert server.requests
    assert "hushhush" not in "".join(f"{path} {headers}" for path, headers in server.requests)


@pytest.mark.parametrize("name", ENRICHERS)
def test_no_sentence_and_no_run_repeats_a_key(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda request: request.answer("Forbidden", 403)) as server:
        monkeypatch.setattr(ENRICHERS[name], "service", server.address)
        make_paper("Paper 1").identifiers.create(scheme="doi", value="10.1000/lamp")
        source = ENRICHERS[name].from_options({"endpoint": server.address, "keys": {name: "hushhush"}})
        with pytest.raises(SourceError, match="answered 403") as failed:
            run_source(source, report=lambda *_: None)
    assert "hushhush" not in str(failed.value)
    run = IngestRun.objects.get()
    assert "hushhush" not in f"{run.error} {run.arguments}"
