"""A table of one vector a token; a text's vector is their mean. Coarser than a transformer and far quicker."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from papers.search.embedder import Files

_TYPES = {"F16": np.float16, "F32": np.float32}


class StaticEmbedder:
    """See `embedder.Embedder`. Safe to be shared by threads."""

    def __init__(self, files: Files) -> None:
        self._table = read_table(files.weights)
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.name = files.name
        self.dimensions = int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for number, text in enumerate(texts):
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
            if known := [token for token in ids if token < len(self._table)]:
                found[number] = self._table[known].mean(axis=0, dtype=np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        np.divide(found, lengths, out=found, where=lengths > 0)
        return found


def read_table(path: Path) -> NDArray[np.generic]:
    """The one table of a safetensors file, mapped and not read: 8 bytes of length, a JSON header, then the data."""
    with path.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
    tables = [entry for name, entry in header.items() if name != "__metadata__" and len(entry["shape"]) == 2]
    if len(tables) != 1 or tables[0]["dtype"] not in _TYPES:
        raise ValueError("it does not hold one table of 16 or 32 bit numbers")
    rows, columns = tables[0]["shape"]
    start = 8 + length + tables[0]["data_offsets"][0]
    return np.memmap(path, _TYPES[tables[0]["dtype"]], "r", start, (rows, columns))
