"""Curators see how far search by meaning is."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"


def allow(apps, schema_editor):
    # Permissions come after all migrations, which is too late for this one.
    create_permissions(installed.get_app_config("papers"), verbosity=0, apps=apps)
    wanted = apps.get_model("auth", "Permission").objects.filter(codename="view_embeddingmodel")
    for group in apps.get_model("auth", "Group").objects.filter(name=NAME):
        group.permissions.add(*wanted)


def forbid(apps, schema_editor):
    held = apps.get_model("auth", "Group").permissions.through.objects.filter(
        group__name=NAME, permission__codename="view_embeddingmodel"
    )
    held.delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0021_embeddings"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(allow, forbid)]
