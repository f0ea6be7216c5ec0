"""Jobs enqueued in the transaction that decides them, whoever runs it.

In a worker, Procrastinate's own app enqueues through a connection of its own: outside of our transaction, so that a
job is there although what it belongs to was rolled back; and waiting for rows that we hold, without end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

# Of whichever thread asks: Django's connection.
job_manager = JobManager(DjangoConnector())


def enqueue(
    task: str,
    *,
    queue: str,
    lock: str | None = None,
    queueing_lock: str | None = None,
    priority: int | None = None,
    schedule_at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Enqueue a task by its name; its own retries hold. Raises AlreadyEnqueued where the queueing lock is taken."""
    configure_task(
        name=task,
        job_manager=job_manager,
        queue=queue,
        lock=lock,
        queueing_lock=queueing_lock,
        priority=priority,
        schedule_at=schedule_at,
    ).defer(**arguments)
