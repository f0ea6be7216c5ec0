"""The person who signs in, and the names of those who left."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import salted_hmac

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

    about = models.TextField(
        "about you",
        max_length=280,
        blank=True,
        validators=[MaxLengthValidator(280)],
        help_text="At most 280 characters of plain text.",
    )
    # No URLField, whose form would warn of Django 6 until then.
    link = models.CharField(
        "link",
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="Your page somewhere else, beginning with https://",
    )
    has_public_upvotes = models.BooleanField("everybody may see which papers I upvoted", default=True)
    has_public_comments = models.BooleanField("my profile lists my comments", default=True)

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

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.username])


class RetiredNameManager(models.Manager["RetiredName"]):
    def includes(self, username: str) -> bool:
        return self.filter(digest=_digest(username)).exists()

    def retire(self, username: str) -> None:
        """Keep a name from being given to somebody else; twice is once."""
        self.bulk_create([RetiredName(digest=_digest(username))], ignore_conflicts=True)


class RetiredName(models.Model):
    """A user name that somebody had until they deleted their account: nobody shall be taken for them.

    Kept as a keyed digest: it can answer "was this one used?" and can't be read.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)

    objects: ClassVar[RetiredNameManager] = RetiredNameManager()

    def __str__(self) -> str:
        return self.digest[:12]


def _digest(username: str) -> str:
    return salted_hmac("accounts.RetiredName", username.lower(), algorithm="sha256").hexdigest()
