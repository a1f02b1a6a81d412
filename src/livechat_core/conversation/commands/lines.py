"""Wishes to say something."""

import attrs

from ... import text
from ...streams import Command, Given
from ..values import Seat, Situation


@attrs.frozen(kw_only=True)
class Post(Command):
    """Say something; the first reply of an agent may take a chat that waits for one (S3-15).

    Args:
        text: What is said.
        html: The same as harmless markup (S2-19), from staff who may format.
    """

    text: text.Body
    html: Given[str] = ""
    seat: Given[Seat | None] = None
    situation: Given[Situation] = Situation()


@attrs.frozen(kw_only=True)
class Note(Command):
    """Write an internal remark, for colleagues only (S3-19).

    Args:
        mentions: Ids of colleagues whose attention it wants (S3-27).
    """

    text: text.Body
    mentions: tuple[str, ...] = ()
