from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What the tables stand on: extensions, and the cache.

    The cache is UNLOGGED: writing it costs no write-ahead log, and a crash may empty it.
    """

    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        # Unaccent itself is only STABLE, since its dictionary could be changed; we never do, and an
        # index needs IMMUTABLE. The schema is named, or a changed search path would change the index.
        migrations.RunSQL(
            """
            CREATE FUNCTION broadsheet_unaccent(text) RETURNS text
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            RETURN public.unaccent('public.unaccent'::regdictionary, $1);
            """,
            "DROP FUNCTION broadsheet_unaccent(text)",
        ),
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE broadsheet_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX broadsheet_cache_expires ON broadsheet_cache (expires);
            """,
            "DROP TABLE broadsheet_cache",
        ),
    ]
