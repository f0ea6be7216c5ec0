"""Django admin under our name."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class BroadsheetAdminConfig(AdminConfig):
    default_site = "config.admin.BroadsheetAdminSite"


class BroadsheetAdminSite(AdminSite):
    site_header = site_title = "Broadsheet"
    index_title = "The desk"
