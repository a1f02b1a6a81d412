"""What staff put on a chat: tags, and colleagues whom they mention."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Personal


@attrs.frozen(kw_only=True)
class Tagged(Event):
    """The chat has a tag (S3-24)."""

    audience: ClassVar[Audience] = Audience.STAFF
    tag: Personal[str]
    by: str


@attrs.frozen(kw_only=True)
class Untagged(Event):
    """The chat does not have the tag any more."""

    audience: ClassVar[Audience] = Audience.STAFF
    tag: Personal[str]
    by: str


@attrs.frozen(kw_only=True)
class Mentioned(Event):
    """A colleague was mentioned in the note before this event (S3-27)."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    name: str
    by: str


@attrs.frozen(kw_only=True)
class MentionRead(Event):
    """The colleague has read where he was mentioned."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
