"""Wishes about how a chat begins and ends."""

import attrs

from ... import text
from ...streams import Command, Given
from ..values import Origin


@attrs.frozen(kw_only=True)
class Start(Command):
    """Begin a chat (S0-4).

    Args:
        marks: The visitor's window tells what he has read (`Read`), so what it does not tell of was
            not seen, though the window is open.
    """

    site: text.Word
    queue: text.Word = ""
    name: text.Name = ""
    email: text.OptionalEmail = ""
    question: text.Note = ""
    phone: text.Phone = ""
    fields: text.Values = attrs.field(factory=dict)
    page: text.Url = ""
    title: text.Title = ""
    marks: bool = False
    origin: Given[Origin] = Origin()


@attrs.frozen(kw_only=True)
class LeaveMessage(Command):
    """Leave a message instead of chatting, at once or out of the waiting line (S0-5, S1-23)."""

    site: text.Word
    queue: text.Word = ""
    name: text.Name = ""
    email: text.Email
    question: text.Body
    phone: text.Phone = ""
    fields: text.Values = attrs.field(factory=dict)
    page: text.Url = ""
    title: text.Title = ""
    origin: Given[Origin] = Origin()


@attrs.frozen(kw_only=True)
class GiveUp(Command):
    """Stop looking for an agent: ask the visitor for a message instead (the router's word)."""

    reason: str


@attrs.frozen(kw_only=True)
class Close(Command):
    """End the chat, by either side (S0-39); the desk itself says why.

    Args:
        outcome: How it ended, in a word of its queue; staff say it (S3-5).
    """

    outcome: text.Word = ""
    reason: Given[str] = "answered"


@attrs.frozen(kw_only=True)
class Rate(Command):
    """Rate a closed chat with one of three values: 3 good, 2 okay, 1 bad (S1-29)."""

    value: int
    comment: text.Note = ""


@attrs.frozen(kw_only=True)
class VisitorGone(Command):
    """No connection of the visitor for a while."""


@attrs.frozen(kw_only=True)
class VisitorBack(Command):
    """The visitor is connected again."""
