from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """What the tables stand on: extensions, and the cache.

    The cache is UNLOGGED: writing it costs no write-ahead log, and a crash may empty it.
    """

    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
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
