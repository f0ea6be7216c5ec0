"""Which worker does which jobs, so that what takes hours never keeps mail waiting."""

# Their jobs may take hours; those of every other queue take seconds.
SLOW_QUEUES = ("ingest", "embed")
QUICK, SLOW = "job worker", "ingest worker"
WORKERS = (QUICK, SLOW)
# At once, in threads: several sources, and several letters while one mail server dawdles.
_QUICK_JOBS, _SLOW_JOBS = 2, 4
# A job of seconds may end when its worker is told to stop. One of hours is told so at once, ends after the item in
# hand, and goes on at the next start.
_QUICK_STOP_SECONDS = 3


def worker_arguments(name: str) -> list[str]:
    """What follows `manage.py` to start that worker; Django must have been set up."""
    from procrastinate.contrib.django import app

    quick = sorted({task.queue for task in app.tasks.values()} - set(SLOW_QUEUES))
    queues, jobs, seconds = (
        (SLOW_QUEUES, _SLOW_JOBS, 0) if name == SLOW else (tuple(quick), _QUICK_JOBS, _QUICK_STOP_SECONDS)
    )
    return [
        *("procrastinate", "worker", "--queues", ",".join(queues), "--concurrency", str(jobs)),
        *("--shutdown-graceful-timeout", str(seconds)),
        # A mail that was sent holds a link that may still work; one that could not be sent stays for staff to see.
        *("--delete-jobs", "successful"),
    ]
