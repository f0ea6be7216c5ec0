"""What the pages of an account may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.providers import configured_providers


def accounts(request: HttpRequest) -> dict[str, Any]:
    """The other sites that one may sign in with here; none by default. No query."""
    return {"sign_in_providers": configured_providers()}
