"""Formatting for templates: one line each over a tested function."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from papers.addresses import address_of
from papers.formats import (
    bare_address,
    compact_count,
    few_names,
    host,
    licence_name,
    machine_date,
    short_day,
    short_moment,
    thousands,
)
from papers.identifiers import pdf_address
from papers.marking import mark_words
from papers.mathematics import reachable, render_abstract, render_math
from papers.rows import row
from papers.taxonomy import CATEGORIES

register = template.Library()

register.simple_tag(row)
register.filter("math", render_math)
register.filter("abstract", render_abstract)
register.filter("reachable", reachable)
register.filter("marked", mark_words)
register.filter("compact", compact_count)
register.filter("few_names", few_names)
register.filter("thousands", thousands)
register.filter("bare_address", bare_address)
register.filter("host", host)
register.filter("licence_name", licence_name)
register.filter("pdf_address", pdf_address)


class Narrowing(Protocol):
    """A listing's filters."""

    def query_with(self, name: str, value: str) -> str: ...


@register.simple_tag
def query_with(filters: Narrowing, name: str, value: str) -> str:
    """The query string of a listing with one answer changed or added."""
    return filters.query_with(name, value)


@register.filter
def author_address(slug: str) -> str:
    return address_of("author", slug)


@register.filter
def category_address(code: str) -> str:
    return address_of("category", code)


@register.filter
def category_name(code: str) -> str:
    return CATEGORIES[code].name if code in CATEGORIES else code


@register.filter(expects_localtime=True)
def day(value: date | datetime) -> SafeString:
    """By the portal's clock, short for people: <time datetime="2017-06-12">12 Jun 2017</time>."""
    return format_html('<time datetime="{}">{}</time>', machine_date(value), short_day(value))


@register.filter(expects_localtime=True)
def moment(value: datetime) -> SafeString:
    """By the portal's clock: <time datetime="2017-06-12T14:05:09+00:00">12 Jun 2017, 14:05</time>."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), short_moment(value))
