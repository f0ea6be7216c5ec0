"""Django admin under our name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.decorators import rate_limit
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse


class BroadsheetAdminConfig(AdminConfig):
    default_site = "config.admin.BroadsheetAdminSite"


class BroadsheetAdminSite(AdminSite):
    site_header = site_title = "Broadsheet"
    index_title = "The desk"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Limited like the readers' own sign-in, or this door would stand open to guessing."""
        limited: Callable[..., HttpResponse] = rate_limit(action="login")(super().login)
        return limited(request, extra_context=extra_context)
