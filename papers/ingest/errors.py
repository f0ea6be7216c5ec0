"""The failures that a source may end with."""

from __future__ import annotations


class SourceError(Exception):
    """The source as a whole can't be read: no such file, refused, not what it claims to be.

    The message is one sentence for the operator; the run fails and can be started again.
    """


class OptionError(SourceError):
    """The options don't fit what is to be read; nothing was read."""
