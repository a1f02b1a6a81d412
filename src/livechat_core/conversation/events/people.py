"""Who else takes part in a chat that an agent has."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal, Personal
from ..values import Seat


@attrs.frozen(kw_only=True)
class Joined(Event):
    """A colleague takes part now, beside the agent who has the chat."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: str
    seat: Internal[Seat]


@attrs.frozen(kw_only=True)
class Left(Event):
    """A colleague who took part does so no more.

    Reasons: none, ``closed``, ``handed_on``, ``on_hold``, or what took him away.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: str
    seat: Internal[Seat]
    reason: Internal[str] = ""


@attrs.frozen(kw_only=True)
class TakenOver(Event):
    """The agent has left the chat, and a colleague who took part has it now."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    agent: str
    seat: Internal[Seat]
    former: Internal[Seat]


@attrs.frozen(kw_only=True)
class LookedOn(Event):
    """A supervisor looks on; visitors never learn of it."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    name: str


@attrs.frozen(kw_only=True)
class Whispered(Event):
    """A supervisor said something that is for the agent alone to act on."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    name: str
    to: str
    text: Personal[str]
