"""Answers kept with their validators, so that what did not change needs not be sent again.

The answer itself is kept and not only its validators: a run that was stopped after it had fetched must
find everything again, and a bare "not modified" would lose it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any, Protocol

KEPT_SECONDS = 14 * 86_400
_LARGEST = 2_000_000  # bytes, compressed; a feed of 2,000 papers has about one million


class Memory(Protocol):
    """What Django's cache is; any other will do."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, timeout: int) -> Any: ...


class Forgetful:
    """Remembers nothing."""

    def get(self, key: str) -> Any:
        return None

    def set(self, key: str, value: Any, timeout: int) -> None:
        """Nothing is kept."""


class Kept:
    """The one answer that is kept for an address, if any."""

    def __init__(self, memory: Memory, address: str, params: Mapping[str, str] | None) -> None:
        name = json.dumps([address, sorted((params or {}).items())])
        self._memory, self._key = memory, f"ingest:{hashlib.sha256(name.encode()).hexdigest()}"
        self._found: dict[str, Any] = memory.get(self._key) or {}

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for nothing unless it changed; empty where nothing is kept."""
        asked = {"If-None-Match": self._found.get("etag"), "If-Modified-Since": self._found.get("last_modified")}
        return {name: value for name, value in asked.items() if value}

    @property
    def body(self) -> bytes:
        return zlib.decompress(self._found["body"])

    def keep(self, body: bytes, etag: str, last_modified: str) -> None:
        """Keep an answer that offers a validator and is no giant."""
        packed = zlib.compress(body) if etag or last_modified else b""
        if packed and len(packed) <= _LARGEST:
            facts = {"body": packed, "etag": etag, "last_modified": last_modified}
            self._memory.set(self._key, facts, KEPT_SECONDS)
