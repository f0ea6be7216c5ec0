"""manage.py ingest enrich: every source that adds to known papers, in turn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from papers.ingest.sources import ENRICHERS
from papers.models import Enquiry, Paper
from tests.factories import make_paper, make_source_record
from tests.papers.ingest.enriched import TITLE, answer
from tests.papers.ingest.server import Request, Server, serving

pytestmark = pytest.mark.django_db


def asked_ids(request: Request) -> list[str]:
    return list(json.loads(request.body)["ids"])


def enrich(*arguments: str) -> str:
    out = StringIO()
    call_command("ingest", "enrich", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Server]]:
    """All services at once; each knows the one paper."""
    make_source_record(make_paper(TITLE, arxiv_id="2512.00042"), "arxiv", identifiers=[["arxiv", "2512.00042"]])
    servers = {}
    with serving(lambda request: request.answer_json([answer("s2")[0]] * len(asked_ids(request)))) as server:
        servers["s2"] = server
        with serving(lambda request: request.answer_json(answer("openalex"))) as other:
            servers["openalex"] = other
            for name, one in servers.items():
                monkeypatch.setattr(ENRICHERS[name], "service", one.address)
            # Those that there will be have answers of their own.
            asked = {name: ENRICHERS[name] for name in servers}
            monkeypatch.setattr("papers.management.commands.ingest.ENRICHERS", asked)
            yield servers


def test_enrich_asks_each_in_turn_and_sums_up(services: dict[str, Server]) -> None:
    told = enrich()
    assert re.findall(r"^(.+):$", told, re.MULTILINE) == ["Semantic Scholar", "OpenAlex"]
    assert told.splitlines()[-1].startswith("created=0 updated=2 ")
    # Semantic Scholar learnt the DOI by which OpenAlex was asked.
    assert "10.1000%2Flamp" in services["openalex"].requests[0][0]
    assert Paper.objects.get().citation_count == 14
    assert "There was nothing to read." in enrich()


def test_one_service_that_fails_does_not_keep_the_others_from_being_asked(services: dict[str, Server]) -> None:
    services["s2"].respond = lambda request: request.answer("Forbidden", 403)
    with pytest.raises(CommandError, match=r"Semantic Scholar: .* answered 403") as failed:
        enrich()
    assert failed.value.returncode == 1
    assert Paper.objects.get().citation_count is not None


def test_a_dry_run_asks_and_keeps_nothing(services: dict[str, Server]) -> None:
    assert "This was a dry run" in enrich("--dry-run")
    assert not Enquiry.objects.exists()
    assert Paper.objects.get().citation_count is None


@pytest.mark.parametrize("days", ["-1", "soon", "1.5"])
def test_an_age_that_is_none_is_refused(days: str) -> None:
    with pytest.raises(CommandError, match="is not a number of days"):
        enrich("--older-than", days)


def test_enrich_is_explained_with_the_sources() -> None:
    out = StringIO()
    call_command("ingest", "--list-sources", stdout=out)
    assert "\nenrich\n" in out.getvalue()
