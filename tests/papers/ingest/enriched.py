"""One paper that every source which adds to known papers is asked about, and what its invented answer is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from papers.ingest.records import PaperRecord, RejectedItem
from papers.ingest.sources import ENRICHERS
from papers.ingest.sources.enriching import Enricher, Enrichment, Known
from tests.papers.ingest.fixtures import invented
from tests.papers.ingest.patience import Clock, polite
from tests.papers.ingest.server import Respond, serving

TITLE = "On the Weighing of Small Planets by Lamplight"
NAMES = (("arxiv", "2512.00042"), ("doi", "10.1000/lamp"))


def answer(name: str) -> Any:
    return json.loads(invented(f"{name}.json"))


def enricher(name: str, address: str, clock: Clock | None = None, **options: Any) -> Enricher:
    source = ENRICHERS[name].from_options({"endpoint": address, **options})
    return replace(source, session=polite(clock or Clock()))


def known_to(source: Enricher, title: str = TITLE, names: tuple[tuple[str, str], ...] = NAMES) -> Known:
    mine = [name for name in names if name[0] in source.schemes]
    return Known(7, title, tuple(sorted(mine, key=lambda name: source.schemes.index(name[0]))))


def ask(name: str, respond: Respond, clock: Clock | None = None, **known: Any) -> list[Enrichment]:
    with serving(respond) as server:
        source = enricher(name, server.address, clock)
        return list(source.about([[known_to(source, **known)]]))


def told(name: str, answered: Any, **known: Any) -> Enrichment:
    """What comes of an answer to the question about the one paper."""
    (item,) = ask(name, lambda request: request.answer_json(answered), **known)
    return item


def record(name: str, answered: Any, **known: Any) -> PaperRecord:
    item = told(name, answered, **known)
    assert isinstance(item, PaperRecord), item
    return item


def rejected(name: str, answered: Any, **known: Any) -> str:
    item = told(name, answered, **known)
    assert isinstance(item, RejectedItem), item
    return item.reason
