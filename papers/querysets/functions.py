"""Functions of our database, for queries and indexes."""

from __future__ import annotations

from django.db.models import Func, TextField


class Unaccent(Func):
    """Text without accents, by PostgreSQL's own table: Łukasz as Lukasz, Veličković as Velickovic."""

    function = "broadsheet_unaccent"
    output_field = TextField()
