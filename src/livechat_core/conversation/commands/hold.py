"""Wishes about a chat on hold."""

import attrs

from ...streams import Command


@attrs.frozen(kw_only=True)
class Snooze(Command):
    """Put the chat on hold (S3-17, F52).

    Args:
        until: When it comes back; 0 until somebody speaks.
    """

    until: int = 0


@attrs.frozen(kw_only=True)
class Wake(Command):
    """Take the chat off hold."""
