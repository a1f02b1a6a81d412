"""A chat that its agent has put on hold."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal
from ..values import Seat


@attrs.frozen(kw_only=True)
class Snoozed(Event):
    """The chat is on hold: until a moment, or until somebody speaks and else ends at another."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    seat: Internal[Seat]
    until: int | None
    closes_at: int | None


@attrs.frozen(kw_only=True)
class Woken(Event):
    """The chat is on hold no more: ``time``, ``visitor`` or ``colleague``."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    seat: Internal[Seat]
    reason: Internal[str]


@attrs.frozen(kw_only=True)
class HolderLeft(Event):
    """Whose chat it was is gone for good; it stays on hold and belongs to nobody."""

    audience: ClassVar[Audience] = Audience.STAFF
    former: Seat
    reason: str
