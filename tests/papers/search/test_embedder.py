"""Text becomes vectors by the embedder that the portal is set to, or by none with a reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as project

from papers.search import embedder
from papers.search.embedder import Embedder, configured_embedder, embedded_text, embedder_trouble, find_files
from tests.papers.search.fixtures import make_static_folder


def loaded() -> Embedder:
    found = configured_embedder()
    assert found is not None, embedder_trouble()
    return found


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """The bundled model as an operator's own folder."""
    files = find_files("bundled")
    folder = tmp_path / "minilm"
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx/model.onnx").symlink_to(files.weights)
    (folder / "tokenizer.json").symlink_to(files.tokenizer)
    return folder


def test_the_bundled_embedder_puts_texts_near_that_mean_the_same() -> None:
    car, automobile, cake = loaded().embed(
        ["How to repair a car engine", "Automobile motor maintenance", "A recipe for chocolate cake"]
    )
    assert car @ automobile > 2 * (car @ cake)


def test_vectors_have_length_one_and_depend_on_their_own_text_alone() -> None:
    long = "Graph networks pass messages along edges. " * 60
    together = loaded().embed(["Graphs.", long, ""])
    assert together.shape == (3, 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(loaded().embed(["Graphs."])[0], together[0])


def test_the_second_half_of_a_usual_abstract_counts() -> None:
    first, second = "Graph networks pass messages along edges. " * 20, "Corals bleach in warm water. " * 12
    alone, both = loaded().embed([first, first + second])
    assert alone @ both < 0.95


def test_a_paper_without_abstract_is_its_title() -> None:
    assert embedded_text("On graphs", "They are drawn.") == "On graphs. They are drawn."
    assert embedded_text("On graphs", "") == "On graphs"


def test_the_embedder_is_loaded_once() -> None:
    assert configured_embedder() is configured_embedder()


def test_no_page_and_no_job_loads_a_model_before_it_embeds() -> None:
    """A web process must not pay for a model before somebody searches by meaning."""
    check = (
        "import django, sys; django.setup(); import config.urls, papers.tasks, papers.search.similar;"
        "from papers.search.embedder import embedder_trouble; embedder_trouble();"
        "print(sorted({'onnxruntime', 'tokenizers', 'numpy'} & set(sys.modules)))"
    )
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    output = subprocess.run(
        [sys.executable, "-c", check], cwd=project.BASE_DIR, env=environ, capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == "[]"


def test_turned_off_there_is_none_and_a_reason(settings: Any) -> None:
    settings.EMBEDDER = "none"
    assert configured_embedder() is None
    assert embedder_trouble() == "It is turned off: BROADSHEET_EMBEDDER is “none”."


@pytest.mark.parametrize(("setting", "missing"), [("bundled", "onnxruntime"), ("static", "wordllama")])
def test_without_its_packages_there_is_none_and_they_are_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, setting: str, missing: str
) -> None:
    monkeypatch.setattr(embedder, "find_spec", lambda name: None if name == missing else find_spec(name))
    settings.EMBEDDER = setting
    assert configured_embedder() is None
    assert embedder_trouble() == f"Not installed: {missing}."


def test_another_file_than_the_tested_one_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder, "MODEL_SHA256", "0" * 64)
    assert configured_embedder() is None
    assert embedder_trouble().startswith("model.onnx in ")
    assert embedder_trouble().endswith("is not the file that this release was tested with.")


def test_a_folder_of_ones_own_is_named_by_what_is_in_it(settings: Any, model_folder: Path) -> None:
    settings.EMBEDDER = str(model_folder)
    own = loaded()
    settings.EMBEDDER = "bundled"
    assert np.array_equal(own.embed(["Short."]), loaded().embed(["Short."]))
    assert own.name.startswith(f"minilm {embedder.MODEL_SHA256[:12]}, {embedder.TOKENIZER_SHA256[:12]}, 256 tokens")


def test_a_folder_says_how_many_tokens_it_takes_and_how_it_pools(settings: Any, model_folder: Path) -> None:
    (model_folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 64}))
    (model_folder / "1_Pooling").mkdir()
    (model_folder / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    settings.EMBEDDER = str(model_folder)
    own = loaded()
    settings.EMBEDDER = "bundled"
    assert own.name.endswith("64 tokens, cls")
    assert not np.allclose(own.embed(["Short."]), loaded().embed(["Short."]))


def test_a_pin_is_kept(settings: Any, model_folder: Path) -> None:
    settings.EMBEDDER = f"{model_folder}#sha256={embedder.MODEL_SHA256.upper()}"
    assert loaded().dimensions == 384
    settings.EMBEDDER = f"{model_folder}#sha256={'0' * 64}"
    assert configured_embedder() is None
    assert f"has the SHA-256 {embedder.MODEL_SHA256}, not the one" in embedder_trouble()


def test_a_folder_without_a_model_is_called_so(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDER = str(tmp_path)
    assert configured_embedder() is None
    assert embedder_trouble() == f"{tmp_path} holds no model.onnx, onnx/model.onnx or model.safetensors."


def test_a_transformer_without_onnx_file_says_what_to_do(settings: Any, tmp_path: Path) -> None:
    folder = make_static_folder(tmp_path / "bert")
    (folder / "modules.json").write_text(json.dumps([{"type": "sentence_transformers.models.Transformer"}]))
    settings.EMBEDDER = str(folder)
    assert embedder_trouble().endswith("holds a transformer without an ONNX file: export it to onnx/model.onnx.")


def test_a_broken_model_is_no_error_of_the_page(settings: Any, model_folder: Path) -> None:
    (model_folder / "onnx/model.onnx").unlink()
    (model_folder / "onnx/model.onnx").write_bytes(b"not a model")
    settings.EMBEDDER = str(model_folder)
    assert embedder_trouble() == ""
    assert configured_embedder() is None
    assert embedder_trouble().startswith(f"The model in {model_folder}/onnx can't be loaded: ")


def test_a_static_model_is_the_mean_of_its_words(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDER = str(make_static_folder(tmp_path / "tiny"))
    cats, dogs, stars, nothing = loaded().embed(["cats", "dogs and cats", "stars galaxies", "?"])
    assert loaded().dimensions == 3
    assert cats @ dogs > 0.9 > 0.2 > cats @ stars
    assert np.linalg.norm(dogs) == pytest.approx(1)
    assert not nothing.any()
