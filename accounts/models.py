"""The person who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower

from accounts.validators import USERNAME_VALIDATORS


class ReaderManager(UserManager["User"]):
    """Keeps addresses in small letters, since allauth looks for them so; forms ask it too, in `User.clean`."""

    use_in_migrations = False

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return super().normalize_email(email).lower()


class User(AbstractUser):
    """A reader or a member of staff; user names and addresses are unique whatever their case.

    Staff need no address; readers sign up with one.
    """

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

    objects: ClassVar[ReaderManager] = ReaderManager()

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="user_username_unique", violation_error_message="This user name is taken."
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_unique",
                violation_error_message="There is an account with this address already.",
            ),
            models.CheckConstraint(condition=~models.Q(username=""), name="user_username_not_empty"),
        ]
