"""Marks of items as they came: the same bytes, read by the same code, say the same. Pure."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

_PAPERS = Path(__file__).resolve().parent.parent


def mark_of(raw: bytes) -> bytes:
    """32 bytes, other ones wherever the item or the code that reads it is another."""
    digest = _reader().copy()
    digest.update(raw)
    return digest.digest()


@cache
def _reader() -> hashlib._Hash:
    """The code that reads: all of ingestion and the pure modules that it builds on, and Python with its Unicode."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted([*_PAPERS.glob("*.py"), *_PAPERS.glob("*.tsv"), *_PAPERS.glob("ingest/**/*.py")]):
        digest.update(path.read_bytes())
    return digest
