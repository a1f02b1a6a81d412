"""Mails to the visitor, and the links in them that lead back into the chat."""

from typing import ClassVar

import attrs

from ...streams import Audience, Event, Personal


@attrs.frozen(kw_only=True)
class TranscriptAsked(Event):
    """The history goes to the visitor by e-mail: he asked for it, or the site always sends it."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    email: Personal[str]
    asked: bool = True


@attrs.frozen(kw_only=True)
class AnswersMailed(Event):
    """What agents said and the visitor has not seen goes to him by e-mail (S4-4).

    Args:
        email: His address.
        after: Version of the last line that he has seen, or was mailed before.
        upto: Version of the last line in this mail.
    """

    audience: ClassVar[Audience] = Audience.STAFF
    email: Personal[str]
    after: int
    upto: int


@attrs.frozen(kw_only=True)
class MailPutOff(Event):
    """A mail would have been one too many for its address; none goes by itself before ``until``."""

    until: int


@attrs.frozen(kw_only=True)
class LinkMade(Event):
    """A link that leads back into the chat, once, is about to be mailed (S4-18).

    Args:
        link: SHA-256 of its secret.
        until: When it dies.
    """

    link: Personal[str]
    until: int


@attrs.frozen(kw_only=True)
class LinkUsed(Event):
    """The visitor has come back by a link.

    Args:
        link: SHA-256 of its secret.
        token: SHA-256 of the token with which he goes on.
    """

    link: Personal[str]
    token: Personal[str]
