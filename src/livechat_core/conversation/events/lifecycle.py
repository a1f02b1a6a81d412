"""How a chat begins and ends, and whether its visitor is there."""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal, Personal
from ..reach import SiteTerms
from ..values import Seat, Terms


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
    person: Internal[Personal[str]] = ""
    phone: Personal[str] = ""
    fields: Internal[Personal[Mapping[str, str]]] = attrs.field(factory=dict)
    vouched: Internal[bool] = False
    site_terms: Internal[SiteTerms] = SiteTerms()
    idle_warning: Internal[int] = 0
    previous: Internal[str] = ""


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
    phone: Personal[str] = ""
    fields: Internal[Personal[Mapping[str, str]]] = attrs.field(factory=dict)


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
    ``waited_too_long``, ``nobody_answered``, ``on_hold``, or what took the agent away.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    reason: str
    former: Internal[Seat | None]
    outcome: Internal[str] = ""


@attrs.frozen(kw_only=True)
class Rated(Event):
    """The visitor rated the chat."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    value: int
    comment: Personal[str]
