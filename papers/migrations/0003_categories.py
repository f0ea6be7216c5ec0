from pathlib import Path

from django.db import migrations

TABLE = Path(__file__).resolve().parent.parent / "taxonomy.tsv"


def write_categories(apps, schema_editor):
    """Insert or refresh arXiv's categories; the canonical codes come first, since others point at them."""
    Category = apps.get_model("papers", "Category")
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    for code, group, status, canonical, name in sorted(rows, key=lambda row: bool(row[3])):
        Category.objects.update_or_create(
            code=code,
            defaults={"name": name, "group": group, "status": status or "active", "canonical_id": canonical or None},
        )


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_papers")]
    operations = [migrations.RunPython(write_categories, migrations.RunPython.noop)]
