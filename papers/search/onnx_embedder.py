"""A transformer as an ONNX file, run by onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from papers.search.embedder import Files


class OnnxEmbedder:
    """See `embedder.Embedder`. Safe to be shared by threads."""

    def __init__(self, files: Files, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads that wait by spinning would take the processor from the pages.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(files.weights), options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._output = self._session.get_outputs()[0].name
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(files.tokens)
        self._pooling = files.pooling
        self.name = files.name
        self.dimensions = len(self._vector(""))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # One by one: a batch was no quicker here, took far more memory, and made a quantised model's vectors depend
        # on their neighbours, since it scales a whole batch by its largest value.
        found = np.empty((len(texts), self.dimensions), np.float32)
        for number, text in enumerate(texts):
            found[number] = self._vector(text)
        return found

    def _vector(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        offered = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        given = {name: value for name, value in offered.items() if name in self._inputs}
        states: NDArray[np.float32] = self._session.run([self._output], given)[0]
        # A model that pools by itself answers with one row a text.
        if states.ndim == 3:
            states = states[:, 0] if self._pooling == "cls" else states.mean(axis=1)
        return unit(states[0])


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vector at length 1; one of nothing but zeros as it is."""
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)
