"""Form widgets of our own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Option = tuple[str, str]  # value, text
Choice = tuple[str, str | tuple[Option, ...]]  # an option, or a group's name and its options


class PlainSelect(forms.Select):
    """A select whose options are joined; Django's own renders three templates for each of some two hundred."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        chosen = self.format_value(value)
        return format_html(
            "<select{}>{}</select>",
            flatatt(attributes),
            _options(_frozen(self.choices), chosen[0] if chosen else ""),
        )


def _frozen(choices: Iterable[Any]) -> tuple[Choice, ...]:
    return tuple(
        (str(value), str(text) if isinstance(text, str) else tuple((str(one), str(other)) for one, other in text))
        for value, text in choices
    )


# The whole taxonomy is the same on every page; an edition's own categories stay the same for a while.
@lru_cache(maxsize=100)
def _options(choices: tuple[Choice, ...], chosen: str) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (_option(value, content, chosen),)
            if isinstance(content, str)
            else (format_html('<optgroup label="{}">{}</optgroup>', value, _options(content, chosen)),)
            for value, content in choices
        ),
    )


def _option(value: str, text: str, chosen: str) -> SafeString:
    selected = " selected" if value == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, text)
