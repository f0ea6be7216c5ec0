"""A row for each day that has papers already; from now on the row comes with the day's first paper."""

from django.db import migrations


def add_days(apps, schema_editor):
    paper, edition = apps.get_model("papers", "Paper"), apps.get_model("papers", "Edition")
    days = paper.objects.exclude(listed_on=None).order_by("listed_on").values_list("listed_on", flat=True).distinct()
    edition.objects.bulk_create(
        [edition(date=day) for day in days], ignore_conflicts=True, batch_size=1_000
    )


def remove_bare_days(apps, schema_editor):
    apps.get_model("papers", "Edition").objects.filter(note="").delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0004_the_desk")]
    operations = [migrations.RunPython(add_days, remove_bare_days)]
