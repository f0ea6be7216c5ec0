"""What an address is told that asks too often."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpResponse

from papers.api.answers import told

_WINDOW_SECONDS = 60  # of searches_too_often


def too_often() -> HttpResponse:
    seconds = _WINDOW_SECONDS - int(time.time()) % _WINDOW_SECONDS
    return told(
        429,
        f"Those were many searches at once. Go on in {seconds} seconds.",
        {
            "Retry-After": str(seconds),
            "RateLimit": f'"search";r=0;t={seconds}',
            "RateLimit-Policy": f'"fixed window";"search";q={settings.SEARCHES_PER_MINUTE};w={_WINDOW_SECONDS}',
        },
    )
