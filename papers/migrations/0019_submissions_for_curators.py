"""What readers submit is the curators' to decide, too; and what they submit themselves needs no second look."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"
CODENAMES = ("view_submission", "change_submission", "submit_at_once")


def allow(apps, schema_editor):
    # Permissions come after all migrations, which is too late for this one.
    create_permissions(installed.get_app_config("papers"), verbosity=0, apps=apps)
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="papers", content_type__model="submission", codename__in=CODENAMES
    )
    for group in apps.get_model("auth", "Group").objects.filter(name=NAME):
        group.permissions.add(*wanted)


def forbid(apps, schema_editor):
    held = apps.get_model("auth", "Group").permissions.through.objects.filter(
        group__name=NAME, permission__content_type__app_label="papers", permission__content_type__model="submission"
    )
    held.delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0018_submissions"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(allow, forbid)]
