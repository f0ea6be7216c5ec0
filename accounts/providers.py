"""Other sites whose accounts may sign in here, as SOCIALACCOUNT_PROVIDERS lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """`slug` is how addresses and connected accounts call it."""

    slug: str
    name: str


def configured_providers() -> list[SignInProvider]:
    return [
        SignInProvider(app.get("provider_id") or provider, app["name"])
        for provider, facts in settings.SOCIALACCOUNT_PROVIDERS.items()
        for app in facts["APPS"]
    ]
