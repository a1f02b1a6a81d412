"""What can happen to an agent's working time, and in which phase."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from ..streams import Audience, Event, Facts


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
    """What settings and records say of an agent; see `rules.Staff`.

    Args:
        version: Of the record; 0 for what the settings say.
    """

    name: str = ""
    queues: tuple[str, ...] = ()
    capacity: int = 0
    tier: int = 0
    tiers: Mapping[str, int] = attrs.field(factory=dict)
    skills: Mapping[str, int] = attrs.field(factory=dict)
    languages: tuple[str, ...] = ()
    version: int = 0


@attrs.frozen(kw_only=True)
class Carried:
    """What an agent's next working time takes over from the last one.

    Args:
        last_assigned: When he was last given a chat.
        idle_since: When he last had one less.
        missed: Offers missed in a row.
        status: What he had chosen, a custom status included; ``offline`` is not kept.
        recent: When he was given chats lately, for the pace (F21).
    """

    last_assigned: int = 0
    idle_since: int = 0
    missed: int = 0
    status: str = ""
    recent: tuple[int, ...] = ()

    @classmethod
    def of(cls, facts: Facts) -> "Carried":
        """Return what the facts of the last working time say; an old desk's say less."""
        return cls(
            last_assigned=facts["last_assigned"],
            idle_since=facts.get("idle_since", 0),
            missed=facts["missed"],
            status=facts.get("chosen", ""),
            recent=tuple(facts.get("recent", ())),
        )


@attrs.frozen(kw_only=True)
class SignedIn(Event):
    """An agent began to work."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    profile: Profile
    connection: str
    process: str
    last_assigned: int
    idle_since: int = 0
    missed: int = 0
    status: str = ""
    recent: tuple[int, ...] = ()
    ready_at: int = 0


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
class ChatsKept(Event):
    """The grace is over; the chats stay with the agent until he is back."""

    audience: ClassVar[Audience] = Audience.STAFF
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
    """The agent takes chats; ``status`` is the custom status that says so (F28)."""

    audience: ClassVar[Audience] = Audience.STAFF
    status: str = ""


@attrs.frozen(kw_only=True)
class BecameBusy(Event):
    """The agent takes no new chats; ``status`` is the custom status that says so (F28)."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]
    status: str = ""


@attrs.frozen(kw_only=True)
class BecameAway(Event):
    """The agent is away from the desk; ``reason`` is ``missed`` when he did not say so (F29)."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]
    status: str = ""
    reason: str = ""


@attrs.frozen(kw_only=True)
class DrainBegan(Event):
    """The agent will be offline once the chats he has are over (F31)."""

    audience: ClassVar[Audience] = Audience.STAFF
    slots: frozenset[str]


@attrs.frozen(kw_only=True)
class SlotTaken(Event):
    """A place is reserved for a chat; the next one may be assigned from ``ready_at`` on (F21)."""

    conversation: str
    queue: str = ""
    weight: int = 1
    ready_at: int = 0


@attrs.frozen(kw_only=True)
class SlotQuiet(Event):
    """Both sides of a chat are silent; it takes no place for now (F7)."""

    conversation: str


@attrs.frozen(kw_only=True)
class SlotStirred(Event):
    """A quiet chat goes on and takes its place again (F7)."""

    conversation: str


@attrs.frozen(kw_only=True)
class WrapUpBegan(Event):
    """A chat is over; its agent has time for notes, which takes a place or not (F26)."""

    conversation: str
    until: int
    counts: bool


@attrs.frozen(kw_only=True)
class SlotFreed(Event):
    """A place is free again."""

    conversation: str
    missed: bool
    answered: bool = False


@attrs.frozen(kw_only=True)
class ChatJoined(Event):
    """The agent takes part in a chat that another one has."""

    conversation: str
    weight: int = 0


@attrs.frozen(kw_only=True)
class ChatLeft(Event):
    """He takes part in it no more."""

    conversation: str


@attrs.frozen(kw_only=True)
class OfferTaken(Event):
    """The agent has taken an offer after he had missed others: he is there."""


@attrs.frozen(kw_only=True)
class CapacitySet(Event):
    """A supervisor changed how much the agent can have at a time."""

    audience: ClassVar[Audience] = Audience.STAFF
    capacity: int


@attrs.frozen(kw_only=True)
class ProfileSet(Event):
    """A supervisor changed what the agent serves and can do."""

    audience: ClassVar[Audience] = Audience.STAFF
    profile: Profile


@attrs.frozen(kw_only=True)
class CallBegan(Event):
    """The agent is in a call."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class CallEnded(Event):
    """The agent's call is over."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Ended(Event):
    """The working time is over: ``offline``, ``connection_lost``, ``dismissed``."""

    audience: ClassVar[Audience] = Audience.STAFF
    reason: str
    slots: frozenset[str]


_CHOSEN: dict[type[Event], Phase] = {
    BecameAvailable: Phase.AVAILABLE,
    BecameBusy: Phase.BUSY,
    BecameAway: Phase.AWAY,
}
_TAKING: tuple[type[Event], ...] = (SlotTaken, OfferTaken, ChatJoined)
_STAYING: tuple[type[Event], ...] = (
    *(SlotQuiet, SlotStirred, WrapUpBegan, SlotFreed, ChatLeft),
    *(CapacitySet, ProfileSet, CallBegan, CallEnded),
)


def _connected(phase: Phase, *more: type[Event]) -> dict[type[Event], Phase]:
    staying = dict.fromkeys((Connected, Disconnected, *_STAYING, *more), phase)
    return {**_CHOSEN, **staying, GraceBegan: Phase.GRACE, Ended: Phase.ENDED}


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {SignedIn: Phase.AVAILABLE},
    Phase.AVAILABLE: {
        **_connected(Phase.AVAILABLE, *_TAKING),
        DrainBegan: Phase.DRAINING,
    },
    Phase.BUSY: {**_connected(Phase.BUSY, *_TAKING), DrainBegan: Phase.DRAINING},
    Phase.AWAY: {**_connected(Phase.AWAY, *_TAKING), DrainBegan: Phase.DRAINING},
    Phase.DRAINING: _connected(Phase.DRAINING),
    Phase.GRACE: {
        **dict.fromkeys((ChatsKept, *_STAYING), Phase.GRACE),
        Returned: Phase.AVAILABLE,
        Ended: Phase.ENDED,
    },
    Phase.ENDED: {},
}
