from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

# Imported first, so that what they register can be replaced below.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db import transaction
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from accounts.forms.staff import AddUserForm, UserForm
from accounts.models import User
from accounts.paging import BoundedPaginator
from accounts.services import deactivate_users, end_sessions, reactivate_users

# Keys of other sites come from the environment, and no token of theirs is kept.
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])

# More at once would hold their rows for long, and nobody has looked at so many.
MOST_AT_ONCE = 1_000
_RIGHTS = ["is_staff", "is_superuser", "groups", "user_permissions"]


class OwnLookupsMixin(admin.ModelAdmin[Any]):
    """A list is narrowed by its own filters alone.

    Django lets a query string compare any column, and so be asked letter by letter for what no page shows: the secret
    of a second step, a session's key, the words of a mail that waits.
    """

    linked_lookups: Sequence[str] = ()  # what links of ours ask besides

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        if lookup in self.linked_lookups:
            return True
        filters = [] if request is None else self.get_list_filter(request)
        own = {_asked_by(one) for one in (*filters, self.date_hierarchy) if one}
        asked = lookup.partition("__")[0]
        return asked in own and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]


@admin.register(User)
class UserAdmin(OwnLookupsMixin, DjangoUserAdmin[User]):
    form = UserForm
    add_form = AddUserForm
    list_display = ["username", "email", "joined", "seen", "votes_cast", "comments_made", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "is_superuser", "is_sample"]
    search_fields = ["username", "email"]
    search_help_text = "A part of the user name or of the address."
    ordering = ("-id",)
    sortable_by = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    readonly_fields = ["is_sample", "last_login", "date_joined"]
    filter_horizontal = ["groups", "user_permissions"]
    actions = ["deactivate", "reactivate"]
    fieldsets = [
        (None, {"fields": ["username", "email", "password"]}),
        ("Profile", {"fields": ["about", "link", "has_public_upvotes", "has_public_comments"]}),
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Known", {"fields": ["is_sample", "date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        users: QuerySet[Any] = super().get_queryset(request)
        # What papers know of a reader is asked by related name.
        counted: QuerySet[Any] = users.annotate(vote_count=_count("votes"), comment_count=_count("comments"))
        return counted

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _within_reach(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _within_reach(request, obj) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = set(self.readonly_fields)
        if not _is_superuser(request):
            # Whoever could give rights could give themselves all of them.
            fields.update(_RIGHTS)
        if obj and obj.pk == request.user.pk:
            # Nobody shuts themselves out by a slip.
            fields.update(("is_active", "is_staff", "is_superuser"))
        if obj and obj.is_sample:
            # Their names are such as nobody else may take, so the form would refuse them.
            fields.add("username")
        return sorted(fields)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """As the act does: an account that is shut here has no session left on the day it is let in again."""
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            end_sessions({obj.pk}, timezone.now())

    @admin.display(description="joined")
    def joined(self, user: User) -> str:
        return f"{user.date_joined:%Y-%m-%d}"

    @admin.display(description="last signed in")
    def seen(self, user: User) -> str:
        return f"{user.last_login:%Y-%m-%d}" if user.last_login else "never"

    @admin.display(description="upvotes")
    def votes_cast(self, user: Any) -> int:
        return int(user.vote_count)

    @admin.display(description="comments")
    def comments_made(self, user: Any) -> int:
        return int(user.comment_count)

    @admin.action(description="Deactivate: shut them out, and end their sessions", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        ids, by = self._ids(request, queryset), cast(User, request.user)
        with transaction.atomic():
            changed = deactivate_users(ids, by, timezone.now())
            _log(request, changed, "Deactivated.")
        _tell(self, request, changed, ids, "deactivated")

    @admin.action(description="Reactivate", permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        ids, by = self._ids(request, queryset), cast(User, request.user)
        with transaction.atomic():
            changed = reactivate_users(ids, by)
            _log(request, changed, "Reactivated.")
        _tell(self, request, changed, ids, "reactivated")

    def _ids(self, request: HttpRequest, users: QuerySet[User]) -> list[int]:
        """Those chosen; none where they are so many that nobody has looked at them."""
        ids = list(users.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(ids) > MOST_AT_ONCE:
            self.message_user(request, f"Choose at most {MOST_AT_ONCE:,} at a time.", messages.WARNING)
            return []
        return ids


@admin.register(EmailAddress)
class AddressAdmin(OwnLookupsMixin, EmailAddressAdmin):  # type: ignore[misc]
    """An address opens its account to whoever reads its mail, so a superuser's are for superusers alone."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _within_reach(request, obj and obj.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _within_reach(request, obj and obj.user) and super().has_delete_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not _is_superuser(request):
            kwargs["queryset"] = User.objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.action(description="Mark selected email addresses as verified", permissions=["change"])
    def make_verified(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        reach = queryset if _is_superuser(request) else queryset.filter(user__is_superuser=False)
        super().make_verified(request, reach)


class ReadOnlyAdmin(OwnLookupsMixin):
    """Rows that staff read, and change nowhere by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SignInAdmin(ReadOnlyAdmin):
    """How a reader signs in."""

    list_select_related = ["user"]
    ordering = ["-id"]
    search_fields = ["user__username__startswith"]


@admin.register(Authenticator)
class AuthenticatorAdmin(SignInAdmin):
    """Never its secret. Staff may delete the steps of somebody who lost them all and is known to be that person."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = None if obj is None else obj.user
        return _within_reach(request, user) and admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(SocialAccount)
class ConnectedAccountAdmin(SignInAdmin):
    list_display = ["user", "provider", "uid", "date_joined", "last_login"]
    list_filter = ["provider"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]


@admin.register(UserSession)
class SessionAdmin(SignInAdmin):
    list_display = ["user", "ip", "user_agent", "created_at", "last_seen_at"]
    fields = ["user", "ip", "user_agent", "created_at", "last_seen_at"]


def _is_superuser(request: HttpRequest) -> bool:
    return cast(User, request.user).is_superuser


def _within_reach(request: HttpRequest, user: User | None) -> bool:
    """Whether whoever asks may change this account: a superuser's is for superusers alone."""
    return user is None or not user.is_superuser or _is_superuser(request)


def _asked_by(one: Any) -> str:
    """What a filter reads in the query string, up to the first double underscore."""
    if isinstance(one, type) and issubclass(one, admin.SimpleListFilter):
        return one.parameter_name or ""
    name = one[0] if isinstance(one, list | tuple) else one
    return str(name).partition("__")[0]


def _count(name: str) -> Coalesce:
    model = cast("type[Model]", User._meta.get_field(name).related_model)
    rows = model._default_manager.filter(user=OuterRef("pk")).order_by().values("user")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def _log(request: HttpRequest, users: Sequence[User], message: str) -> None:
    if users:
        LogEntry.objects.log_actions(request.user.pk, users, CHANGE, message)  # type: ignore[arg-type]


def _tell(model_admin: UserAdmin, request: HttpRequest, changed: Sequence[User], ids: Sequence[int], done: str) -> None:
    if changed:
        model_admin.message_user(request, f"{len(changed)} {done}.", messages.SUCCESS)
    if left := len(ids) - len(changed):
        why = "they were so already, are you yourself, or a superuser’s, whom only a superuser can change"
        model_admin.message_user(request, f"{left} left: {why}.", messages.WARNING)
