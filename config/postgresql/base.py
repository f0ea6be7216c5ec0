"""
The backend that settings.DATABASES names.

Nothing starts until something asks for a connection, so `check`, `--help` and type checkers need no database.
"""

import atexit
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client, features

from config.postgresql.errors import DatabaseUnavailable
from config.postgresql.folders import installed_programs
from config.postgresql.server import EmbeddedServer, embedded_server


class DatabaseFeatures(features.DatabaseFeatures):
    # The oldest release that the tests have seen, and that PostgreSQL's makers mend for years to come.
    minimum_database_version = (16,)


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters: Iterable[str]) -> None:
        """Open psql: the embedded server's own where there is one, so that nothing needs installing."""
        bundled = installed_programs() / "psql"
        self.executable_name = str(bundled) if bundled.exists() else shutil.which("psql") or "psql"
        if isinstance(self.connection, DatabaseWrapper):
            self.connection.attach()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient
    features_class = DatabaseFeatures

    @property
    def server(self) -> EmbeddedServer | None:
        """Broadsheet's own server; None when DATABASE_URL names another."""
        home = self.settings_dict.get("EMBEDDED_HOME")
        return embedded_server(Path(home)) if home else None

    def attach(self) -> None:
        """Have the server run, if it is ours, and know its address."""
        if self.server:
            self.server.attach()
            _leave_at_exit(self.server)
            self.settings_dict["HOST"] = str(self.server.folders.socket)
            self.settings_dict["PORT"] = "5432"

    def get_connection_params(self) -> dict[str, Any]:
        # All who connect pass here: Django with and without its pool, and Procrastinate's worker, which takes the
        # parameters for connections of its own.
        self.attach()
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            if self.pool:
                raise
            raise DatabaseUnavailable(self._cannot_connect(error)) from error

    def check_database_version_supported(self) -> None:
        wanted = self.features.minimum_database_version
        if wanted and self.get_database_version() < wanted:
            found = ".".join(map(str, self.get_database_version()))
            raise DatabaseUnavailable(
                f"The PostgreSQL server named in DATABASE_URL is too old: it is {found}, "
                f"and Broadsheet needs {wanted[0]} or newer."
            )

    def _cannot_connect(self, error: Exception) -> str:
        # libpq tells the address again, then what failed, then a line of advice.
        reason = str(error).strip().partition("\n")[0].rpartition("failed: ")[2].rstrip(".")
        if self.server:
            return f"The embedded PostgreSQL in {self.server.folders.root} takes no connection ({reason})."
        settings = self.settings_dict
        host, port = settings["HOST"] or "this machine", settings["PORT"] or "5432"
        return (
            f"Cannot connect to the database {settings['NAME']!r} that DATABASE_URL names, "
            f"on {host}, port {port} ({reason})."
        )


_leaving: set[EmbeddedServer] = set()


def _leave_at_exit(server: EmbeddedServer) -> None:
    if server not in _leaving:
        _leaving.add(server)
        atexit.register(_leave, server)


def _leave(server: EmbeddedServer) -> None:
    # Pooled connections are closed first: the pool's threads would complain about a server that stops under them.
    for pool in vars(base.DatabaseWrapper)["_connection_pools"].values():
        pool.close()
    server.leave()
