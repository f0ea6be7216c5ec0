"""A model in a folder of the operator's own, as sentence-transformers and model2vec lay it out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from papers.search.embedder import EmbedderUnavailable, Files, sha256

# Where the weights may lie, the first that is there.
_WEIGHTS = ("model.onnx", "onnx/model.onnx", "model.safetensors")
_PIN = "#sha256="
_TOKENS = 256
_MOST_TOKENS = 512


def files_in(setting: str) -> Files:
    """The files of `/path/to/folder` or `/path/to/folder#sha256=…`; the pin is of the file with the weights."""
    path, _, pin = setting.partition(_PIN)
    folder = Path(path)
    weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise EmbedderUnavailable(f"{folder} holds no {', '.join(_WEIGHTS[:-1])} or {_WEIGHTS[-1]}.")
    tokenizer = folder / "tokenizer.json"
    if not tokenizer.is_file():
        raise EmbedderUnavailable(f"{folder} holds no tokenizer.json.")
    if weights.suffix == ".safetensors" and (folder / "modules.json").is_file() and not _is_static(folder):
        raise EmbedderUnavailable(f"{folder} holds a transformer without an ONNX file: export it to onnx/model.onnx.")
    fingerprint = sha256(weights)
    if pin and pin.lower() != fingerprint:
        raise EmbedderUnavailable(f"{weights} has the SHA-256 {fingerprint}, not the one that is asked for.")
    tokens = min(int(_read(folder / "sentence_bert_config.json").get("max_seq_length") or _TOKENS), _MOST_TOKENS)
    pooling = _read(folder / "1_Pooling/config.json")
    # Other settings make other vectors, so they are part of the name.
    name = f"{folder.name} {fingerprint[:12]}, {sha256(tokenizer)[:12]}"
    if weights.suffix == ".safetensors":
        return Files(name, weights, tokenizer)
    way = "cls" if pooling.get("pooling_mode_cls_token") else "mean"
    return Files(f"{name}, {tokens} tokens, {way}", weights, tokenizer, tokens, way)


def _is_static(folder: Path) -> bool:
    modules = _read(folder / "modules.json")
    return any("StaticEmbedding" in str(module.get("type")) for module in modules.get("modules", []))


def _read(path: Path) -> dict[str, Any]:
    """What a JSON file says; nothing where there is none."""
    if not path.is_file():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise EmbedderUnavailable(f"{path} is not JSON.") from None
    return said if isinstance(said, dict) else {"modules": said}
