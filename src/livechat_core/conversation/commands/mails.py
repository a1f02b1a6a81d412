"""Wishes about mails to the visitor."""

import attrs

from ... import text
from ...streams import Command


@attrs.frozen(kw_only=True)
class EmailTranscript(Command):
    """Send the history to the visitor's address (S0-36)."""

    email: text.Email


@attrs.frozen(kw_only=True)
class MakeLink(Command):
    """Let a link lead back into the chat; it is recorded before it is mailed.

    Args:
        link: SHA-256 of its secret.
    """

    link: str


@attrs.frozen(kw_only=True)
class ComeBack(Command):
    """Come back by a link.

    Args:
        link: SHA-256 of its secret.
        token: SHA-256 of the token with which the visitor goes on.
    """

    link: str
    token: str
