"""Every job has a worker, and what takes hours has one of its own."""

from __future__ import annotations

from procrastinate.contrib.django import app

from config.workers import QUICK, SLOW, WORKERS, worker_arguments


def queues(name: str) -> set[str]:
    arguments = worker_arguments(name)
    return set(arguments[arguments.index("--queues") + 1].split(","))


def test_every_queue_is_one_workers() -> None:
    used = {task.queue for task in app.tasks.values()}
    assert used <= set.union(*map(queues, WORKERS))
    assert not queues(QUICK) & queues(SLOW)


def test_mail_does_not_wait_behind_a_harvest() -> None:
    assert app.tasks["accounts.tasks.deliver_mail"].queue in queues(QUICK)
    assert app.tasks["papers.tasks.run_schedule"].queue in queues(SLOW)
    assert app.tasks["papers.tasks.retry_rejected"].queue in queues(SLOW)
