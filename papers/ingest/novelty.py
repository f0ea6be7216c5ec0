"""Which items of a batch say something new: what changed nothing costs no write, and often no reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from papers.ingest import rows
from papers.ingest.composing import COUNTED
from papers.ingest.records import AnyItem, PaperRecord, RejectedItem, UnreadItem, hash_of, json_text
from papers.ingest.shelf import Item, Stored
from papers.models import SourceRecord
from papers.querysets.lookups import IsOneOf


def items_with_news(source: str, items: Sequence[AnyItem], rejected: list[RejectedItem]) -> list[Item]:
    """The items to write, of each key the last; what can't be read is added to `rejected`."""
    stored = _stored(source, {item.key for item in items})
    said: dict[str, Item | None] = {}  # by key; None for what was read before
    for item in items:
        known = stored.get(item.key)
        if isinstance(item, UnreadItem) and known and known.raw_hash == item.mark:
            said[item.key] = None
            continue
        found = told_by(item)
        if isinstance(found, RejectedItem):
            rejected.append(found)
        else:
            said[found.record.key] = found
    # Keys that could not be seen without reading.
    stored |= _stored(source, said.keys() - {item.key for item in items})
    news, same = [], []
    for told in filter(None, said.values()):
        known = stored.get(told.record.key)
        if known is None or _says_more(told, known):
            news.append(told)
        elif told.mark != known.raw_hash and told.hash == known.content_hash:
            same.append(told)
    # The code that reads has changed, or blanks between words have: the next time nobody needs to read it.
    rows.mark_as_read((source, told.record.key, told.mark) for told in same)
    return news


def told_by(item: AnyItem) -> Item | RejectedItem:
    """What an item says, with all that can be made of it without the database; reads it at most once."""
    if not isinstance(item, UnreadItem):
        return item if isinstance(item, RejectedItem) else _item(item, None)
    if item.told is None:
        found = item.read()
        item.told = found if isinstance(found, RejectedItem) else _item(found, item.mark)
    told: Item | RejectedItem = item.told
    if isinstance(told, Item):
        # Both may be others when a batch that failed is tried again.
        told.stored = told.paper = None
    return told


def _item(record: PaperRecord, mark: bytes | None) -> Item:
    facts = record.facts()
    text = json_text(facts)
    return Item(record, facts, text, hash_of(text), mark)


def _stored(source: str, keys: Iterable[str]) -> dict[str, Stored]:
    """What earlier runs left of these items; most often all that is needed to see that nothing changed."""
    if not (wanted := set(keys) - {""}):
        return {}
    rows = SourceRecord.objects.filter(IsOneOf("key", wanted), source=source).values_list(
        "pk", "key", "paper_id", "content_hash", "raw_hash", "as_of", *(f"facts__{name}" for name in COUNTED)
    )
    return {
        key: Stored(
            *(pk, key, paper_id, bytes(content), raw and bytes(raw), as_of),
            {name: count for name, count in zip(COUNTED, counts, strict=True) if isinstance(count, int)},
        )
        for pk, key, paper_id, content, raw, as_of, *counts in rows
    }


def _says_more(item: Item, known: Stored) -> bool:
    """Set what is known of the item; whether it says anything else."""
    item.stored = known
    # Counts only grow, so a lower one is an earlier look at the same thing.
    greatest = {name: count for name, count in known.counts.items() if count > item.facts.get(name, -1)}
    if greatest:
        item.facts = item.facts | greatest
        item.text = json_text(item.facts)
        item.hash = hash_of(item.text)
    return item.hash != known.content_hash and not _is_older(item.record, known)


def _is_older(record: PaperRecord, known: Stored) -> bool:
    """Whether the source has said something newer of this item already: an old file read late."""
    return record.as_of is not None and known.as_of is not None and record.as_of < known.as_of
