from __future__ import annotations

from typing import Any

# Imported first, so that what they register can be replaced below.
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from accounts.models import User

# Keys of other sites come from the environment, and no token of theirs is kept.
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    list_display = ["username", "email", "is_active", "is_staff", "is_sample", "date_joined", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "is_sample"]
    search_fields = ["username", "email"]
    ordering = ["-date_joined", "-id"]
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ["is_sample", "last_login", "date_joined"]
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Profile", {"fields": ["about", "link", "has_public_upvotes", "has_public_comments"]}),
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Known", {"fields": ["is_sample", "date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    ]


class SignInAdmin(admin.ModelAdmin[Any]):
    """How a reader signs in: staff look, and change nothing."""

    list_select_related = ["user"]
    search_fields = ["user__username__startswith"]
    show_full_result_count = False
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(SignInAdmin):
    """Never its secret. Staff may delete the steps of somebody who lost them all and is known to be that person."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(SocialAccount)
class ConnectedAccountAdmin(SignInAdmin):
    list_display = ["user", "provider", "uid", "date_joined", "last_login"]
    list_filter = ["provider"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]


@admin.register(UserSession)
class SessionAdmin(SignInAdmin):
    list_display = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    fields = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
