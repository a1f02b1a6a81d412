"""Wishes to take part in a chat that a colleague has, or to look on."""

import attrs

from ... import text
from ...streams import Command, Given
from ..values import Seat


@attrs.frozen(kw_only=True)
class Join(Command):
    """Take part beside the agent who has the chat (S1-11)."""

    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class Leave(Command):
    """Take part no more; the chat goes on (S1-12).

    Args:
        to: Who has the chat then, if it is the agent who leaves; the colleague who came first if
            he does not say.
    """

    to: text.Word = ""


@attrs.frozen(kw_only=True)
class LookOn(Command):
    """Look on as a supervisor; the agent is told, the visitor is not (F32)."""


@attrs.frozen(kw_only=True)
class Whisper(Command):
    """Say something to the agent that the visitor never sees (F32)."""

    text: text.Body
