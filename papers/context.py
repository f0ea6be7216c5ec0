"""What every page says of the papers as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from papers.appearance import appearance
from papers.periods import period_of
from papers.services.sample import sample_is_present


def papers(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the reader's choices, the windows, whether the sample is on show (one query, if asked)."""
    today = timezone.localdate()
    return {
        "appearance": appearance(request),
        "this_week": period_of("week", today).code,
        "this_month": period_of("month", today).code,
        "sample_edition": SimpleLazyObject(sample_is_present),
    }
