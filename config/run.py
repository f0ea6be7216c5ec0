"""
`make run`: one process that prepares the portal, starts its web server and workers, and stops all that it started.

It ends with status 0 when it was asked to (Ctrl-C, SIGTERM, the terminal closed), and 1 with one sentence otherwise.
"""

import argparse
import contextlib
import os
import shlex
import sys
import time
import traceback
from pathlib import Path

from config.home import broadsheet_home
from config.supervisor.address import Address, read_address, require_free, wait_until_answering
from config.supervisor.children import Child, Children
from config.supervisor.errors import CannotRun, StopRequested
from config.supervisor.record import RUN_VARIABLE, Record
from config.supervisor.signals import Signals
from config.terminal import say, step
from config.workers import SLOW, WORKERS, worker_arguments

# Threads of the web server, and the pooled connections that they share.
WEB_THREADS = 8
SLOW_WORKER_SECONDS = 5


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m config.run")
    options.add_argument("--parent", type=int, help="end when the process with this number does")
    parent = options.parse_args().parent
    try:
        _run(parent, Signals())
    except StopRequested:
        return 0
    except Exception as error:  # whatever it is, the person at the terminal gets a sentence
        say(_sentence(error))
        return 1
    return 0


def _run(parent: int | None, signals: Signals) -> None:
    started_at = time.monotonic()
    home = broadsheet_home()
    address = read_address(os.environ)
    record = Record(home)
    record.claim(address.url)
    try:
        _set_environment(address, record.run)
        require_free(address)
        _run_portal(address, parent, started_at, record, signals)
    finally:
        record.release()


def _set_environment(address: Address, run: str) -> None:
    os.environ[RUN_VARIABLE] = run
    os.environ["PORT"] = str(address.port)
    os.environ.setdefault("BROADSHEET_URL", address.url)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _run_portal(address: Address, parent: int | None, started_at: float, record: Record, signals: Signals) -> None:
    import django

    django.setup()
    children = Children(_children(address))
    try:
        _prepare(signals)
        children.start()
        with step("Waiting for the web server"):
            wait_until_answering(address, children.watch)
        _print_welcome(time.monotonic() - started_at)
        _watch(children, parent)
    finally:
        # From here on a second Ctrl-C must not cut the stopping short.
        signals.ignore()
        with step("Stopping"):
            record.note_stopping()
            children.stop()
            _stop_database()


def _prepare(signals: Signals) -> None:
    from config.supervisor import prepare

    prepare.prepare_database()
    with signals.heeded():
        prepare.load_sample()
    prepare.collect_static_files()


def _children(address: Address) -> list[Child]:
    from django.conf import settings

    if settings.DEBUG:
        # Django's own server loads changed code anew.
        web = Child("web server", "manage", ["runserver", address.bind], dict(os.environ))
    else:
        arguments = ["--interface", "wsgi", "--host", address.host, "--port", str(address.port)]
        arguments += ["--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "4"]
        arguments += ["--log-level", "error", "config.wsgi:application"]
        environ = {"DATABASE_POOL_SIZE": str(WEB_THREADS), **os.environ}
        web = Child("web server", "granian", arguments, environ)
    # A run may begin a few seconds later; a reader waits for the first page.
    later = {SLOW: SLOW_WORKER_SECONDS}
    workers = [Child(name, "manage", worker_arguments(name), dict(os.environ), later.get(name, 0)) for name in WORKERS]
    return [web, *workers]


def _watch(children: Children, parent: int | None) -> None:
    """Return when the process that started us is gone; StopRequested and CannotRun end it as well."""
    from django.db import connection

    server = getattr(connection, "server", None)
    server_pid = server.pid() if server else None
    while parent is None or os.getppid() == parent:
        children.watch()
        if server:
            # Our own database server, too, is started again when it was killed; asking costs next to nothing.
            server.attach()
            if server.pid() != server_pid:
                say("The database server had stopped, and was started again.")
                server_pid = server.pid()
                for name in WORKERS:
                    children.renew(name)
        time.sleep(0.25)


def _stop_database() -> None:
    from django.db import connection

    connection.close()
    server = getattr(connection, "server", None)
    if server:
        with contextlib.suppress(Exception):
            server.stop()


def _print_welcome(seconds: float) -> None:
    from django.conf import settings

    home = os.environ.get("BROADSHEET_HOME")
    same_home = f"BROADSHEET_HOME={shlex.quote(home)} " if home else ""
    say(f"Broadsheet is ready ({seconds:.1f} s): {settings.BROADSHEET_URL}/")
    say(f"  To become staff:  {same_home}.venv/bin/python manage.py createsuperuser")
    if settings.DELIVERY_EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        say(f"  Mail, such as sign-up links, is written into {settings.EMAIL_FILE_PATH}")
    say("  Ctrl-C stops everything.")


def _sentence(error: Exception) -> str:
    """What to print; of an error that nobody foresaw, where the rest of it is."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError

    from config.postgresql.errors import DatabaseUnavailable

    if isinstance(error, (CannotRun, DatabaseUnavailable, ImproperlyConfigured, CommandError)):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"Broadsheet cannot run: {error.strerror}: {error.filename or broadsheet_home()}"
    return f"Broadsheet cannot run ({type(error).__name__}): see {_write_down(error)}"


def _write_down(error: Exception) -> Path:
    path = broadsheet_home() / "run-error.log"
    path.write_text("".join(traceback.format_exception(error)))
    return path


if __name__ == "__main__":
    sys.exit(main())
