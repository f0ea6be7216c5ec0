"""Django admin under our name, behind the readers' own door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


class BroadsheetAdminConfig(AdminConfig):
    default_site = "config.admin.BroadsheetAdminSite"


class BroadsheetAdminSite(AdminSite):
    site_header = site_title = "Broadsheet"
    index_title = "The desk"
    # What admin does not know is left to the redirect to its slashed form (config.urls), else to our 404.
    final_catch_all_view = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the readers' sign-in page: one door has one lock, and its limits on guessing."""
        # Here, because this module is loaded before there are models.
        from allauth.account.decorators import secure_admin_login

        login: Callable[..., HttpResponse] = secure_admin_login(super().login)
        try:
            return login(request, extra_context=extra_context)
        except PermissionDenied:
            raise PermissionDenied("Only staff may open the desk, and this account is not staff’s.") from None
