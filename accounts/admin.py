from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from accounts.models import User


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
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Known", {"fields": ["is_sample", "date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    ]
