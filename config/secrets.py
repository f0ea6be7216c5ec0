"""The key that signs sessions and tokens: from the environment, else made once and kept."""

from __future__ import annotations

import os
import secrets

from django.core.exceptions import ImproperlyConfigured

from config.home import broadsheet_home, make_home


def secret_key(given: str) -> str:
    """Return the given key, else the one kept in BROADSHEET_HOME, which is made on first use."""
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
        return given
    path = broadsheet_home() / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    make_home(path.parent)
    # Written aside and linked into place, so that two first starts agree on one whole key.
    draft = path.with_name(f"secret_key.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
