"""The person who signs in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from accounts.validators import USERNAME_VALIDATORS


class User(AbstractUser):
    """A reader or a member of staff; user names and addresses are unique whatever their case."""

    # Printed in addresses (/users/<name>), so narrower than Django's own.
    username = models.CharField(
        "user name",
        max_length=30,
        unique=True,
        validators=USERNAME_VALIDATORS,
        help_text="3 to 30 letters, digits, hyphens or underscores, beginning with a letter.",
        error_messages={"unique": "This user name is taken."},
    )
    is_sample = models.BooleanField(
        "from the sample", default=False, editable=False, help_text="Goes with `manage.py remove_sample`."
    )

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="user_username_unique", violation_error_message="This user name is taken."
            ),
            models.CheckConstraint(condition=~models.Q(username=""), name="user_username_not_empty"),
        ]
