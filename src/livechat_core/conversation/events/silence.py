"""What the passing of time alone brings about."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event
from ..values import Seat


@attrs.frozen(kw_only=True)
class WaitedLong(Event):
    """Nobody has taken the chat for long: staff are told once more."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class ReplyOverdue(Event):
    """The agent who has the chat has not said anything yet, and nobody else could take it."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Quieted(Event):
    """Both sides have been silent for long: the chat takes no place of its agent now (F7)."""

    seat: Seat


@attrs.frozen(kw_only=True)
class Stirred(Event):
    """Somebody spoke again in a quiet chat."""

    seat: Seat


@attrs.frozen(kw_only=True)
class ClosingSoon(Event):
    """Nobody has spoken for long: without a line the chat ends at ``until`` (F53)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    until: int


@attrs.frozen(kw_only=True)
class AgentReminded(Event):
    """The agent is reminded: his visitor ``waits``, or has heard nothing for long (``lull``)."""

    audience: ClassVar[Audience] = Audience.STAFF
    seat: Seat
    reason: str


@attrs.frozen(kw_only=True)
class SlaDue(Event):
    """A promised time ends soon: ``first_reply``, ``next_reply`` or ``resolution`` (F51)."""

    audience: ClassVar[Audience] = Audience.STAFF
    kind: str
    due_at: int


@attrs.frozen(kw_only=True)
class SlaBroken(Event):
    """A promised time is over, and what was promised has not happened."""

    audience: ClassVar[Audience] = Audience.STAFF
    kind: str
    due_at: int
