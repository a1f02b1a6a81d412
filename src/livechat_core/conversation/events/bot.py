"""What a bot does in a chat before people come to it."""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal, Personal
from ..values import Terms


@attrs.frozen(kw_only=True)
class BotBegan(Event):
    """A bot serves the chat first.

    Args:
        bot: Which one.
        name: What it is called in the chat.
        patience: How long it may be silent before people take over, as a duration.
        idle_close: Silence of the visitor after which the chat ends, as a duration.
    """

    audience: ClassVar[Audience] = Audience.STAFF
    bot: str
    name: str
    patience: int
    idle_close: int


@attrs.frozen(kw_only=True)
class BotAsked(Event):
    """It is the bot's turn.

    Args:
        turn: 1 for the first.
        text: What the visitor has said since its last turn.
        nobody: It wanted to hand the chat off, and nobody is there.
    """

    turn: int
    text: Personal[str]
    nobody: bool = False


@attrs.frozen(kw_only=True)
class BotAnswered(Event):
    """The bot has had its turn; what it wants to know at the next one is kept."""

    turn: int
    memory: Personal[Mapping[str, str]]


@attrs.frozen(kw_only=True)
class HandedOff(Event):
    """People are to take over: the chat waits in a line now (S3-3).

    Reasons: ``bot``, ``visitor``, ``colleague``, or ``bot_failed``.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    queue: str
    priority: Internal[int]
    reason: Internal[str]
    terms: Internal[Terms]
