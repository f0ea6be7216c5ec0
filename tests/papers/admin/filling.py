"""Admin's pages as a browser uses them: forms are read from the page and sent whole."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client

PAPERS = "/admin/papers/paper/"


def fields_of(html: str, form: str) -> dict[str, Any]:
    """What a browser would send of a form, by its CSS selector."""
    found = BeautifulSoup(html, "html.parser").select_one(form)
    assert found is not None, f"There is no form {form}."
    data: dict[str, Any] = {}
    for field in found.select("input[name], textarea[name], select[name]"):
        name, value = str(field["name"]), _value(field)
        if value is not None and name != "csrfmiddlewaretoken":
            data.setdefault(name, []).append(value)
    return data


def _value(field: Tag) -> str | None:
    if field.name == "textarea":
        return field.get_text().removeprefix("\r\n").removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen.get("value", "")) if chosen else None
    if field.get("type") in ("submit", "button") or (
        field.get("type") in ("checkbox", "radio") and not field.has_attr("checked")
    ):
        return None
    return str(field.get("value", ""))


def save(client: Client, address: str, form: str, **changed: Any) -> Any:
    """Open a page, change some fields, and save."""
    data = fields_of(client.get(address).text, form)
    return client.post(address, data | changed, follow=True)


def act(client: Client, name: str, *rows: Model, where: str = PAPERS, **answers: Any) -> Any:
    """Choose rows in a list and an act from its menu."""
    data = {"action": name, "_selected_action": [row.pk for row in rows], **answers}
    return client.post(where, data, follow=True)


def logged(row: Model) -> list[str]:
    """What admin's log says of a row, the latest first."""
    entries = LogEntry.objects.filter(object_id=str(row.pk), content_type__model=row._meta.model_name)
    return [entry.get_change_message() for entry in entries.order_by("-pk")]


def said(response: Any) -> str:
    """The messages on the page."""
    return " ".join(
        found.get_text(" ", strip=True)
        for found in BeautifulSoup(response.text, "html.parser").select(".messagelist li")
    )
