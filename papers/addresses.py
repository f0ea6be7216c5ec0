"""Addresses by the hundred: what `reverse` says, asked once for each name of an address."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, get_urlconf, reverse

# Stands for the value: every pattern accepts it, no address of ours holds it, and quoting leaves it as it is.
_HERE = "0value0"
# What `reverse` leaves unquoted: RFC 3986, section 3.3, and the slash of old arXiv ids.
_SAFE = "!$&'()*+,;=/~:@"


def address_of(name: str, value: str) -> str:
    """The address called `name` for its one value, as `reverse` quotes it.

    `reverse` tries patterns, converters and checks at every call, and a page of thirty rows makes two hundred.
    The value is one that the pattern accepts: an arXiv id, a slug, a category's code.
    """
    return _pattern(name, get_script_prefix(), get_urlconf()).replace(_HERE, quote(value, _SAFE))


@lru_cache(maxsize=100)
def _pattern(name: str, script_prefix: str, urlconf: str | None) -> str:
    return reverse(name, urlconf, args=[_HERE])
