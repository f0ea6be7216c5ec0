"""What staff can do to rows: the same acts on many in a list and on one in its form, each logged.

An act calls a service, which says what it changed; whatever it changed gets a line in admin's log, in one transaction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.admin import MOST_AT_ONCE, OwnLookupsMixin
from accounts.paging import BoundedPaginator

_NAMED = 20

Cleaned = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed(ABC):
    """One thing that staff can do to rows."""

    name: str
    menu: str  # in the list's menu
    button: str  # on the row's form
    offered: Callable[[Any], bool] = lambda row: True  # whether the row's form has the button

    @abstractmethod
    def answer(self, acting: ActingAdmin, request: HttpRequest, ids: list[int], back: str) -> HttpResponse:
        """Do it to the rows of these numbers, log it, say what came of it, and go back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainDeed(Deed):
    """A deed of one outcome, perhaps after a question."""

    done: str  # "2 papers …"
    log: Callable[[Cleaned], str]
    form: type[Form] | None = None  # what is asked first
    question: str = ""
    left: str = "as they were already"  # why rows were left

    @abstractmethod
    def carry_out(self, request: HttpRequest, ids: list[int], cleaned: Cleaned, now: datetime) -> Sequence[Model]:
        """Do it, in the transaction of its line in the log; return the rows that changed."""

    def answer(self, acting: ActingAdmin, request: HttpRequest, ids: list[int], back: str) -> HttpResponse:
        return acting.act_on(request, self, ids, back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(PlainDeed):
    """What asks nothing of who does it: its service gets the rows' numbers, the answers of its form, and the time."""

    run: Callable[[list[int], Cleaned, datetime], Sequence[Model]]

    def carry_out(self, request: HttpRequest, ids: list[int], cleaned: Cleaned, now: datetime) -> Sequence[Model]:
        return self.run(ids, cleaned, now)


def told(sentence: str) -> Callable[[Cleaned], str]:
    """A log line that is always the same."""
    return lambda cleaned: sentence


class ActingAdmin(OwnLookupsMixin):
    """Lists that stay quick on any number of rows, with acts."""

    acts: Sequence[Deed] = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    change_form_template = "admin/papers/acting_change_form.html"

    def may_act(self, request: HttpRequest) -> bool:
        """Acts need the right to change, also where no field can be edited by hand."""
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if self.may_act(request):
            actions |= {act.name: (partial(_act_on_selection, act), act.name, act.menu) for act in self.acts}
        return actions

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:number>/act/<slug:act_name>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        whole = isinstance(self.opts.pk, models.IntegerField)
        if whole and not all(number.isascii() and number.isdigit() and len(number) < 19 for number in selected):
            raise BadRequest("What was selected is not a list of numbers.")
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title[:1].upper() + title[1:], **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        if row is not None and self.may_act(request):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_act"
            context["acts"] = [
                (reverse(name, args=[row.pk, act.name]), act.button) for act in self.acts if act.offered(row)
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def act_view(self, request: HttpRequest, number: int, act_name: str) -> HttpResponse:
        """An act on one row, by its form's button."""
        if not self.may_act(request):
            raise PermissionDenied
        act = next((act for act in self.acts if act.name == act_name), None)
        if act is None or not self.model._default_manager.filter(pk=number).exists():
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[number])
        return act.answer(self, request, [number], _back(request, form))

    def act_on(self, request: HttpRequest, act: PlainDeed, ids: list[int], back: str) -> HttpResponse:
        """Ask what the act's form asks, do it, write the log, and go back."""
        cleaned: Cleaned = {}
        if act.form is not None:
            is_answer = "answered" in request.POST
            form = act.form(request.POST if is_answer else None)
            if not (is_answer and form.is_valid()):
                return self._ask(request, act, form, ids, back)
            cleaned = form.cleaned_data
        with transaction.atomic():
            changed = act.carry_out(request, ids, cleaned, timezone.now())
            log(request, changed, act.log(cleaned))
        self._tell(request, act, len(changed), len(ids) - len(changed))
        return HttpResponseRedirect(back)

    def _ask(self, request: HttpRequest, act: PlainDeed, form: Form, ids: list[int], back: str) -> HttpResponse:
        rows = self.model._default_manager.filter(pk__in=ids)
        context = {
            **self.admin_site.each_context(request),
            "title": act.question or act.button,
            "opts": self.opts,
            "act": act,
            "form": form,
            "ids": ids,
            "rows": list(rows.order_by("pk")[:_NAMED]),
            "more": max(0, len(ids) - _NAMED),
            "back": back,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/papers/question.html", context, status=422 if form.is_bound else 200)

    def _tell(self, request: HttpRequest, act: PlainDeed, changed: int, left: int) -> None:
        nouns = {True: self.opts.verbose_name, False: self.opts.verbose_name_plural}
        if changed:
            self.message_user(request, f"{changed:,} {nouns[changed == 1]} {act.done}.", messages.SUCCESS)
        if left:
            self.message_user(request, f"{left:,} {nouns[left == 1]} left: {act.left}.", messages.WARNING)


def log(request: HttpRequest, rows: Sequence[Model], message: str) -> None:
    """A line in admin's log for each row, in one statement."""
    if rows:
        LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, message)  # type: ignore[arg-type]


def _act_on_selection(
    act: Deed, model_admin: ActingAdmin, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    ids = list(queryset.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(ids) > MOST_AT_ONCE:
        model_admin.message_user(request, f"Choose at most {MOST_AT_ONCE:,} at a time.", messages.WARNING)
        return None
    return act.answer(model_admin, request, sorted(ids), _back(request, request.get_full_path()))


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the act was begun: a page of ours that says so, else the row's form or the list."""
    wish = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if is_ours else otherwise
