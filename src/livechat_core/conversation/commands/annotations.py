"""Wishes to put something on a chat, or to take it off."""

import attrs

from ... import text
from ...streams import Command


@attrs.frozen(kw_only=True)
class Tag(Command):
    """Give the chat a tag (S3-24)."""

    tag: text.Tag


@attrs.frozen(kw_only=True)
class Untag(Command):
    """Take a tag from the chat."""

    tag: text.Tag


@attrs.frozen(kw_only=True)
class ReadMention(Command):
    """Say that the notes in which one is mentioned are read."""
