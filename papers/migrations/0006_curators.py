"""A group for who keeps the paper without being a superuser: everything on the desk but accounts."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

NAME = "Curators"
CHANGES = ("author", "category", "comment", "edition", "paper", "rejectedrecord")


def add_group(apps, schema_editor):
    # Permissions come after all migrations, which is too late for this one.
    for label in ("papers", "admin"):
        create_permissions(installed.get_app_config(label), verbosity=0, apps=apps)
    every = apps.get_model("auth", "Permission").objects
    permissions = every.filter(content_type__app_label="papers")
    wanted = [f"change_{model}" for model in CHANGES] + ["add_edition"]
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=NAME)
    group.permissions.add(*every.filter(content_type__app_label="admin", codename="view_logentry"))
    group.permissions.add(*permissions.filter(codename__in=wanted), *permissions.filter(codename__startswith="view_"))


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0005_edition_rows"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(add_group, remove_group)]
