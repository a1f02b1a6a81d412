"""What can happen to an enquiry, and in which phase."""

from enum import StrEnum
from typing import ClassVar

import attrs

from ..streams import Audience, Event, Personal
from .announcement import Facts


class Phase(StrEnum):
    """Where an enquiry stands."""

    NEW = "new"
    OPEN = "open"
    CLAIMED = "claimed"
    MATCHING = "matching"
    LINKED = "linked"
    FILED = "filed"
    ANSWERED = "answered"
    SCHEDULED = "scheduled"
    DONE = "done"
    DROPPED = "dropped"


class Step(StrEnum):
    """A call to an outside system that an enquiry waits for."""

    LOOKUP = "lookup"
    CREATE = "create"
    NOTE = "note"
    MAIL = "mail"
    FOLLOW_UP = "follow_up"


@attrs.frozen(kw_only=True)
class Match:
    """A customer of the ERM who may be the one who asks."""

    ref: str
    name: str
    email: str = ""
    phone: str = ""
    company: str = ""


@attrs.frozen(kw_only=True)
class StaffEvent(Event):
    """Base of the events that staff see; visitors see none."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Opened(StaffEvent):
    """An enquiry began."""

    conversation: str
    site: str
    queue: str
    automatic: bool
    reminder: int
    escalation: int
    facts: Personal[Facts]
    ticket: int = 0
    contact: str = ""


@attrs.frozen(kw_only=True)
class Announced(StaffEvent):
    """The announcement was written."""

    text: Personal[str]
    reference: str


@attrs.frozen(kw_only=True)
class Reminded(StaffEvent):
    """Nobody has claimed it yet; staff are reminded."""


@attrs.frozen(kw_only=True)
class Escalated(StaffEvent):
    """Nobody has claimed it for long; supervisors are told."""


@attrs.frozen(kw_only=True)
class Claimed(StaffEvent):
    """Somebody has it, until a moment unless a step is done by then."""

    agent: str
    name: str
    until: int


@attrs.frozen(kw_only=True)
class Released(StaffEvent):
    """It was given back."""

    agent: str


@attrs.frozen(kw_only=True)
class ClaimExpired(StaffEvent):
    """Nothing was done with it for too long; it is open again."""

    agent: str


@attrs.frozen(kw_only=True)
class TakenOver(StaffEvent):
    """A supervisor has it now."""

    agent: str
    name: str
    former: str
    until: int


@attrs.frozen(kw_only=True)
class SearchBegan(StaffEvent):
    """The ERM is asked for an address."""

    revision: int
    email: Personal[str]


@attrs.frozen(kw_only=True)
class LookedUp(StaffEvent):
    """The ERM has answered: nobody, one, or several."""

    matches: Personal[tuple[Match, ...]]


@attrs.frozen(kw_only=True)
class CreationBegan(StaffEvent):
    """The ERM is to create the customer."""

    revision: int
    name: Personal[str]
    email: Personal[str]
    phone: Personal[str]
    company: Personal[str]
    location: Personal[str]


@attrs.frozen(kw_only=True)
class Linked(StaffEvent):
    """It is known which customer asks: ``confirmed``, ``created`` or ``automatic``."""

    ref: str
    name: Personal[str]
    how: str


@attrs.frozen(kw_only=True)
class NoteBegan(StaffEvent):
    """The history note is to be saved."""

    revision: int


@attrs.frozen(kw_only=True)
class Filed(StaffEvent):
    """The history note is saved."""

    note: str


@attrs.frozen(kw_only=True)
class ReplyBegan(StaffEvent):
    """The answer is to be sent."""

    revision: int
    to: Personal[str]
    subject: Personal[str]
    text: Personal[str]


@attrs.frozen(kw_only=True)
class Answered(StaffEvent):
    """The answer has been handed over to the mail host."""

    mail: str


@attrs.frozen(kw_only=True)
class FollowUpBegan(StaffEvent):
    """The follow-up task is to be saved."""

    revision: int
    title: Personal[str]
    due_at: int
    assignee: str


@attrs.frozen(kw_only=True)
class FollowUpScheduled(StaffEvent):
    """The follow-up task is saved."""

    task: str


@attrs.frozen(kw_only=True)
class StepFailed(StaffEvent):
    """A step will not be tried again by itself."""

    step: Step
    reason: str


@attrs.frozen(kw_only=True)
class StepUnknown(StaffEvent):
    """Nobody knows whether a step was done; a person must say."""

    step: Step
    revision: int
    reason: str


@attrs.frozen(kw_only=True)
class StepSettled(StaffEvent):
    """A person has said what became of a step."""

    step: Step
    revision: int
    outcome: str


@attrs.frozen(kw_only=True)
class Completed(StaffEvent):
    """It is dealt with."""


@attrs.frozen(kw_only=True)
class Dropped(StaffEvent):
    """Nothing is to be done."""

    reason: Personal[str]


def _staying(phase: Phase, *events: type[Event]) -> dict[type[Event], Phase]:
    return dict.fromkeys(events, phase)


_TROUBLE = (StepFailed, StepUnknown, StepSettled, TakenOver)
_BACK: dict[type[Event], Phase] = {
    Released: Phase.OPEN,
    ClaimExpired: Phase.OPEN,
    Dropped: Phase.DROPPED,
}

NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Opened: Phase.OPEN},
    Phase.OPEN: {
        Claimed: Phase.CLAIMED,
        Dropped: Phase.DROPPED,
        **_staying(Phase.OPEN, Announced, Reminded, Escalated),
    },
    Phase.CLAIMED: {
        LookedUp: Phase.MATCHING,
        **_BACK,
        **_staying(Phase.CLAIMED, Announced, SearchBegan, *_TROUBLE),
    },
    Phase.MATCHING: {
        Linked: Phase.LINKED,
        **_BACK,
        **_staying(Phase.MATCHING, Announced, SearchBegan, LookedUp, CreationBegan, *_TROUBLE),
    },
    Phase.LINKED: {
        Filed: Phase.FILED,
        Dropped: Phase.DROPPED,
        **_staying(Phase.LINKED, NoteBegan, *_TROUBLE),
    },
    Phase.FILED: {
        Answered: Phase.ANSWERED,
        **_staying(Phase.FILED, ReplyBegan, *_TROUBLE),
    },
    Phase.ANSWERED: {
        FollowUpScheduled: Phase.SCHEDULED,
        **_staying(Phase.ANSWERED, FollowUpBegan, *_TROUBLE),
    },
    Phase.SCHEDULED: {Completed: Phase.DONE, TakenOver: Phase.SCHEDULED},
    Phase.DONE: {},
    Phase.DROPPED: {},
}
