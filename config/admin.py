"""Django admin under our name, behind the readers' own door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

# Whatever app a model of theirs comes from, readers and their accounts stand together.
_PEOPLE = ("accounts", "account", "auth", "mfa", "socialaccount", "usersessions")
_NAMES = {"procrastinate": "Jobs", "admin": "Log"}
_FIRST = ("papers", "accounts")


class BroadsheetAdminConfig(AdminConfig):
    default_site = "config.admin.BroadsheetAdminSite"


class BroadsheetAdminSite(AdminSite):
    site_header = site_title = "Broadsheet"
    index_title = "The desk"
    index_template = "admin/desk.html"
    # What admin does not know is left to the redirect to its slashed form (config.urls), else to our 404.
    final_catch_all_view = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Here, because this module is loaded before there are models.
        from papers.admin.desk import desk

        return super().index(request, {"desk": desk(request.user, timezone.now()), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The apps with papers first; one group for all that has to do with people."""
        found: list[Any] = super().get_app_list(request, app_label)
        if app_label is not None:
            return found
        people = [app for app in found if app["app_label"] in _PEOPLE]
        apps = [app for app in found if app not in people]
        if people:
            ours = next((app for app in people if app["app_label"] == "accounts"), people[0])
            models = sorted((model for app in people for model in app["models"]), key=lambda model: str(model["name"]))
            apps.append({**ours, "name": "People", "models": models})
        apps = [{**app, "name": _NAMES.get(app["app_label"], app["name"])} for app in apps]
        return sorted(apps, key=lambda app: (app["app_label"] not in _FIRST, app["name"] != "Papers", app["name"]))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the readers' sign-in page: one door has one lock, and its limits on guessing."""
        # Here, because this module is loaded before there are models.
        from allauth.account.decorators import secure_admin_login

        login: Callable[..., HttpResponse] = secure_admin_login(super().login)
        try:
            return login(request, extra_context=extra_context)
        except PermissionDenied:
            raise PermissionDenied("Only staff may open the desk, and this account is not staff’s.") from None
