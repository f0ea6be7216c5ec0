"""Jobs of the accounts; Procrastinate finds them here."""

from __future__ import annotations

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.mail import read_message

# Waits of 4, 16, 64 … seconds: the last try comes about six hours after the first.
_PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(queue="mail", retry=_PATIENCE, pass_context=False)
def deliver_mail(message: dict[str, Any]) -> None:
    """Send one message through the backend that EMAIL_URL names."""
    read_message(message).send()
