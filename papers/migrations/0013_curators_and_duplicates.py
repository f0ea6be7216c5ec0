"""Possible duplicates and merges are the curators' to decide on, too."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"
MODELS = ("possibleduplicate", "merge")
CODENAMES = [f"{may}_{model}" for may in ("view", "change") for model in MODELS]


def allow(apps, schema_editor):
    # Permissions come after all migrations, which is too late for this one.
    create_permissions(installed.get_app_config("papers"), verbosity=0, apps=apps)
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="papers", codename__in=CODENAMES
    )
    for group in apps.get_model("auth", "Group").objects.filter(name=NAME):
        group.permissions.add(*wanted)


def forbid(apps, schema_editor):
    held = apps.get_model("auth", "Group").permissions.through.objects.filter(
        group__name=NAME, permission__content_type__app_label="papers", permission__codename__in=CODENAMES
    )
    held.delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0012_possible_duplicates"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(allow, forbid)]
