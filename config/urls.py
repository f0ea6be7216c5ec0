"""All addresses. Ours have no trailing slash, admin's and allauth's have one; the other form redirects."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from papers.views.slashes import with_slash

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    re_path(r"^admin(?:/.*[^/])?$", with_slash, name="admin-without-slash"),
    re_path(r"^accounts(?:/.*[^/])?$", with_slash, name="accounts-without-slash"),
    path("", include("papers.urls")),
]
