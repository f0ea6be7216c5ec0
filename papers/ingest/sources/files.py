"""Files as operators name them: one, several or a folder, plain or gzip'd, of a size that fits."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

from papers.ingest.sources.base import SourceError

LARGEST_FILE = 100_000_000  # bytes of a file that is read as a whole, after decompression
_GZIP_MAGIC = b"\x1f\x8b"


def find_files(paths: Iterable[str], suffixes: tuple[str, ...]) -> list[Path]:
    """The files named, and those in the folders named that end so, by name; raises SourceError for none."""
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += sorted(file for file in path.iterdir() if file.is_file() and file.name.endswith(suffixes))
        elif path.exists():
            found.append(path)
        else:
            raise SourceError(f"There is no file or folder {path}.")
    if not found:
        raise SourceError(f"There is no file ending in {', '.join(suffixes)} in {', '.join(paths)}.")
    return found


def open_bytes(path: Path) -> IO[bytes]:
    """Open for reading, decompressed where the file begins as gzip does, whatever its name."""
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == _GZIP_MAGIC
        return cast("IO[bytes]", gzip.open(path, "rb")) if is_gzip else path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror or error}.") from None


def read_bytes(path: Path) -> bytes:
    """The whole file; SourceError when it is damaged or larger than what one page or list can be."""
    try:
        with open_bytes(path) as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path} can't be read: {error}.") from None
    if len(data) > LARGEST_FILE:
        raise SourceError(f"{path} has more than {LARGEST_FILE:,} bytes.")
    return data
