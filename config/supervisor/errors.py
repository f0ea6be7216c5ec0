"""How the supervisor ends before its time."""


class CannotRun(Exception):
    """The portal cannot run. The message is one sentence for the person at the terminal."""


class StopRequested(BaseException):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or the terminal closed. Like KeyboardInterrupt, it is no error."""
