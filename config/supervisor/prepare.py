"""What must be done before the portal answers: a usable database, its tables, the sample, the static files."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config.supervisor.errors import CannotRun
from config.terminal import step

# PostgreSQL's codes, from its appendix "Error Codes".
INSUFFICIENT_PRIVILEGE = "42501"


def prepare_database() -> None:
    with step("Starting the database"):
        connection.ensure_connection()
        _require_vectors()
    executor = MigrationExecutor(connection)
    if count := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        with step("Preparing the tables") as tell:
            call_command("migrate", interactive=False, no_color=True, stdout=_Lines(tell, f"of {count}"))
        connection.close()


def load_sample() -> None:
    """On the first start of all, print the sample catalogue, so that the front page is alive."""
    with step("Loading the sample catalogue") as tell:
        call_command("load_sample", first_start=True, no_color=True, stdout=_Lines(tell))
    connection.close()


def collect_static_files() -> None:
    """Copy, hash and compress the static files, unless that was done already for the same ones."""
    if settings.DEBUG:
        return
    root = Path(settings.STATIC_ROOT)
    done = root.with_name("static.collected")
    fingerprint = _static_fingerprint()
    if root.exists() and done.exists() and done.read_text() == fingerprint:
        return
    with step("Preparing the static files"):
        done.unlink(missing_ok=True)
        root.mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        done.write_text(fingerprint)


def _static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{storage.path(name)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _require_vectors() -> None:
    """Have the vector extension, which a server of somebody else's may lack. CannotRun says what to do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == INSUFFICIENT_PRIVILEGE:
            raise CannotRun(
                "The database named in DATABASE_URL lacks the vector extension: "
                "let a superuser run `CREATE EXTENSION vector` in it."
            ) from error
        major = connection.get_database_version()[0]
        raise CannotRun(
            "The PostgreSQL server named in DATABASE_URL lacks pgvector: "
            f"install it there (on Debian, `apt install postgresql-{major}-pgvector`)."
        ) from error


class _Lines(io.StringIO):
    """Takes a command's output and passes on each line as news of how far it is."""

    def __init__(self, tell: Callable[[str], None], total: str = "") -> None:
        super().__init__()
        self._tell = tell
        self._total = total
        self._applied = 0

    def write(self, text: str) -> int:
        if text.strip():
            self._applied += text.strip().startswith("Applying")
            count = f"{self._applied} {self._total}  " if self._total else ""
            self._tell(f"{count}{text.strip()}")
        return len(text)
