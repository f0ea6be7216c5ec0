"""arXiv's holidays, as a table that staff keep."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.models import Holiday
from papers.services.holidays import remove_holidays, save_holiday


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin[Holiday]):
    list_display = ["day", "name"]
    date_hierarchy = "day"
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        self._tell(request, save_holiday(obj, timezone.now()))

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        self._tell(request, remove_holidays([obj.pk], timezone.now()))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        self._tell(request, remove_holidays(list(queryset.values_list("pk", flat=True)), timezone.now()))

    def _tell(self, request: HttpRequest, moved: int) -> None:
        if moved:
            noun = "paper was" if moved == 1 else "papers were"
            self.message_user(request, f"{moved:,} {noun} dated anew.", messages.SUCCESS)
