"""Jobs of the accounts; Procrastinate finds them here."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from procrastinate import JobContext, RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

from accounts.mail import read_message
from accounts.services import forget_ended_sessions

# Waits of 4, 16, 64 … seconds: the last try comes about six hours after the first.
_PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=4)
# A delivered message is kept so long for whoever looks why none came; it holds an address, and perhaps a link.
_MAIL_KEPT_HOURS = 7 * 24


@app.task(queue="mail", retry=_PATIENCE, pass_context=False)
def deliver_mail(message: dict[str, Any]) -> None:
    """Send one message through the backend that EMAIL_URL names."""
    read_message(message).send()


@app.periodic(cron="17 4 * * *", periodic_id="clear_sessions")
@app.task(queue="upkeep", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Forget sessions that have run out, as `manage.py clearsessions` does; `timestamp` is when it was due."""
    call_command("clearsessions")
    forget_ended_sessions()


@app.periodic(cron="27 4 * * *", periodic_id="forget_mail")
@app.task(queue="upkeep", pass_context=True)
async def forget_mail(context: JobContext, timestamp: int) -> None:
    """Forget messages that were delivered or given up a week ago: who deletes an account leaves no address behind."""
    await builtin_tasks.remove_old_jobs(context, max_hours=_MAIL_KEPT_HOURS, queue="mail", remove_failed=True)
