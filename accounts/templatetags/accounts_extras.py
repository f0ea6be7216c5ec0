"""Formatting for templates: one line each over a tested function."""

from __future__ import annotations

from django import template

from accounts.browsers import browser_name

register = template.Library()

register.filter("browser_name", browser_name)
