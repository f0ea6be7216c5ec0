"""What a user name may look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.validators import MinLengthValidator, RegexValidator

USERNAME_VALIDATORS: list[Callable[[Any], None]] = [
    MinLengthValidator(3, "A user name has at least three characters."),
    RegexValidator(
        r"\A[A-Za-z][A-Za-z0-9_-]*\Z",
        "A user name begins with a letter and goes on with letters, digits, hyphens or underscores.",
    ),
    RegexValidator(
        r"\Asample-",
        "Names that begin with “sample-” are for the sample’s readers.",
        inverse_match=True,
        flags=re.IGNORECASE,
    ),
]
