"""Wishes to say how far somebody has read."""

import attrs

from ...streams import Command


@attrs.frozen(kw_only=True)
class Read(Command):
    """Say how far the chat has been read: up to this version (F47)."""

    version: int
