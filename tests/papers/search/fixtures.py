"""Embedders of a few bytes, for tests that are not about a model."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

WORDS = ("cats", "dogs", "stars", "galaxies")


class WordEmbedder:
    """Each word has a direction of its own, so that texts are near which share words."""

    def __init__(
        self, name: str = "words", dimensions: int = 16, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self.name = name
        self.dimensions = dimensions
        self.asked: list[str] = []
        self._meanwhile = meanwhile

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        meanwhile, self._meanwhile = self._meanwhile, lambda: None
        meanwhile()
        found = np.full((len(texts), self.dimensions), 0.01, np.float32)
        for number, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                found[number, hashlib.sha256(word.encode()).digest()[0] % self.dimensions] += 1
        lengths: NDArray[np.float32] = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / lengths).astype(np.float32)


def make_static_folder(folder: Path) -> Path:
    """A model2vec folder with four words: two of animals, two of the sky."""
    folder.mkdir()
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0} | {word: n for n, word in enumerate(WORDS, start=1)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.array([[0, 0, 0], [1, 0, 0.1], [1, 0.1, 0], [0, 1, 0.1], [0.1, 1, 0]], np.float32)
    header = json.dumps({"embeddings": {"dtype": "F32", "shape": table.shape, "data_offsets": [0, table.nbytes]}})
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header.encode() + table.tobytes())
    return folder
