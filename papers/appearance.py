"""What a reader chose for every page: its theme, and whether single keys act. Kept in cookies that the server writes.

Whoever keeps a rendered page for others keeps it by path and `appearance(request)`, which has six values in all.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")
THEME_COOKIE = "theme"
SHORTCUTS_COOKIE = "shortcuts"
_OFF = "off"
_A_YEAR = 60 * 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Appearance:
    theme: str = SYSTEM  # one of THEMES
    shortcuts: bool = True


DEFAULT = Appearance()


def appearance(request: HttpRequest) -> Appearance:
    """The choice that the cookies hold; what no page of ours has written there counts as none."""
    cookies = request.COOKIES
    if THEME_COOKIE not in cookies and SHORTCUTS_COOKIE not in cookies:
        return DEFAULT
    theme = cookies.get(THEME_COOKIE, "")
    return Appearance(theme if theme in THEMES else SYSTEM, cookies.get(SHORTCUTS_COOKIE) != _OFF)


def keep_theme(response: HttpResponse, theme: str) -> None:
    _keep(response, THEME_COOKIE, "" if theme == SYSTEM else theme)


def keep_shortcuts(response: HttpResponse, wanted: bool) -> None:
    _keep(response, SHORTCUTS_COOKIE, "" if wanted else _OFF)


def _keep(response: HttpResponse, name: str, value: str) -> None:
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, value, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")
