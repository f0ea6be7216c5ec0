"""What goes into the log, and how much of it."""

from __future__ import annotations

import logging


class RefusalsInOneLine(logging.Filter):
    """A request that was refused is the sender's fault: its line tells enough, a traceback only hides real ones."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
