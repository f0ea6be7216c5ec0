"""What settings read from the environment; ImproperlyConfigured says in one sentence what is malformed.

An address may hold a password, so where it may, no sentence repeats it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import zoneinfo
from collections.abc import Mapping
from email.utils import parseaddr, quote
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def flag(name: str, default: bool) -> bool:
    value = env.str(name, default=str(default)).strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not “{value}”.")


def port(environ: Mapping[str, str]) -> int:
    value = environ.get("PORT") or "8000"
    if not (re.fullmatch("[0-9]{1,9}", value) and 1 <= int(value) <= 65535):
        raise ImproperlyConfigured(f"PORT must be a number from 1 to 65535, not “{value}”.")
    return int(value)


def public_url() -> str:
    """Where readers reach the portal: scheme, host and perhaps a port, nothing else."""
    default = f"http://127.0.0.1:{port(env.ENVIRON)}"
    url = str(env.str("BROADSHEET_URL", default="") or default).rstrip("/")
    parts = _web_address(url)
    if not parts or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ImproperlyConfigured(f"BROADSHEET_URL must look like https://papers.example.org, not “{url}”.")
    return url


def hosts(default: list[str]) -> list[str]:
    """The host names in ALLOWED_HOSTS, without the blanks around commas."""
    names = [name.strip() for name in env.str("ALLOWED_HOSTS", default="").split(",")]
    return [name for name in names if name] or default


def endpoint(name: str, default: str) -> str:
    """The address of a service that is asked over HTTP."""
    url = str(env.str(name, default="") or default)
    if not _web_address(url):
        raise ImproperlyConfigured(f"{name} must look like {default}, not “{url}”.")
    return url


def embedder() -> str:
    """BROADSHEET_EMBEDDER: a word, or the path of a folder with a model, perhaps with its pin behind a #."""
    value = one_line("BROADSHEET_EMBEDDER", "bundled")
    if value in ("bundled", "static", "none"):
        return value
    folder, _, pin = value.partition("#")
    if not Path(folder).expanduser().is_dir() or (pin and not re.fullmatch("sha256=[0-9A-Fa-f]{64}", pin)):
        raise ImproperlyConfigured(
            f"BROADSHEET_EMBEDDER must be bundled, static, none, or a folder with a model, not “{value}”."
        )
    resolved = str(Path(folder).expanduser().resolve())
    return f"{resolved}#{pin}" if pin else resolved


def whole_number(name: str, default: int, *, least: int) -> int:
    value = str(env.str(name, default="") or default).strip()
    if not (re.fullmatch("[0-9]{1,6}", value) and int(value) >= least):
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not “{value}”.")
    return int(value)


def one_line(name: str, default: str) -> str:
    value = str(env.str(name, default=default))
    if not value.isprintable():
        raise ImproperlyConfigured(f"{name} must be one line.")
    return value


def ingest_keys() -> dict[str, str]:
    """Keys of services that papers are fetched from, by the source's name: INGEST_KEY_S2 is for s2."""
    names = [name for name, value in os.environ.items() if name.startswith("INGEST_KEY_") and value.strip()]
    for name in names:
        if not one_line(name, "").isascii():
            raise ImproperlyConfigured(f"{name} must be of ASCII characters.")
    return {name.removeprefix("INGEST_KEY_").lower().replace("_", "-"): os.environ[name].strip() for name in names}


def sender(name: str, address: str) -> str:
    """From whom mail comes: MAIL_FROM, else the name and the address."""
    shown = f'"{quote(name)}"' if re.search(r'[][\\()<>@,:;".]', name) else name
    value = one_line("MAIL_FROM", f"{shown} <{address}>")
    if "@" not in parseaddr(value)[1]:
        raise ImproperlyConfigured(f"MAIL_FROM must look like Broadsheet <paper@example.org>, not “{value}”.")
    return value


def addresses(name: str) -> list[str]:
    """Mail addresses, separated by commas."""
    found = [part.strip() for part in one_line(name, "").split(",") if part.strip()]
    if any(not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address) for address in found):
        raise ImproperlyConfigured(f"{name} must be addresses such as paper@example.org, separated by commas.")
    return found


def time_zone() -> str:
    name = str(env.str("BROADSHEET_TIMEZONE", default="UTC"))
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ImproperlyConfigured(f"BROADSHEET_TIMEZONE must be a zone such as Europe/Paris, not “{name}”.") from None
    return name


def mail_delivery() -> dict[str, Any]:
    """What EMAIL_URL says, by the names of Django's settings."""
    url = str(env.str("EMAIL_URL", default="") or "filemail://")
    try:
        delivery: dict[str, Any] = env.email_url_config(url)
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587, with a port from 1 to 65535."
        ) from None
    return delivery


def cache() -> dict[str, Any] | None:
    """What CACHE_URL says, as Django's CACHES holds it; None where it says nothing."""
    url = str(env.str("CACHE_URL", default=""))
    if not url:
        return None
    try:
        if urlsplit(url).port == 0:
            raise ValueError
        config: dict[str, Any] = env.cache_url_config(url)
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured("CACHE_URL must look like redis://host:6379/0.") from None
    if config["BACKEND"].endswith("RedisCache") and importlib.util.find_spec("redis") is None:
        raise ImproperlyConfigured("CACHE_URL=redis://… needs the package redis: .venv/bin/pip install redis")
    return config


def _web_address(url: str) -> SplitResult | None:
    """The parts of an HTTP address; None where it is not one."""
    try:
        parts = urlsplit(url)
        possible = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if possible and url.isprintable() and " " not in url else None
