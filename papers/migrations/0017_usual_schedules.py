"""What most portals will want to read by itself, off until staff turn it on; and curators may keep it."""

from datetime import datetime, timedelta, timezone

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

EASTERN = "America/New_York"
CURATORS = "Curators"


def add(apps, schema_editor):
    # A week back, so that nothing is lost between a snapshot of today and the first run; for all of arXiv an operator
    # loads a snapshot, or takes --from out.
    begun = (datetime.now(timezone.utc) - timedelta(days=7)).date()
    usual = {
        "arXiv, all that changed": ("arxiv-oai", f"--from {begun}", "daily at 04:30", "UTC", 24),
        "arXiv, the day’s feed": ("arxiv-rss", "cs stat.ML", "Monday to Friday at 00:30", EASTERN, 6),
        "Hugging Face, the daily list": ("hf", "--days 3", "every hour, Monday to Friday", "UTC", 6),
    }
    schedule = apps.get_model("papers", "IngestSchedule")
    for name, (source, arguments, rhythm, zone, hours) in usual.items():
        schedule.objects.get_or_create(
            name=name,
            defaults={
                "source": source, "arguments": arguments, "rhythm": rhythm, "time_zone": zone, "late_after_hours": hours,
            },
        )


def allow(apps, schema_editor):
    # Permissions come after all migrations, which is too late for this one.
    create_permissions(installed.get_app_config("papers"), verbosity=0, apps=apps)
    held = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="papers")
    for group in apps.get_model("auth", "Group").objects.filter(name=CURATORS):
        group.permissions.add(*held.filter(content_type__model="ingestschedule"))
        group.permissions.add(
            *held.filter(codename__in=["view_ingesttrouble", "view_announcedday", "view_announcedpaper"])
        )


def forbid(apps, schema_editor):
    apps.get_model("auth", "Group").permissions.through.objects.filter(
        group__name=CURATORS,
        permission__content_type__app_label="papers",
        permission__content_type__model__in=["ingestschedule", "ingesttrouble", "announcedday", "announcedpaper"],
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0016_schedules"), ("auth", "0012_alter_user_first_name_max_length")]
    # Backwards the rows stay: their table goes, and staff may have changed them.
    operations = [migrations.RunPython(add, migrations.RunPython.noop), migrations.RunPython(allow, forbid)]
