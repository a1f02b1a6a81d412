"""Who has the chat, who is asked, and in which line it waits."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal, Personal
from ..values import Seat, Terms


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
