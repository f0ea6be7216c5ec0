"""Sign-in with an account elsewhere: the providers that the environment sets up, none by default."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import endpoint, env, one_line

_NAMES = {"github": "GitHub", "google": "Google", "orcid": "ORCID"}
_SETTINGS: dict[str, dict[str, Any]] = {
    "github": {"SCOPE": ["user:email"]},
    "google": {"SCOPE": ["openid", "email", "profile"], "OAUTH_PKCE_ENABLED": True},
    "orcid": {},
}


def sign_in_providers() -> dict[str, dict[str, Any]]:
    """What the environment says, as SOCIALACCOUNT_PROVIDERS holds it: by the name of allauth's provider."""
    providers = {}
    for provider, name in _NAMES.items():
        if keys := _keys(provider.upper()):
            providers[provider] = _SETTINGS[provider] | {"APPS": [keys | {"name": name}]}
    if app := _openid_connect():
        providers["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    return providers


def provider_apps(providers: dict[str, dict[str, Any]]) -> list[str]:
    return [f"allauth.socialaccount.providers.{provider}" for provider in providers]


def _keys(prefix: str) -> dict[str, str] | None:
    """The client id and secret of a provider; None where neither is set."""
    client_id, secret = (one_line(f"{prefix}_CLIENT_{what}", "").strip() for what in ("ID", "SECRET"))
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(f"{prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET must be set together, or neither.")
    return {"client_id": client_id, "secret": secret} if client_id else None


def _openid_connect() -> dict[str, Any] | None:
    keys = _keys("OIDC")
    url = str(env.str("OIDC_URL", default="")).strip().rstrip("/")
    name = one_line("OIDC_NAME", "").strip()
    if not keys and not url and not name:
        return None
    if not keys or not url:
        raise ImproperlyConfigured("OIDC_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together, or none.")
    parts = urlsplit(endpoint("OIDC_URL", "https://huggingface.co"))
    host = parts.hostname or ""
    if parts.scheme != "https" and not _is_loopback(host):
        raise ImproperlyConfigured("OIDC_URL must begin with https://, or anybody on the way could sign in as anyone.")
    return keys | {
        # Named for the issuer and not by OIDC_NAME: accounts of another issuer must never be taken for this one's.
        "provider_id": re.sub(r"[^a-z0-9]+", "-", f"{parts.netloc}{parts.path}".lower()).strip("-"),
        "name": name or host,
        "settings": {"server_url": url},
    }


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
