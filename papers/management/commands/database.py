"""Look after Broadsheet's own PostgreSQL server by hand."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection


class Command(BaseCommand):
    help = "Shows, opens or stops the PostgreSQL server that Broadsheet runs for itself."
    # A stopped or broken server is what this command is for.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="Where the database is, and whether it runs.")
        actions.add_parser("stop", help="Stop Broadsheet's own server, unless it is in use.")
        psql = actions.add_parser("psql", help="Open psql; what follows “--” is passed to it.")
        psql.add_argument("parameters", nargs="*")

    def handle(self, *, action: str, parameters: list[str] | None = None, **options: Any) -> None:
        try:
            self._act(action, parameters)
        except (OperationalError, OSError) as error:
            raise CommandError(str(error)) from error

    def _act(self, action: str, parameters: list[str] | None) -> None:
        if action == "psql":
            call_command("dbshell", "--", *(parameters or []))
        elif action == "status":
            self.stdout.write(self._status())
        else:
            self._stop()

    def _status(self) -> str:
        server = _own_server()
        if server is None:
            connection.ensure_connection()
            settings = connection.settings_dict
            host, port = settings["HOST"] or "this machine", settings["PORT"] or "5432"
            version = ".".join(map(str, connection.get_database_version()))
            return f"DATABASE_URL: {settings['NAME']} on {host}, port {port}: PostgreSQL {version}"
        state = f"running, process {server.pid()}" if server.is_running() else "not running"
        return f"Broadsheet's own PostgreSQL: {state}\ndata: {server.folders.data}\nlog: {server.folders.log}"

    def _stop(self) -> None:
        server = _own_server()
        if server is None:
            raise CommandError(
                "DATABASE_URL names a server that Broadsheet did not start, so it does not stop it.",
                returncode=2,
            )
        if server.pid() is None:
            self.stdout.write("Not running.")
        elif server.stop():
            self.stdout.write("Stopped.")
        else:
            raise CommandError("The database is in use: stop `make run` and other commands first.")


def _own_server() -> Any:
    """The backend's server (see config/postgresql); None when DATABASE_URL names another."""
    return getattr(connection, "server", None)
