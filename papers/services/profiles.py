"""What a reader lets others know."""

from __future__ import annotations

from accounts.models import User


def save_profile(user: User, *, about: str, link: str, has_public_upvotes: bool, has_public_comments: bool) -> None:
    """Write the four facts and nothing else; the same again changes nothing."""
    User.objects.filter(pk=user.pk).update(
        about=about, link=link, has_public_upvotes=has_public_upvotes, has_public_comments=has_public_comments
    )
