"""What can happen to a visit, and in which phase."""

from typing import ClassVar

import attrs

from ..streams import Audience, Event, Internal, Personal
from .values import Campaign, Guest, Page, Phase


@attrs.frozen(kw_only=True)
class Arrived(Event):
    """A visitor is there.

    Args:
        page: The page; of a site that records none only the site.
        language: What the browser asks for.
        guest: Who it is.
        stay: How long he counts as there without being seen.
        token_until: When his token dies; 0 for not by itself.
        campaign: What brought him.
        greet_at: When the first greeting may be shown, if one fits.
    """

    audience: ClassVar[Audience] = Audience.STAFF
    page: Personal[Page]
    language: str
    guest: Personal[Guest]
    stay: int
    token_until: int = 0
    campaign: Personal[Campaign] = Campaign()
    greet_at: int | None = None


@attrs.frozen(kw_only=True)
class Returned(Event):
    """The visitor is there again."""

    audience: ClassVar[Audience] = Audience.STAFF
    page: Personal[Page]
    guest: Personal[Guest]
    campaign: Personal[Campaign] = Campaign()
    greet_at: int | None = None


@attrs.frozen(kw_only=True)
class Recognized(Event):
    """The visitor signed in to the host or out of it, or the host's word about him has ended."""

    audience: ClassVar[Audience] = Audience.STAFF
    guest: Personal[Guest]


@attrs.frozen(kw_only=True)
class Viewed(Event):
    """The visitor opened pages."""

    audience: ClassVar[Audience] = Audience.STAFF
    pages: Personal[tuple[Page, ...]]
    greet_at: int | None = None


@attrs.frozen(kw_only=True)
class TokenIssued(Event):
    """The visit has one more token, on another site or after signing in.

    Args:
        token: SHA-256 of it.
        until: When it dies.
        replaces: The one that dies for it, empty for none.
        overlap: When that one dies.
    """

    token: Personal[str]
    until: int
    replaces: str = ""
    overlap: int = 0


@attrs.frozen(kw_only=True)
class HandedOver(Event):
    """The visit may be gone on with on another site, once, with a code (architecture 4).

    Args:
        code: SHA-256 of the code.
        until: When it dies.
    """

    code: str
    until: int


@attrs.frozen(kw_only=True)
class Adopted(Event):
    """The visit goes on on another site; the code is used up."""

    audience: ClassVar[Audience] = Audience.STAFF
    code: Internal[str]
    site: str


@attrs.frozen(kw_only=True)
class Revoked(Event):
    """All tokens and codes of the visit are dead (A7, A25)."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class ConsentGiven(Event):
    """The visitor agrees that his pages are recorded; names the text he agreed to."""

    audience: ClassVar[Audience] = Audience.STAFF
    wording: str


@attrs.frozen(kw_only=True)
class ConsentWithdrawn(Event):
    """The visitor does not want his pages to be recorded; those that are will be removed."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class PagesRemoved(Event):
    """The pages of the visit have been blanked in the journal."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class Greeted(Event):
    """A greeting was shown by rule (F56).

    Args:
        greeting: Its name.
        name: Who greets: the site.
        text: What it says.
        greet_at: When the next one may be shown, if one fits.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    greeting: Internal[str]
    name: str
    text: str
    greet_at: Internal[int | None] = None


@attrs.frozen(kw_only=True)
class GreetingPassed(Event):
    """A greeting's moment came while nobody could answer; it waits for another page.

    Args:
        greet_at: When the next one may be shown, if one fits.
    """

    greet_at: int | None = None


@attrs.frozen(kw_only=True)
class GreetingClosed(Event):
    """The visitor closed the greeting; he is not greeted again in this stay."""

    audience: ClassVar[Audience] = Audience.PUBLIC


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
    """The invitation is over: ``closed`` by the visitor, ``lapsed``, or he is ``banned``."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: Internal[str]
    reason: str


@attrs.frozen(kw_only=True)
class Barred(Event):
    """A ban holds for the visitor from now on (S0-33)."""

    audience: ClassVar[Audience] = Audience.STAFF
    ban: str
    scope: str


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


ALWAYS = (TokenIssued, Revoked, ConsentGiven, ConsentWithdrawn, PagesRemoved)
"""What may happen in every phase of a visit that is recorded."""
WHILE_PRESENT = (*ALWAYS, Viewed, Recognized, HandedOver, Adopted, Barred)


def _staying(phase: Phase, events: tuple[type[Event], ...]) -> dict[type[Event], Phase]:
    return dict.fromkeys(events, phase)


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Arrived: Phase.BROWSING},
    Phase.BROWSING: {
        **_staying(Phase.BROWSING, WHILE_PRESENT),
        Seen: Phase.BROWSING,
        Greeted: Phase.BROWSING,
        GreetingPassed: Phase.BROWSING,
        GreetingClosed: Phase.BROWSING,
        Invited: Phase.INVITED,
        Chatting: Phase.CHATTING,
        Left: Phase.LEFT,
    },
    Phase.INVITED: {
        **_staying(Phase.INVITED, WHILE_PRESENT),
        Invited: Phase.INVITED,
        InvitationEnded: Phase.BROWSING,
        Chatting: Phase.CHATTING,
    },
    Phase.CHATTING: {
        **_staying(Phase.CHATTING, WHILE_PRESENT),
        Chatting: Phase.CHATTING,
        Chatted: Phase.BROWSING,
    },
    Phase.LEFT: {
        **_staying(Phase.LEFT, ALWAYS),
        Returned: Phase.BROWSING,
        Chatting: Phase.CHATTING,
    },
}
