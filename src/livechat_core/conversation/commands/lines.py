"""Wishes to say something."""

import attrs

from ... import text
from ...streams import Command, Given
from ..values import Seat


@attrs.frozen(kw_only=True)
class Post(Command):
    """Say something; the first reply of an agent may take a chat that waits for one (S3-15)."""

    text: text.Body
    seat: Given[Seat | None] = None


@attrs.frozen(kw_only=True)
class Note(Command):
    """Write an internal remark, for colleagues only (S3-19)."""

    text: text.Body
