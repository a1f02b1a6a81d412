"""What can happen to a visit, and in which phase."""

from enum import StrEnum
from typing import ClassVar

import attrs

from .. import text
from ..streams import Audience, Event, Given, Internal, Personal


class Phase(StrEnum):
    """Where a visit stands."""

    NEW = "new"
    BROWSING = "browsing"
    INVITED = "invited"
    CHATTING = "chatting"
    LEFT = "left"


PRESENT = (Phase.BROWSING, Phase.INVITED, Phase.CHATTING)


@attrs.frozen(kw_only=True)
class Page:
    """One page that was opened."""

    site: text.Word
    url: text.Url
    title: text.Title = ""
    at: Given[int] = 0


@attrs.frozen(kw_only=True)
class Guest:
    """What the host and the request say about the visitor.

    Args:
        token: SHA-256 of the visitor's token.
        name: Name the host vouches for, empty for a guest.
        email: Address the host vouches for.
        location: Coarse text from the host.
        browser: User agent.
        address: Keyed hash of the network address.
        owner: The agent who looks after this customer, as the host says (F17).
    """

    token: str = ""
    name: str = ""
    email: str = ""
    location: str = ""
    browser: str = ""
    address: str = ""
    owner: str = ""


@attrs.frozen(kw_only=True)
class Arrived(Event):
    """A visitor is there."""

    audience: ClassVar[Audience] = Audience.STAFF
    page: Personal[Page]
    language: str
    guest: Personal[Guest]
    stay: int


@attrs.frozen(kw_only=True)
class Returned(Event):
    """The visitor is there again."""

    audience: ClassVar[Audience] = Audience.STAFF
    page: Personal[Page]
    guest: Personal[Guest]


@attrs.frozen(kw_only=True)
class Recognized(Event):
    """The visitor signed in to the host, or out of it, during the visit."""

    audience: ClassVar[Audience] = Audience.STAFF
    guest: Personal[Guest]


@attrs.frozen(kw_only=True)
class Viewed(Event):
    """The visitor opened pages."""

    audience: ClassVar[Audience] = Audience.STAFF
    pages: Personal[tuple[Page, ...]]


@attrs.frozen(kw_only=True)
class Invited(Event):
    """An agent invited the visitor, until a moment."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: Internal[str]
    name: str
    presence: Internal[str]
    until: int


@attrs.frozen(kw_only=True)
class InvitationEnded(Event):
    """The invitation is over: ``closed`` by the visitor, or ``lapsed``."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: Internal[str]
    reason: str


@attrs.frozen(kw_only=True)
class Chatting(Event):
    """A chat began."""

    audience: ClassVar[Audience] = Audience.STAFF
    conversation: str


@attrs.frozen(kw_only=True)
class Chatted(Event):
    """The chat is over; the visitor is still there."""

    audience: ClassVar[Audience] = Audience.STAFF
    conversation: str
    agent: str = ""


@attrs.frozen(kw_only=True)
class Seen(Event):
    """Nothing new was opened, but the visitor is still connected."""


@attrs.frozen(kw_only=True)
class Left(Event):
    """Nothing was seen of the visitor for long."""

    audience: ClassVar[Audience] = Audience.STAFF


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Arrived: Phase.BROWSING},
    Phase.BROWSING: {
        Viewed: Phase.BROWSING,
        Recognized: Phase.BROWSING,
        Seen: Phase.BROWSING,
        Invited: Phase.INVITED,
        Chatting: Phase.CHATTING,
        Left: Phase.LEFT,
    },
    Phase.INVITED: {
        Viewed: Phase.INVITED,
        Recognized: Phase.INVITED,
        Invited: Phase.INVITED,
        InvitationEnded: Phase.BROWSING,
        Chatting: Phase.CHATTING,
    },
    Phase.CHATTING: {
        Viewed: Phase.CHATTING,
        Recognized: Phase.CHATTING,
        Chatting: Phase.CHATTING,
        Chatted: Phase.BROWSING,
    },
    Phase.LEFT: {
        Returned: Phase.BROWSING,
        Chatting: Phase.CHATTING,
    },
}
