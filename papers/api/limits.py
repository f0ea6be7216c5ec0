"""What an address is told that asks too often."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

from papers.api.answers import told
from papers.views.access import WINDOW_SECONDS, seconds_to_wait


def too_often() -> HttpResponse:
    seconds = seconds_to_wait()
    return told(
        429,
        f"Those were many searches at once. Go on in {seconds} seconds.",
        {
            "Retry-After": str(seconds),
            "RateLimit": f'"search";r=0;t={seconds}',
            "RateLimit-Policy": f'"fixed window";"search";q={settings.SEARCHES_PER_MINUTE};w={WINDOW_SECONDS}',
        },
    )
