"""What can happen to a conversation, and in which phase."""

from enum import StrEnum
from typing import ClassVar

import attrs

from ..streams import Audience, Event, Internal, Personal


class Phase(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    WAITING = "waiting"
    OFFERED = "offered"
    ACTIVE = "active"
    MESSAGE_LEFT = "message_left"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class Seat:
    """An agent as a conversation knows him: id, name to show, stream of his working time."""

    agent: str
    name: str
    presence: str


@attrs.frozen(kw_only=True)
class Origin:
    """What the desk knows about who starts a conversation.

    Args:
        visitor: Id of the visit.
        signed_in: Whether the host vouched for name and address.
        location: Coarse text, from the host.
        address: Keyed hash of the network address, for limits.
        banned: Whether a ban holds.
        availability: ``online``, ``busy`` (all full) or ``offline`` for the chosen queue.
        inviter: The agent whose invitation is being accepted.
        language: What the visitor reads, ``fr``; empty if unknown.
        preferred: The agent who should be asked first: the visitor's last one, or the owner of the
            customer (F17).
    """

    visitor: str = ""
    signed_in: bool = False
    location: str = ""
    address: str = ""
    banned: bool = False
    availability: str = "offline"
    inviter: Seat | None = None
    language: str = ""
    preferred: str = ""


@attrs.frozen(kw_only=True)
class Terms:
    """What a queue grants the chats that come into it, as durations; none for no limit.

    Args:
        max_wait: Time in line before the visitor is asked for a message instead (F4).
        reply: Time for an agent who has accepted to say something (F30).
        alert: Time in line after which staff are told once more.
        idle: Silence of both sides after which the chat takes no place of its agent (F7).
    """

    max_wait: int | None = None
    reply: int | None = None
    alert: int | None = None
    idle: int | None = None


@attrs.frozen(kw_only=True)
class Started(Event):
    """A conversation began."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    site: str
    queue: str
    visitor: Internal[str]
    name: Personal[str]
    email: Personal[str]
    signed_in: bool
    question: Personal[str]
    page: Personal[str]
    title: Personal[str]
    location: Internal[Personal[str]]
    address: Internal[str]
    priority: Internal[int]
    idle_close: Internal[int]
    language: Internal[str] = ""
    preferred: Internal[str] = ""
    terms: Internal[Terms] = Terms()


@attrs.frozen(kw_only=True)
class MessageLeft(Event):
    """The visitor left a message, or what he wrote while he waited became one (``reason``)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    name: Personal[str]
    email: Personal[str]
    question: Personal[str]
    page: Personal[str]
    former: Internal[Seat | None]
    reason: str = ""


@attrs.frozen(kw_only=True)
class Offered(Event):
    """An agent was asked to take the chat, until a moment."""

    audience: ClassVar[Audience] = Audience.STAFF
    offer: str
    seat: Seat
    until: int
    restart: bool
    why: str
    by: str = ""


@attrs.frozen(kw_only=True)
class Accepted(Event):
    """An agent has the chat."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: str
    seat: Internal[Seat]


@attrs.frozen(kw_only=True)
class Declined(Event):
    """The agent who was asked said no."""

    audience: ClassVar[Audience] = Audience.STAFF
    seat: Seat


@attrs.frozen(kw_only=True)
class OfferLapsed(Event):
    """The agent who was asked did not answer in time."""

    audience: ClassVar[Audience] = Audience.STAFF
    seat: Seat


@attrs.frozen(kw_only=True)
class OfferWithdrawn(Event):
    """The agent who was asked could no longer be asked."""

    audience: ClassVar[Audience] = Audience.STAFF
    seat: Seat


@attrs.frozen(kw_only=True)
class Posted(Event):
    """Somebody said something."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    author: str
    name: Personal[str]
    text: Personal[str]


@attrs.frozen(kw_only=True)
class Noted(Event):
    """A colleague wrote an internal remark."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    name: str
    text: Personal[str]


@attrs.frozen(kw_only=True)
class TransferOffered(Event):
    """A colleague was asked to take over; the present agent stays until he does."""

    audience: ClassVar[Audience] = Audience.STAFF
    offer: str
    seat: Seat
    until: int
    comment: Personal[str]
    by: str = ""


@attrs.frozen(kw_only=True)
class TransferAccepted(Event):
    """The colleague has taken over."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: str
    seat: Internal[Seat]
    former: Internal[Seat]


@attrs.frozen(kw_only=True)
class TransferEnded(Event):
    """The colleague did not take over: ``declined``, ``lapsed`` or ``withdrawn``."""

    audience: ClassVar[Audience] = Audience.STAFF
    seat: Seat
    reason: str


@attrs.frozen(kw_only=True)
class Requeued(Event):
    """The chat waits again, in the same place as before or in another queue.

    The reason is ``transfer``, ``unanswered``, or what took the agent away.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    queue: str
    priority: Internal[int]
    reason: Internal[str]
    former: Internal[Seat]
    by: Internal[str] = ""
    from_queue: Internal[str] = ""
    terms: Internal[Terms] = Terms()


@attrs.frozen(kw_only=True)
class Overflowed(Event):
    """The chat waits in another queue now: nobody here could be asked, or nobody took it (F19)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    queue: str
    priority: Internal[int]
    reason: Internal[str]
    terms: Internal[Terms]


@attrs.frozen(kw_only=True)
class Prioritized(Event):
    """The chat has another place in the line (F18)."""

    audience: ClassVar[Audience] = Audience.STAFF
    priority: int
    by: str


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
class VisitorLeft(Event):
    """The visitor has had no connection for a while; he is lost at ``until``."""

    audience: ClassVar[Audience] = Audience.STAFF
    until: int


@attrs.frozen(kw_only=True)
class VisitorReturned(Event):
    """The visitor is connected again."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Closed(Event):
    """The chat is over.

    Reasons: ``visitor``, ``agent``, ``inactive``, ``visitor_lost``, ``answered``,
    ``waited_too_long``, ``nobody_answered``, or what took the agent away.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    reason: str
    former: Internal[Seat | None]


@attrs.frozen(kw_only=True)
class Rated(Event):
    """The visitor rated the chat."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    value: int
    comment: Personal[str]


@attrs.frozen(kw_only=True)
class TranscriptAsked(Event):
    """The visitor wants the history by e-mail."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    email: Personal[str]


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {
        Started: Phase.WAITING,
    },
    Phase.WAITING: {
        Offered: Phase.OFFERED,
        Accepted: Phase.ACTIVE,
        MessageLeft: Phase.MESSAGE_LEFT,
        Closed: Phase.CLOSED,
        Overflowed: Phase.WAITING,
        Prioritized: Phase.WAITING,
        WaitedLong: Phase.WAITING,
        Posted: Phase.WAITING,
        Noted: Phase.WAITING,
        VisitorLeft: Phase.WAITING,
        VisitorReturned: Phase.WAITING,
        TranscriptAsked: Phase.WAITING,
    },
    Phase.OFFERED: {
        Accepted: Phase.ACTIVE,
        Declined: Phase.WAITING,
        OfferLapsed: Phase.WAITING,
        OfferWithdrawn: Phase.WAITING,
        Prioritized: Phase.OFFERED,
        WaitedLong: Phase.OFFERED,
        MessageLeft: Phase.MESSAGE_LEFT,
        Closed: Phase.CLOSED,
        Posted: Phase.OFFERED,
        Noted: Phase.OFFERED,
        VisitorLeft: Phase.OFFERED,
        VisitorReturned: Phase.OFFERED,
        TranscriptAsked: Phase.OFFERED,
    },
    Phase.ACTIVE: {
        Posted: Phase.ACTIVE,
        Noted: Phase.ACTIVE,
        TransferOffered: Phase.ACTIVE,
        TransferAccepted: Phase.ACTIVE,
        TransferEnded: Phase.ACTIVE,
        ReplyOverdue: Phase.ACTIVE,
        Quieted: Phase.ACTIVE,
        Stirred: Phase.ACTIVE,
        Requeued: Phase.WAITING,
        Closed: Phase.CLOSED,
        VisitorLeft: Phase.ACTIVE,
        VisitorReturned: Phase.ACTIVE,
        TranscriptAsked: Phase.ACTIVE,
    },
    Phase.MESSAGE_LEFT: {
        Noted: Phase.MESSAGE_LEFT,
        Closed: Phase.CLOSED,
    },
    Phase.CLOSED: {
        Rated: Phase.CLOSED,
        Noted: Phase.CLOSED,
        TranscriptAsked: Phase.CLOSED,
    },
}
