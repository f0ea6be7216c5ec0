"""What goes wrong with the database before a query is asked."""

from django.db import OperationalError


class DatabaseUnavailable(OperationalError):
    """
    The database cannot be used. The message is one sentence for the person at the terminal, fit to be shown alone.

    It is an OperationalError, so that code which survives a lost database survives this too.
    """


def explain(output: str, folder: object, otherwise: str) -> DatabaseUnavailable:
    """Turn what a program of PostgreSQL printed while it failed into one sentence."""
    if "No space left on device" in output:
        return DatabaseUnavailable(f"The disk that holds {folder} is full: free some space and start again.")
    complaints = [line for line in output.splitlines() if "FATAL:" in line or "ERROR:" in line or "error:" in line]
    reason = complaints[-1].strip() if complaints else output.strip().rpartition("\n")[2]
    return DatabaseUnavailable(f"{otherwise} ({reason or 'it gave no reason'}).")
