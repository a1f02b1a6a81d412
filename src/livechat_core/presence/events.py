"""What can happen to an agent's working time, and in which phase."""

from enum import StrEnum
from typing import ClassVar

import attrs

from ..streams import Audience, Event


class Phase(StrEnum):
    """Where an agent's working time stands."""

    NEW = "new"
    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    DRAINING = "draining"
    GRACE = "grace"
    ENDED = "ended"


CHOICES = (Phase.AVAILABLE, Phase.BUSY, Phase.AWAY)
LIVE = (*CHOICES, Phase.DRAINING, Phase.GRACE)


@attrs.frozen(kw_only=True)
class Profile:
    """What the settings say of an agent when he signs in."""

    name: str = ""
    queues: tuple[str, ...] = ()
    capacity: int = 0
    tier: int = 0


@attrs.frozen(kw_only=True)
class SignedIn(Event):
    """An agent began to work."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    profile: Profile
    connection: str
    process: str
    last_assigned: int


@attrs.frozen(kw_only=True)
class Connected(Event):
    """One more window."""

    connection: str
    process: str


@attrs.frozen(kw_only=True)
class Disconnected(Event):
    """One window less, others remain."""

    connections: frozenset[str]


@attrs.frozen(kw_only=True)
class GraceBegan(Event):
    """The last window is gone; the agent may be back until a moment."""

    audience: ClassVar[Audience] = Audience.STAFF
    connections: frozenset[str]
    until: int
    slots: frozenset[str]


@attrs.frozen(kw_only=True)
class Returned(Event):
    """The agent is back in time, with the status chosen before."""

    audience: ClassVar[Audience] = Audience.STAFF
    connection: str
    process: str
    status: str


@attrs.frozen(kw_only=True)
class BecameAvailable(Event):
    """The agent takes chats."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class BecameBusy(Event):
    """The agent takes no new chats."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]


@attrs.frozen(kw_only=True)
class BecameAway(Event):
    """The agent is away from the desk."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]


@attrs.frozen(kw_only=True)
class DrainBegan(Event):
    """The agent will be offline once the chats he has are over (F31)."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]


@attrs.frozen(kw_only=True)
class SlotTaken(Event):
    """A place is reserved for a chat."""

    conversation: str


@attrs.frozen(kw_only=True)
class SlotFreed(Event):
    """A place is free again."""

    conversation: str
    missed: bool


@attrs.frozen(kw_only=True)
class Ended(Event):
    """The working time is over: ``offline``, ``connection_lost``."""

    audience: ClassVar[Audience] = Audience.STAFF
    reason: str
    slots: frozenset[str]


_MOVES: dict[type[Event], Phase] = {
    BecameAvailable: Phase.AVAILABLE,
    BecameBusy: Phase.BUSY,
    BecameAway: Phase.AWAY,
    DrainBegan: Phase.DRAINING,
    GraceBegan: Phase.GRACE,
    Ended: Phase.ENDED,
}


def _connected(phase: Phase, *more: type[Event]) -> dict[type[Event], Phase]:
    moves = {event: following for event, following in _MOVES.items() if following is not phase}
    return moves | dict.fromkeys((Connected, Disconnected, SlotFreed, *more), phase)


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {SignedIn: Phase.AVAILABLE},
    Phase.AVAILABLE: _connected(Phase.AVAILABLE, SlotTaken),
    Phase.BUSY: _connected(Phase.BUSY, SlotTaken),
    Phase.AWAY: _connected(Phase.AWAY, SlotTaken),
    Phase.DRAINING: _connected(Phase.DRAINING),
    Phase.GRACE: {
        Returned: Phase.AVAILABLE,
        SlotFreed: Phase.GRACE,
        Ended: Phase.ENDED,
    },
    Phase.ENDED: {},
}
