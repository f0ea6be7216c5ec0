"""arXiv's holidays, as a table that staff keep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.admin.paper_acts import FIRST_DAY
from papers.models import Holiday
from papers.services.holidays import remove_holidays, save_holiday

_AHEAD = timedelta(days=3_653)  # ten years


class HolidayForm(forms.ModelForm[Holiday]):
    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= timezone.localdate() + _AHEAD:
            raise forms.ValidationError("Choose a day between arXiv’s first, 14 August 1991, and ten years from now.")
        return day


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin[Holiday]):
    form = HolidayForm
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
