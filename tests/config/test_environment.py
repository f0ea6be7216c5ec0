"""A malformed setting stops every start with one sentence, and no password is in it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.config.conftest import Start

SHOW = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""

MALFORMED = {
    "PORT=abc": "PORT must be a number from 1 to 65535, not “abc”.",
    "PORT=70000": "PORT must be a number from 1 to 65535, not “70000”.",
    "BROADSHEET_URL=http://papers.example.org:99999": "BROADSHEET_URL must look like https://papers.example.org, "
    "not “http://papers.example.org:99999”.",
    "BROADSHEET_URL=http://[::1": "BROADSHEET_URL must look like https://papers.example.org, not “http://[::1”.",
    "BROADSHEET_URL=https://papers example.org": "BROADSHEET_URL must look like https://papers.example.org, "
    "not “https://papers example.org”.",
    "BROADSHEET_URL=https://papers.example.org?a=b": "BROADSHEET_URL must look like https://papers.example.org, "
    "not “https://papers.example.org?a=b”.",
    "HF_ENDPOINT=bogus": "HF_ENDPOINT must look like https://huggingface.co, not “bogus”.",
    "INGEST_KEY_S2=hush\nhush": "INGEST_KEY_S2 must be one line.",
    "INGEST_KEY_S2=hüshhush": "INGEST_KEY_S2 must be of ASCII characters.",
    "MAIL_FROM=A\nBcc: b@example.org <a@example.org>": "MAIL_FROM must be one line.",
    "MAIL_FROM=Broadsheet": "MAIL_FROM must look like Broadsheet <paper@example.org>, not “Broadsheet”.",
    "BROADSHEET_NAME=Broad\nsheet": "BROADSHEET_NAME must be one line.",
    "EMAIL_URL=smtp://user:hushhush@mail.example.org:99999": "EMAIL_URL must look like "
    "smtp+tls://user:password@host:587, with a port from 1 to 65535.",
    "EMAIL_URL=smtp://user:hushhush@mail.example.org:abc": "EMAIL_URL must look like "
    "smtp+tls://user:password@host:587, with a port from 1 to 65535.",
    "EMAIL_URL=pigeon://coop": "EMAIL_URL must look like smtp+tls://user:password@host:587, "
    "with a port from 1 to 65535.",
    "GITHUB_CLIENT_ID=abc": "GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET must be set together, or neither.",
    "ORCID_CLIENT_SECRET=hushhush": "ORCID_CLIENT_ID and ORCID_CLIENT_SECRET must be set together, or neither.",
    "GOOGLE_CLIENT_ID=a\nb": "GOOGLE_CLIENT_ID must be one line.",
    "OIDC_CLIENT_SECRET=hushhush": "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together, or neither.",
    "OIDC_URL=https://huggingface.co": "OIDC_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together, or none.",
    "OIDC_NAME=Hugging Face": "OIDC_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together, or none.",
    "BROADSHEET_EMBEDDER=word2vec": "BROADSHEET_EMBEDDER must be bundled, static, none, or a folder with a model, "
    "not “word2vec”.",
    "BROADSHEET_EMBEDDER=/#sha256=abc": "BROADSHEET_EMBEDDER must be bundled, static, none, or a folder with a model, "
    "not “/#sha256=abc”.",
    "BROADSHEET_EMBEDDER_THREADS=0": "BROADSHEET_EMBEDDER_THREADS must be a whole number of at least 1, not “0”.",
    "CACHE_URL=shoebox://attic": "CACHE_URL must look like redis://host:6379/0.",
    "CACHE_URL=redis://:hushhush@cache.example.org:99999": "CACHE_URL must look like redis://host:6379/0.",
}


def answer(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, errors = process.communicate(timeout=60)
    return process.returncode, (output + errors).strip()


def settings_of(home: Path, start: Start, *names: str, **environ: str) -> dict[str, Any]:
    status, said = answer(start(home, "-c", SHOW, *names, **environ))
    assert status == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.parametrize(("setting", "sentence"), MALFORMED.items(), ids=map(repr, MALFORMED))
def test_a_malformed_setting_is_refused_with_a_sentence(home: Path, start: Start, setting: str, sentence: str) -> None:
    name, _, value = setting.partition("=")
    assert answer(start(home, "manage.py", "check", **{name: value})) == (1, sentence)
    assert not (home / "data-18").exists()


@pytest.mark.skipif(importlib.util.find_spec("redis") is not None, reason="the package is installed")
def test_redis_without_its_package_says_how_to_get_it(home: Path, start: Start) -> None:
    assert answer(start(home, "manage.py", "check", CACHE_URL="redis://127.0.0.1:6379/0")) == (
        1,
        "CACHE_URL=redis://… needs the package redis: .venv/bin/pip install redis",
    )


def test_blanks_around_host_names_are_nothing(home: Path, start: Start) -> None:
    found = settings_of(home, start, "ALLOWED_HOSTS", ALLOWED_HOSTS=" papers.example.org , , .example.net ")
    assert found["ALLOWED_HOSTS"] == ["papers.example.org", ".example.net"]


def test_the_keys_of_services_are_by_their_sources_names(home: Path, start: Start) -> None:
    found = settings_of(home, start, "INGEST_KEYS", INGEST_KEY_S2=" hush ", INGEST_KEY_POND_LAKE="hushhush")
    assert found["INGEST_KEYS"] == {"s2": "hush", "pond-lake": "hushhush"}


def test_a_name_with_a_comma_is_still_one_sender(home: Path, start: Start) -> None:
    found = settings_of(home, start, "DEFAULT_FROM_EMAIL", BROADSHEET_NAME="Papers, daily")
    assert found["DEFAULT_FROM_EMAIL"] == '"Papers, daily" <paper@127.0.0.1>'


def test_what_is_set_to_nothing_is_as_if_it_were_not_set(home: Path, start: Start) -> None:
    names = ["PORT", "BROADSHEET_URL", "ALLOWED_HOSTS", "HF_ENDPOINT", "EMAIL_URL", "CACHE_URL", "INGEST_KEY_S2"]
    asked = ["BROADSHEET_URL", "ALLOWED_HOSTS", "HF_ENDPOINT", "DELIVERY_EMAIL_BACKEND", "INGEST_KEYS"]
    assert settings_of(home, start, *asked, **dict.fromkeys(names, "")) == settings_of(home, start, *asked)


OIDC = {"OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "hushhush"}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("huggingface.co", "OIDC_URL must look like https://huggingface.co, not “huggingface.co”."),
        ("http://sso.example.org", "OIDC_URL must begin with https://, or anybody on the way could sign in as anyone."),
    ],
)
def test_an_issuer_that_can_not_be_trusted_is_refused(home: Path, start: Start, url: str, sentence: str) -> None:
    assert answer(start(home, "manage.py", "check", OIDC_URL=url, **OIDC)) == (1, sentence)


def test_the_providers_whose_keys_are_set_are_installed_and_no_other(home: Path, start: Start) -> None:
    def installed(**environ: str) -> list[str]:
        apps = settings_of(home, start, "INSTALLED_APPS", **environ)["INSTALLED_APPS"]
        return [app.split(".")[-1] for app in apps if ".providers." in app]

    assert installed() == []
    keys = {f"{name}_CLIENT_{what}": "x" for name in ("GITHUB", "GOOGLE", "ORCID") for what in ("ID", "SECRET")}
    everything = keys | OIDC | {"OIDC_URL": "https://sso.example.org/realms/lab/", "OIDC_NAME": "The Lab"}
    assert installed(**everything) == ["github", "google", "orcid", "openid_connect"]
    assert answer(start(home, "manage.py", "check", **everything))[0] == 0
    found = settings_of(home, start, "SOCIALACCOUNT_PROVIDERS", **everything)["SOCIALACCOUNT_PROVIDERS"]
    assert found["openid_connect"]["APPS"][0]["provider_id"] == "sso-example-org-realms-lab"
    assert found["openid_connect"]["APPS"][0]["settings"] == {"server_url": "https://sso.example.org/realms/lab"}
