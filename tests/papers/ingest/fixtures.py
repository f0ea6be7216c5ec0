"""Small answers of sources, invented by us, in tests/data/ingest."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "data" / "ingest"


def invented(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
